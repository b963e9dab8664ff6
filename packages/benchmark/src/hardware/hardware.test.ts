import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cgroupLimits } from './cgroup-limits.js';
import { parseCpuInfo } from './cpu-info.js';
import { hardwareLine, hardwareSchema } from './hardware.js';
import { readHardware } from './read-hardware.js';

// As Linux prints them: an x86 server, and a Raspberry Pi 5.
const X86 = `processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R) Platinum 8488C\nflags\t\t: fpu sse4_2 avx2 fma avx512f amx_tile\nbogomips\t: 4800.00\n\nprocessor\t: 1\nflags\t\t: fpu\n`;
const ARM = `processor\t: 0\nBogoMIPS\t: 108.00\nFeatures\t: fp asimd evtstrm aes asimddp\nCPU implementer\t: 0x41\n\nModel\t\t: Raspberry Pi 5 Model B Rev 1.0\n`;

describe('parseCpuInfo', () => {
  it('reads x86 and ARM', () => {
    expect(parseCpuInfo(X86)).toMatchObject({
      model: 'Intel(R) Xeon(R) Platinum 8488C',
      extensions: ['amx_tile', 'avx2', 'avx512f', 'fma', 'sse4_2'],
    });
    expect(parseCpuInfo(ARM)).toMatchObject({
      model: 'Raspberry Pi 5 Model B Rev 1.0',
      extensions: ['asimd', 'asimddp'],
    });
  });

  it('tells flags apart, not their order', () => {
    const hash = (flags: string) => parseCpuInfo(`flags : ${flags}`).flagsSha256;
    expect(hash('a b')).toBe(hash('b a'));
    expect(hash('a b')).not.toBe(hash('a c'));
    expect(parseCpuInfo('')).toEqual({ flagsSha256: '', extensions: [] });
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { flagsSha256 } = parseCpuInfo(`flags:${text}`);
        expect(flagsSha256).toMatch(/^([0-9a-f]{64})?$/);
      }),
    );
  });
});

describe('cgroupLimits', () => {
  it.each([
    [
      { cpuMax: '150000 100000\n', memory: '2147483648\n' },
      { cpuQuota: 1.5, memoryBytes: 2 ** 31 },
    ],
    [
      { cpuMax: 'max 100000\n', memory: 'max\n' },
      { cpuQuota: null, memoryBytes: null },
    ],
    [
      { quotaUs: '50000', periodUs: '100000', memory: '9223372036854771712' },
      { cpuQuota: 0.5, memoryBytes: null },
    ],
    [
      { quotaUs: '-1', periodUs: '100000' },
      { cpuQuota: null, memoryBytes: null },
    ],
    [{}, { cpuQuota: null, memoryBytes: null }],
  ])('%j is %j', (files, limits) => {
    expect(cgroupLimits(files)).toEqual(limits);
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (cpuMax, memory) => {
        const { cpuQuota, memoryBytes } = cgroupLimits({ cpuMax, memory });
        expect(cpuQuota === null || cpuQuota > 0).toBe(true);
        expect(memoryBytes === null || memoryBytes > 0).toBe(true);
      }),
    );
  });
});

describe('readHardware', () => {
  it('is the same twice, and valid', () => {
    expect(readHardware()).toEqual(readHardware());
    expect(hardwareSchema.parse(readHardware())).toEqual(readHardware());
    expect(hardwareLine(readHardware())).toContain(`Node ${process.versions.node}`);
  });

  it('reads what the system tells in files', () => {
    const root = mkdtempSync(join(tmpdir(), 'care-hardware-'));
    const write = (file: string, text: string): void => {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    };
    try {
      write('proc/cpuinfo', X86);
      write('sys/fs/cgroup/cpu.max', '200000 100000');
      write('sys/fs/cgroup/memory.max', '1073741824');
      write('proc/driver/nvidia/version', 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue');
      write('proc/driver/nvidia/gpus/0000:01:00.0/information', 'Model: \t\t NVIDIA L4\nIRQ: 7\n');
      const hardware = readHardware(root);
      expect(hardware.cpu.model).toBe('Intel(R) Xeon(R) Platinum 8488C');
      expect(hardware.gpus).toEqual([{ name: 'NVIDIA L4', driver: '550.54.15' }]);
      expect(hardware.limits).toMatchObject({ cpuQuota: 2, memoryBytes: 2 ** 30 });
      expect(hardwareLine(hardware)).toContain('quota of 2 cores');
      expect(hardwareLine(hardware)).toContain('NVIDIA L4 (driver 550.54.15)');
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
