import { z } from 'zod';

const text = z.string().max(512);
const count = z.number().int().min(0).max(1e6);
const bytes = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** What a measurement depends on of the machine. Two machines with equal fingerprints may share profiles. */
export const hardwareSchema = z.strictObject({
  cpu: z.strictObject({
    model: text,
    /** SHA-256 of the instruction set flags in order; empty where the platform does not tell them. */
    flagsSha256: z.string().regex(/^(|[0-9a-f]{64})$/),
    /** Extensions that matter for inference (avx2, avx512f, amx_tile, asimddp, ...). */
    extensions: z.array(z.string().max(32)).max(64),
    /** Logical cores of the machine. */
    logicalCores: count,
  }),
  /** In steps of 256 MiB: kernels of one version differ by less. */
  memoryBytes: bytes,
  gpus: z.array(z.strictObject({ name: text, driver: text })).max(64),
  os: z.strictObject({ platform: text, release: text, arch: text }),
  node: text,
  /** What the container or the process may use; null where there is no limit. */
  limits: z.strictObject({
    /** Cores that the process may run on. */
    cores: count,
    cpuQuota: z.number().min(0).max(1e6).nullable(),
    memoryBytes: bytes.nullable(),
  }),
});

export type Hardware = z.output<typeof hardwareSchema>;

/** The machine in one line, for people. */
export function hardwareLine({ cpu, memoryBytes, gpus, os, node, limits }: Hardware): string {
  const parts = [
    cpu.model,
    cores(limits.cores, cpu.logicalCores),
    ...(limits.cpuQuota === null ? [] : [`quota of ${limits.cpuQuota} cores`]),
    `${gib(memoryBytes)} GiB`,
    ...(limits.memoryBytes === null ? [] : [`limit of ${gib(limits.memoryBytes)} GiB`]),
    ...gpus.map(({ name, driver }) => (driver === '' ? name : `${name} (driver ${driver})`)),
    `${os.platform} ${os.release} ${os.arch}`,
    `Node ${node}`,
  ];
  return parts.join(', ');
}

function cores(usable: number, logical: number): string {
  return usable === logical ? `${usable} cores` : `${usable} of ${logical} cores`;
}

function gib(value: number): string {
  return (value / 2 ** 30).toFixed(1).replace(/\.0$/, '');
}
