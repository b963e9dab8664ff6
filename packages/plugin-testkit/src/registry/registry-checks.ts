import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createRegistry,
  modelPackageSchema,
  modelSummarySchema,
  parseModelReference,
  silentLogger,
  type ModelPackage,
} from '@care/registry-core';
import {
  assertIdentity,
  assertRejects,
  openedSince,
  openHandles,
  type ContractCheck,
} from '../contract-check.js';
import { assertLocalArtifacts } from './local-artifacts.js';
import type { CreateRegistrySubject, RegistrySubject } from './registry-subject.js';

type Rule = (subject: RegistrySubject) => void | Promise<void>;

/** The rules that every registry keeps, each as a plain asynchronous function. */
export function registryChecks(create: CreateRegistrySubject): readonly ContractCheck[] {
  return Object.entries(RULES).map(([name, rule]) => ({
    name,
    run: async () => {
      const subject = await create();
      try {
        await rule(subject);
      } finally {
        await subject.registry.dispose?.();
        await subject.dispose?.();
      }
    },
  }));
}

const RULES: Readonly<Record<string, Rule>> = {
  'names itself and its contract version': ({ registry }) => assertIdentity(registry, 'registry'),

  'resolves a known reference to a valid model package': async (subject) => {
    assertValidPackage(await resolve(subject, subject.has));
  },

  'gives plain data that survives copying and JSON': async (subject) => {
    const model = await resolve(subject, subject.has);
    assert.deepEqual(structuredClone(model), model, 'a structured clone differs');
    const json: unknown = JSON.parse(JSON.stringify(model));
    assert.deepEqual(
      json,
      model,
      'the package changes when it goes through JSON (undefined, NaN, class instances?)',
    );
  },

  'answers the same each time and when asked concurrently': async (subject) => {
    const first = await resolve(subject, subject.has);
    const answers = await Promise.all(Array.from({ length: 8 }, () => resolve(subject, subject.has)));
    for (const answer of answers) assert.deepEqual(answer, first, 'two answers to one reference differ');
  },

  'says MODEL_NOT_FOUND for what it does not have': async (subject) => {
    await assertRejects(
      () => resolve(subject, subject.missing),
      ['MODEL_NOT_FOUND'],
      `resolve "${subject.missing}"`,
    );
    await Promise.all([
      resolve(subject, subject.has),
      assertRejects(() => resolve(subject, subject.missing), ['MODEL_NOT_FOUND'], 'asked concurrently'),
    ]);
  },

  'does not answer an unknown version with another one': async (subject) => {
    const { modelId } = parseModelReference(subject.has);
    const reference = `${modelId}@99999.0.0-no.such.version`;
    await assertRejects(
      () => resolve(subject, reference),
      ['MODEL_NOT_FOUND', 'REFERENCE_INVALID'],
      `resolve "${reference}"`,
    );
  },

  'says what kept it from answering, not MODEL_NOT_FOUND': async (subject) => {
    const { broken } = subject;
    if (broken === undefined) return;
    assert.notEqual(broken.code, 'MODEL_NOT_FOUND', 'the broken reference must be another failure');
    await assertRejects(
      () => resolve(subject, broken.reference),
      [broken.code],
      `resolve "${broken.reference}"`,
    );
  },

  'rejects with ABORTED when the signal is aborted already': async (subject) => {
    const { registry, has } = subject;
    const signal = AbortSignal.abort();
    const reference = parseModelReference(has);
    await assertRejects(() => registry.resolve(reference, { signal }), ['ABORTED'], 'resolve');
    if (registry.list !== undefined)
      await assertRejects(() => registry.list?.({ signal }), ['ABORTED'], 'list');
    if (registry.fetch === undefined) return;
    const model = await resolve(subject, has);
    const variantId = defaultVariant(model);
    await assertRejects(() => registry.fetch?.(model, variantId, { signal }), ['ABORTED'], 'fetch');
  },

  'settles when it is aborted underway, and answers the next call': async (subject) => {
    const controller = new AbortController();
    const underway = subject.registry.resolve(parseModelReference(subject.has), {
      signal: controller.signal,
    });
    controller.abort();
    const outcome = await Promise.allSettled([underway]);
    if (outcome[0].status === 'rejected') {
      await assertRejects(() => underway, ['ABORTED'], 'resolve');
    }
    assertValidPackage(await resolve(subject, subject.has));
  },

  'lists what it resolves': async (subject) => {
    const models = await subject.registry.list?.();
    if (models === undefined) return;
    for (const model of models) {
      const parsed = modelSummarySchema.safeParse(model);
      assert.ok(
        parsed.success,
        `invalid summary ${JSON.stringify(model).slice(0, 200)}: ${parsed.error?.message ?? ''}`,
      );
    }
    const keys = models.map(({ modelId, version }) => `${modelId}@${version ?? ''}`);
    assert.equal(new Set(keys).size, keys.length, `listed more than once: ${keys.toSorted().join(', ')}`);
    const known = await resolve(subject, subject.has);
    const knownKey = `${known.modelId}@${known.version ?? ''}`;
    assert.ok(
      keys.includes(knownKey),
      `the list does not hold ${knownKey}, only ${keys.slice(0, 20).join(', ')}`,
    );
    for (const { modelId, version } of models.slice(0, 5)) {
      const model = await resolve(subject, version === undefined ? modelId : `${modelId}@${version}`);
      assert.equal(model.modelId, modelId, 'the list and the package disagree on the model id');
      if (version !== undefined)
        assert.equal(model.version, version, `the list and the package of "${modelId}" disagree`);
    }
  },

  'makes every artifact of a variant local': async (subject) => {
    const { registry, has } = subject;
    const model = await resolve(subject, has);
    const variantId = defaultVariant(model);
    const local = (await registry.fetch?.(model, variantId)) ?? model;
    assertValidPackage(local);
    await assertLocalArtifacts(local, variantId);
    const again = (await registry.fetch?.(model, variantId)) ?? model;
    assert.deepEqual(again, local, 'a second fetch gives another package');
  },

  'watches until the returned function is called': async ({ registry }) => {
    const stop = await registry.watch?.(() => undefined);
    if (stop === undefined) return;
    assert.equal(typeof stop, 'function', 'watch must give a function');
    await stop();
    await stop();
  },

  'is disposed without complaint, also twice and unused': async ({ registry }) => {
    await registry.dispose?.();
    await registry.dispose?.();
  },

  'is defined by a plugin that works without options and does nothing before it is asked': async (
    subject,
  ) => {
    const { definition } = subject;
    if (definition === undefined) return;
    assertIdentity(definition, 'definition');
    assert.equal(definition.kind, 'registry', 'definition: kind');
    assert.ok(definition.options.safeParse({}).success, 'the options schema must accept {}');
    const before = openHandles();
    const rootDir = join(tmpdir(), 'care-contract-no-such-folder');
    const registry = createRegistry(definition, {}, { rootDir, env: {}, logger: silentLogger });
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(openedSince(before), [], 'creating it opened handles');
    await registry.dispose?.();
  },
};

function resolve(subject: RegistrySubject, reference: string): Promise<ModelPackage> {
  return subject.registry.resolve(parseModelReference(reference));
}

function defaultVariant(model: ModelPackage): string {
  const [first] = model.variants;
  assert.ok(first !== undefined, 'the package has no variant');
  return first.id;
}

function assertValidPackage(model: unknown): void {
  const parsed = modelPackageSchema.safeParse(model);
  const problems = parsed.error?.issues
    .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    .join('; ');
  assert.ok(parsed.success, `not a valid model package: ${problems ?? ''}`);
}
