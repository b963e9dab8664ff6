import { isCareError } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDataYaml } from './data-yaml.js';
import { parseClassLabels } from './labels-json.js';
import { openDataset } from './open-dataset.js';
import { TemporaryDataset } from './temporary-dataset.fixture.js';

/** A result, or an error that names the file. */
function readsOrNamesFile(read: () => unknown, file: string): void {
  try {
    read();
  } catch (error) {
    expect(isCareError(error, 'INPUT_INVALID')).toBe(true);
    expect(String(error)).toContain(file);
  }
}

const yamlish = fc.oneof(
  fc.string(),
  fc
    .array(
      fc.constantFrom(
        'names:',
        ' - a',
        ' 0: b',
        ' x: 1',
        'val: v',
        '[',
        ']',
        '{',
        '}',
        'kpt_shape: [17, 3]',
        '&a',
        '*a',
        '---',
        '? ',
        '!!x',
        '\t',
        '#',
      ),
      { maxLength: 12 },
    )
    .map((lines) => lines.join('\n')),
);
const jsonish = fc.oneof(
  fc.string(),
  fc.json(),
  fc
    .array(
      fc.record({ file: fc.anything(), index: fc.anything(), wnid: fc.anything() }, { requiredKeys: [] }),
    )
    .map((value) => JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? 0 : inner))),
);

describe('any text', () => {
  it('as data.yaml is read, or refused with the file', () => {
    fc.assert(
      fc.property(yamlish, (text) => readsOrNamesFile(() => parseDataYaml(text, 'd.yaml'), 'd.yaml')),
    );
  });

  it('as list of classes is read, or refused with the file', () => {
    fc.assert(
      fc.property(jsonish, (text) => readsOrNamesFile(() => parseClassLabels(text, 'l.json'), 'l.json')),
    );
  });

  it('as bomb of aliases is refused', () => {
    const lines = ['a0: &a0 [x, x]'];
    for (let level = 1; level < 30; level++) {
      lines.push(`a${level}: &a${level} [${`*a${level - 1}, `.repeat(9)}x]`);
    }
    expect(() => parseDataYaml(lines.join('\n'), 'd.yaml')).toThrow(/d\.yaml cannot be read/);
  });
});

describe('names that are written as YAML', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z .]{0,8}[a-z]$/), { minLength: 1, maxLength: 9 });

  it('are read as list and as map', () => {
    fc.assert(
      fc.property(names, (all) => {
        const wanted = all.map((name, id) => ({ id, names: [name] }));
        const quoted = all.map((name) => JSON.stringify(name));
        const list = `names: [${quoted.join(', ')}]`;
        const map = `names:\n${quoted
          .map((name, id) => `  ${id}: ${name}`)
          .reverse()
          .join('\n')}`;
        expect(parseDataYaml(list, 'd').classes).toEqual(wanted);
        expect(parseDataYaml(map, 'd').classes).toEqual(wanted);
      }),
    );
  });
});

describe('any file names', () => {
  it('as a folder of files, a data set or an error that is told', async () => {
    const name = fc.constantFrom(
      'images',
      'labels',
      'a.jpg',
      'a.txt',
      'x.json',
      'd.yaml',
      'b.png',
      'cat',
      'labels.json',
    );
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const content = fc.constantFrom(
      '',
      '0 .5 .5 .1 .1',
      '[]',
      '{}',
      '{"images":[],"categories":[],"annotations":[]}',
    );
    const truth = fc.constantFrom('box', 'mask', 'keypoints', 'class');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(path, content), { maxLength: 6 }), truth, async (files, kind) => {
        using data = new TemporaryDataset();
        for (const [file, text] of files) {
          try {
            data.write(file, text);
          } catch {
            // The drawn name is a folder already, or lies below a file.
          }
        }
        try {
          const { images } = await openDataset(data.dir, { truth: kind });
          for (const image of images) image.truths({ width: 10, height: 10 });
        } catch (error) {
          expect(isCareError(error)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});
