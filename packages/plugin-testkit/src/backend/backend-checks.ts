import assert from 'node:assert/strict';
import { isCareError, type LoadedModel } from '@care/registry-core';
import { assertIdentity, assertRejects, type ContractCheck } from '../contract-check.js';
import type { BackendContractOptions, BackendSubject, CreateBackendSubject } from './backend-subject.js';
import type { ContractModels, ModelCase } from './contract-models.js';
import { inputRules } from './input-rules.js';
import { onnxContractModels } from './onnx-contract-models.js';
import { referenceRules } from './reference-rules.js';
import { sessionRules } from './session-rules.js';
import { assertRuns, withSession } from './tensor-assertions.js';

/** One rule; `models` are the suite's or the plugin's own. */
export type BackendRule = (subject: BackendSubject, models: ContractModels) => void | Promise<void>;

/**
 * The rules that every backend keeps, each as a plain asynchronous function. Where the backend is not available, the
 * rules about running only ask that `open` says BACKEND_UNAVAILABLE.
 */
export function backendChecks(
  create: CreateBackendSubject,
  options: BackendContractOptions = {},
): readonly ContractCheck[] {
  const models = options.models ?? onnxContractModels();
  const named = (
    prefix: string,
    items: readonly { readonly name: string }[],
    rule: (index: number) => BackendRule,
  ) => items.map(({ name }, index): [string, BackendRule] => [`${prefix} ${name}`, rule(index)]);
  const running: [string, BackendRule][] = [
    ...named('computes:', models.cases, (index) => caseRule(models.cases[index])),
    ...named('says ARTIFACT_CORRUPT for', models.corrupt, (index) =>
      corruptRule(models.corrupt[index]?.model),
    ),
    ...Object.entries(OPEN_RULES),
    ...Object.entries(inputRules),
    ...Object.entries(sessionRules),
    ...(options.reference === undefined ? [] : referenceRules(models.cases, options.reference)),
  ];
  return [
    ...Object.entries(IDLE_RULES).map(([name, rule]) => toCheck(name, create, models, rule)),
    ...running.map(([name, rule]) => toCheck(name, create, models, whereAvailable(rule))),
  ];
}

function toCheck(
  name: string,
  create: CreateBackendSubject,
  models: ContractModels,
  rule: BackendRule,
): ContractCheck {
  const run = async (): Promise<void> => {
    const subject = await create();
    try {
      await rule(subject, models);
    } finally {
      await subject.backend.dispose?.();
      await subject.dispose?.();
    }
  };
  return { name, run };
}

function whereAvailable(rule: BackendRule): BackendRule {
  return async (subject, models) => {
    const { available } = await subject.backend.probe();
    if (available) return rule(subject, models);
    await assertRejects(() => subject.backend.open(models.doubling), ['BACKEND_UNAVAILABLE'], 'open');
  };
}

const IDLE_RULES: Readonly<Record<string, BackendRule>> = {
  'names itself, its contract version and its formats': ({ backend }, models) => {
    assertIdentity(backend, 'backend');
    const { format } = models.doubling;
    assert.ok(
      backend.formats.includes(format),
      `its formats ${backend.formats.join(', ')} do not hold "${format}"`,
    );
  },

  'tells what is there without throwing': async ({ backend }) => {
    const probe = await backend.probe();
    assert.equal(typeof probe.available, 'boolean', 'available');
    const ids = probe.devices.map((device) => device.id);
    assert.equal(new Set(ids).size, ids.length, `devices are told twice: ${ids.join(', ')}`);
    assert.equal(
      probe.available,
      probe.devices.some((device) => device.available),
      'available must be true when, and only when, a device is',
    );
    for (const device of probe.devices) {
      assert.ok(device.id.length > 0, 'a device has no id');
      assert.ok(
        device.available || device.reason,
        `device "${device.id}" is not available and does not say why`,
      );
    }
    assert.ok(probe.available || probe.reason, 'it is not available and does not say why');
    const { devices } = await backend.probe();
    assert.deepEqual(
      devices.map((device) => device.id),
      ids,
      'a second probe tells other devices',
    );
  },

  'is disposed without complaint, also twice and unused': async ({ backend }) => {
    await backend.dispose?.();
    await backend.dispose?.();
  },

  'is defined by a plugin that works without options': ({ definition }) => {
    if (definition === undefined) return;
    assertIdentity(definition, 'definition');
    assert.equal(definition.kind, 'backend', 'definition: kind');
    assert.ok(definition.options.safeParse({}).success, 'the options schema must accept {}');
  },
};

const OPEN_RULES: Readonly<Record<string, BackendRule>> = {
  'opens a model whose external data is given as bytes': async ({ backend }, { external }) => {
    if (external === undefined) return;
    await withSession(backend, external.whole.model, (session) => assertRuns(session, external.whole));
    await assertRejects(
      () => backend.open(external.missing),
      ['ARTIFACT_MISSING'],
      'open without external data',
    );
  },

  'refuses another format': async ({ backend }, { doubling }) => {
    const model = { ...doubling, format: 'no-such-format' };
    await assertRejects(
      () => backend.open(model),
      ['MODEL_INCOMPATIBLE', 'UNSUPPORTED'],
      'open another format',
    );
  },

  'says BACKEND_UNAVAILABLE for a device that is not there': async ({ backend }, { doubling }) => {
    const { devices } = await backend.probe();
    const absent = devices.filter((device) => !device.available).map((device) => device.id);
    for (const device of ['no-such-device', ...absent]) {
      await assertRejects(
        () => backend.open(doubling, { device }),
        ['BACKEND_UNAVAILABLE'],
        `device "${device}"`,
      );
    }
  },

  'rejects with ABORTED when the signal is aborted already': async ({ backend }, { doubling }) => {
    await assertRejects(() => backend.open(doubling, { signal: AbortSignal.abort() }), ['ABORTED'], 'open');
  },

  'leaves the bytes of the model as they are': async ({ backend }, { doubling }) => {
    const before = doubling.model.bytes.slice();
    await withSession(backend, doubling, () => Promise.resolve());
    assert.deepEqual(doubling.model.bytes, before);
  },
};

function caseRule(modelCase: ModelCase | undefined): BackendRule {
  return async ({ backend }) => {
    assert.ok(modelCase !== undefined);
    try {
      await withSession(backend, modelCase.model, (session) => assertRuns(session, modelCase));
    } catch (error) {
      const refused = isCareError(error, 'MODEL_INCOMPATIBLE', 'UNSUPPORTED');
      if (modelCase.optional !== true || !refused) throw error;
    }
  };
}

function corruptRule(model: LoadedModel | undefined): BackendRule {
  return async ({ backend }) => {
    assert.ok(model !== undefined);
    await assertRejects(() => backend.open(model), ['ARTIFACT_CORRUPT'], 'open');
  };
}
