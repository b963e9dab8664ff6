import { deploymentSpecSchema } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDeployment } from './parse-deployment.js';

describe('parseDeployment', () => {
  it('reads the file of the design', () => {
    const text = `{ "model_id": "fall-detector",
      "traffic": { "1.2.0": 90, "1.3.0": 10 }, "sticky_by": "camera_id", "shadow": ["1.4.0-rc.1"],
      "guard": { "min_requests": 200, "max_error_rate": 0.01, "max_p95_ratio": 1.5, "on_breach": "rollback" } }`;
    expect(parseDeployment(text, 'fall-detector.deployment.json')).toEqual({
      file: 'fall-detector.deployment.json',
      problems: [],
      spec: {
        modelId: 'fall-detector',
        source: 'fall-detector.deployment.json',
        traffic: { '1.2.0': 90, '1.3.0': 10 },
        stickyBy: 'camera_id',
        shadow: ['1.4.0-rc.1'],
        guard: { minRequests: 200, maxErrorRate: 0.01, maxP95Ratio: 1.5, onBreach: 'rollback' },
      },
    });
  });

  it('reads names, seconds and defaults', () => {
    const text = `{ "model_id": "m", "aliases": { "champion": "1.2.0" }, "traffic": { "champion": 1 },
      "guard": { "probe_interval_s": 0.5 } }`;
    expect(parseDeployment(text, 'm.deployment.json').spec).toMatchObject({
      aliases: { champion: '1.2.0' },
      guard: { minRequests: 100, onBreach: 'rollback', probeIntervalMs: 500 },
    });
  });

  it.each([
    ['{ "model_id": "m", "traffic": {} }', '$.traffic', 'a version with a weight above 0'],
    ['{ "model_id": "m", "traffic": { "1.0.0": 0 } }', '$.traffic', 'a version with a weight above 0'],
    ['{ "model_id": "m", "traffic": { "1.0.0": -1 } }', '$.traffic["1.0.0"]', 'at least 0'],
    ['{ "model_id": "m", "aliases": { "a": "b", "b": "1.0.0" } }', '$.aliases.a', 'not another alias'],
    ['{ "model_id": "m", "guard": { "on_breach": "rolback" } }', '$.guard.on_breach', 'rollback'],
    ['{ "model_id": "m", }', '$', ''],
    ['{ }', '$.model_id', 'a string'],
  ])('says what is wrong with %s', (text, jsonPath, expected) => {
    const { spec, problems } = parseDeployment(text, 'f');
    expect(spec).toBeUndefined();
    expect(problems[0]).toMatchObject({ file: 'f', severity: 'error' });
    expect(problems.map((problem) => problem.expected).join()).toContain(expected);
    if (jsonPath !== '$') expect(problems.some((problem) => problem.jsonPath === jsonPath)).toBe(true);
  });

  it('warns of a misspelt key and of a shadow that has traffic', () => {
    const text = '{ "model_id": "m", "trafic": {}, "traffic": { "1.0.0": 1 }, "shadow": ["1.0.0"] }';
    const { spec, problems } = parseDeployment(text, 'f');
    expect(spec).toBeDefined();
    expect(problems.map(({ severity, nearest }) => [severity, nearest])).toEqual([
      ['warning', 'traffic'],
      ['warning', undefined],
    ]);
  });

  it('gives what the contract takes, or problems, whatever the text', () => {
    const values = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          model_id: fc.constant('m'),
          traffic: fc.dictionary(fc.string(), fc.float()),
          shadow: fc.array(fc.string()),
          guard: fc.jsonValue(),
        },
        { requiredKeys: ['model_id'] },
      ),
    );
    fc.assert(
      fc.property(values, (value) => {
        const { spec, problems } = parseDeployment(JSON.stringify(value), 'f');
        if (spec === undefined) expect(problems.some(({ severity }) => severity === 'error')).toBe(true);
        else expect(deploymentSpecSchema.safeParse(spec).success).toBe(true);
      }),
      { numRuns: 500 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void parseDeployment(bytes, 'f')));
  });
});
