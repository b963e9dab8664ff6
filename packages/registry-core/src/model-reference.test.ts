import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCareError } from './errors/care-error.js';
import { formatModelReference, parseModelReference, PLUGIN_NAME_PATTERN } from './model-reference.js';
import { text } from './matching.fixture.js';

const invalid = (message: RegExp) =>
  expect.objectContaining({
    code: 'REFERENCE_INVALID',
    message: text(message),
  }) as Error;

describe('parseModelReference', () => {
  it.each([
    ['yolov11n-320', undefined, 'yolov11n-320', undefined],
    ['yolov11n-320@1.2.0', undefined, 'yolov11n-320', '1.2.0'],
    ['id@^1.2', undefined, 'id', '^1.2'],
    ['id@>=1.2 <2 || 3.x', undefined, 'id', '>=1.2 <2 || 3.x'],
    ['id@latest', undefined, 'id', 'latest'],
    ['id@champion', undefined, 'id', 'champion'],
    ['roboflow:coco/3', 'roboflow', 'coco/3', undefined],
    ['huggingface:org/name.v2@refs/pr/1', 'huggingface', 'org/name.v2', 'refs/pr/1'],
    ['local-onnx:a', 'local-onnx', 'a', undefined],
    ['id@sha256:abc', undefined, 'id', 'sha256:abc'],
    ['Gehen & Stürzen', undefined, 'Gehen & Stürzen', undefined],
  ])('reads %s', (raw, registry, modelId, selector) => {
    const { registry: r, modelId: m, selector: s, ...rest } = parseModelReference(raw);
    expect([r, m, s, rest]).toEqual([registry, modelId, selector, { raw }]);
  });

  it.each([
    ['', /model id is empty/],
    ['roboflow:', /model id is empty/],
    [':id', /before the colon/],
    ['id@', /part after "@" is empty/],
    ['@scope/name', /model id is empty/],
    ['C:\\models\\x.onnx', /Windows drive/],
    ['c:model', /Windows drive/],
    ['a\\b', /backslash/],
    ['id@1\\2', /backslash/],
    ['../secret', /path segment/],
    ['roboflow:a/../b', /path segment/],
    ['id@../x', /path segment/],
    ['./a', /path segment/],
    ['/etc/passwd', /empty part/],
    ['a//b', /empty part/],
    ['a/', /empty part/],
    ['https://example.com/x', /empty part/],
    ['Roboflow:x', /no registry name/],
    ['a:b:c', /Windows drive/],
    ['ab:b:c', /no ":"/],
    ['a@b@c', /more than one "@"/],
    ['a\u0000b', /control/],
    ['a\u202eb', /control/],
    ['a\nb', /control/],
    [' a', /space/],
    ['a@ 1', /space/],
    ['x'.repeat(257), /longer than 256/],
    [`a@${'1'.repeat(129)}`, /longer than 128/],
    ['x'.repeat(100_000), /longer than 512/],
  ])('refuses %j', (raw, message) => {
    expect(() => parseModelReference(raw)).toThrow(invalid(message));
  });

  it('refuses what is not a string, as JavaScript may give', () => {
    for (const value of [undefined, null, 3, {}, ['a']]) {
      expect(() => parseModelReference(value as string)).toThrow(invalid(/not a string/));
    }
  });

  it('keeps its message short and printable', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        try {
          const { raw } = parseModelReference(text);
          expect(raw).toBe(text);
        } catch (error) {
          if (!isCareError(error, 'REFERENCE_INVALID')) throw error;
          expect(error.message.length).toBeLessThan(400);
          expect(error.message).not.toMatch(/\p{Cc}/u);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('formatModelReference', () => {
  const segment = fc.stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,9}$/);
  const modelId = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  const registry = fc.stringMatching(/^[a-z][a-z0-9]{1,8}(-[a-z0-9]{1,4})?$/);
  const selector = fc.constantFrom('1.2.0', '^1.2', '>=1 <2', 'latest', 'refs/pr/1', 'sha256:abc', '*');
  const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

  it('is the inverse of parsing', () => {
    fc.assert(
      fc.property(optional(registry), modelId, optional(selector), (r, id, s) => {
        const parts = {
          modelId: id,
          ...(r === undefined ? {} : { registry: r }),
          ...(s === undefined ? {} : { selector: s }),
        };
        const raw = formatModelReference(parts);
        expect(parseModelReference(raw)).toEqual({ ...parts, raw });
      }),
    );
  });

  it.each([{ modelId: 'ab:c' }, { modelId: 'a@b' }, { modelId: '' }, { modelId: 'a', registry: 'A' }])(
    'refuses parts that would be read as something else: %j',
    (parts) => {
      expect(() => formatModelReference(parts)).toThrow(invalid(/./));
    },
  );
});

describe('plugin names', () => {
  it('match in linear time', () => {
    const started = performance.now();
    expect(PLUGIN_NAME_PATTERN.test(`${'a-'.repeat(50_000)}!`)).toBe(false);
    expect(PLUGIN_NAME_PATTERN.test(`a${'1'.repeat(63)}`)).toBe(true);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
