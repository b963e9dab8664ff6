import { readdirSync, readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { cgroupLimits, type CgroupLimits } from './cgroup-limits.js';
import { parseCpuInfo } from './cpu-info.js';
import type { Hardware } from './hardware.js';

const MEMORY_STEP = 256 * 2 ** 20;

/**
 * The fingerprint of this machine as this process sees it.
 * @param root where `/proc` and `/sys` lie
 */
export function readHardware(root = '/'): Hardware {
  const { model, flagsSha256, extensions } = parseCpuInfo(read(root, 'proc/cpuinfo') ?? '');
  const cores = cpus();
  return {
    cpu: {
      model: model ?? cores[0]?.model.trim().slice(0, 512) ?? 'unknown',
      flagsSha256,
      extensions: [...extensions],
      logicalCores: cores.length,
    },
    memoryBytes: Math.round(totalmem() / MEMORY_STEP) * MEMORY_STEP,
    gpus: nvidiaGpus(root),
    os: { platform: platform(), release: release(), arch: arch() },
    node: process.versions.node,
    limits: { cores: availableParallelism(), ...readLimits(root) },
  };
}

function readLimits(root: string): CgroupLimits {
  const group = join(root, 'sys/fs/cgroup');
  return cgroupLimits({
    cpuMax: read(group, 'cpu.max'),
    quotaUs: read(group, 'cpu/cpu.cfs_quota_us'),
    periodUs: read(group, 'cpu/cpu.cfs_period_us'),
    memory: read(group, 'memory.max') ?? read(group, 'memory/memory.limit_in_bytes'),
  });
}

/** As NVIDIA's kernel driver lists them; others are told by their backends only. */
function nvidiaGpus(root: string): Hardware['gpus'] {
  const folder = join(root, 'proc/driver/nvidia/gpus');
  const driver = /Module\s+([\d.]+)/.exec(read(root, 'proc/driver/nvidia/version') ?? '')?.[1] ?? '';
  return names(folder).map((slot) => {
    const model = /^Model:[ \t]*(.*)$/m.exec(read(folder, join(slot, 'information')) ?? '')?.[1]?.trim();
    return { name: (model ?? 'NVIDIA').slice(0, 512), driver };
  });
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted().slice(0, 64);
  } catch {
    return [];
  }
}

/** What a platform does not have is no fault. */
function read(root: string, file: string): string | undefined {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return undefined;
  }
}
