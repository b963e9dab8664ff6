import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logAxis, linearAxis } from './report/axis.js';
import { describePhase, TimeProgress } from './time-progress.js';
import { withBenchmarks } from './write-benchmarks.js';

describe('withBenchmarks', () => {
  const before = `\u{feff}{\n\t"model_id": "a",\n\t"benchmarks": { "latency_ms": { "cpu": 9, "orin": 3 }, "mAP50": 0.4 },\n\t"metadata": {}\n}\n`;

  it('keeps mark, indentation, order, and what was not measured', () => {
    const after = withBenchmarks(before, { latency_ms: { cpu: 7.5 }, model_size_mb: 3 });
    expect(after.startsWith('\u{feff}{\n\t"model_id"')).toBe(true);
    expect(after.endsWith('}\n')).toBe(true);
    expect(JSON.parse(after.slice(1))).toEqual({
      model_id: 'a',
      benchmarks: { latency_ms: { cpu: 7.5, orin: 3 }, mAP50: 0.4, model_size_mb: 3 },
      metadata: {},
    });
    expect(withBenchmarks(after, { latency_ms: { cpu: 7.5 }, model_size_mb: 3 })).toBe(after);
  });

  it('changes nothing else of any manifest', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.constantFrom(undefined, 2, '\t'),
        (manifest, indent) => {
          const content = JSON.stringify(manifest, null, indent);
          const after = JSON.parse(withBenchmarks(content, { latency_ms: { cpu: 1 } })) as Record<
            string,
            unknown
          >;
          const before = JSON.parse(content) as Record<string, unknown>;
          expect({ ...after, benchmarks: null }).toEqual({ ...before, benchmarks: null });
          expect(after.benchmarks).toMatchObject({ latency_ms: { cpu: 1 } });
        },
      ),
    );
  });
});

describe('the progress', () => {
  it('tells phase, share and the time that is left', () => {
    expect(describePhase({ phase: 'rounds', done: 3000, total: 12_000, leftMs: 9000 })).toBe(
      '[======                  ] measuring 25 %, 9.0 s left',
    );
    expect(describePhase({ phase: 'open', done: 0, total: 4 })).toContain('opening candidates 1/4');
  });

  it('is one line in a terminal, and a line now and then elsewhere', () => {
    const written: string[] = [];
    let now = 0;
    const on = (isTTY: boolean) =>
      new TimeProgress({ isTTY, columns: 40, write: (text: string) => written.push(text) }, () => now);
    const bar = on(true);
    for (now = 0; now < 300; now += 50)
      bar.update({ phase: 'rounds', done: now, total: 300, leftMs: 300 - now });
    bar.stop();
    expect(written).toHaveLength(4);
    expect(written.every((text) => text.startsWith('\r') && text.length < 50)).toBe(true);
    written.length = 0;
    const lines = on(false);
    for (now = 0; now < 12_000; now += 1000) lines.update({ phase: 'rounds', done: now, total: 12_000 });
    lines.stop();
    expect(written).toEqual(['measuring 0 %\n', 'measuring 41 %\n', 'measuring 83 %\n']);
  });
});

describe('axes', () => {
  it('hold all values, with ticks among them', () => {
    const values = fc.double({ min: 0.001, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        for (const axis of [linearAxis(0, max, 0, 100), logAxis(min, max, 0, 100)]) {
          for (const value of [min, max]) {
            expect(axis.at(value)).toBeGreaterThanOrEqual(-1e-6);
            expect(axis.at(value)).toBeLessThanOrEqual(100 + 1e-6);
          }
          expect(axis.ticks.length).toBeLessThan(40);
        }
      }),
    );
  });
});
