import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEnergyMeter } from './energy-meter.js';
import { parseProcessStatus, processMemory } from './process-memory.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'care-platform-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('process memory', () => {
  it('is what Linux says of each process, summed', async () => {
    for (const [pid, rss] of [
      ['11', 1000],
      ['12', 500],
    ] as const) {
      mkdirSync(join(dir, pid));
      writeFileSync(join(dir, pid, 'status'), `Name:\tnode\nVmHWM:\t    2048 kB\nVmRSS:\t    ${rss} kB\n`);
    }
    expect(await processMemory([11, 12], dir)).toEqual({
      residentBytes: 1500 * 1024,
      peakBytes: 4096 * 1024,
    });
    expect(await processMemory([11, 13], dir)).toBeUndefined();
    expect(await processMemory([], dir)).toBeUndefined();
  });

  it.skipIf(process.platform !== 'linux')('of this process is near what Node says', async () => {
    const memory = await processMemory([process.pid]);
    const rss = process.memoryUsage.rss();
    expect(memory?.residentBytes).toBeGreaterThan(rss * 0.7);
    expect(memory?.residentBytes).toBeLessThan(rss * 1.3);
    expect(memory?.peakBytes).toBeGreaterThanOrEqual(memory?.residentBytes ?? Infinity);
  });

  it('takes any text', () => {
    fc.assert(fc.property(fc.string(), (text) => parseProcessStatus(text) === undefined));
  });
});

describe('the energy meter', () => {
  const zone = (name: string, kind: string, range: string, energy: string): void => {
    mkdirSync(join(dir, name), { recursive: true });
    writeFileSync(join(dir, name, 'name'), `${kind}\n`);
    writeFileSync(join(dir, name, 'max_energy_range_uj'), range);
    writeFileSync(join(dir, name, 'energy_uj'), energy);
  };

  it('sums the packages and goes on where a counter begins again', async () => {
    zone('intel-rapl:0', 'package-0', '10000000\n', '9000000\n');
    zone('intel-rapl:1', 'package-1', '10000000\n', '1000000\n');
    zone('intel-rapl:0:0', 'core', '10000000\n', '5\n');
    zone('intel-rapl:2', 'psys', '10000000\n', '5\n');
    const meter = await openEnergyMeter(dir);
    expect(meter?.source).toBe('RAPL, 2 processor packages');
    zone('intel-rapl:0', 'package-0', '10000000\n', '500000\n');
    zone('intel-rapl:1', 'package-1', '10000000\n', '3000000\n');
    expect(await meter?.read()).toBeCloseTo(3.5, 9);
    expect(await meter?.read()).toBeCloseTo(3.5, 9);
  });

  it('is none where there are no counters, or unreadable ones', async () => {
    expect(await openEnergyMeter(join(dir, 'absent'))).toBeUndefined();
    zone('intel-rapl:0', 'package-0', '10', 'permission denied');
    expect(await openEnergyMeter(dir)).toBeUndefined();
  });
});
