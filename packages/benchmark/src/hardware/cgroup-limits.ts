export interface CgroupLimits {
  /** Cores; null without a quota. */
  readonly cpuQuota: number | null;
  /** Bytes; null without a limit. */
  readonly memoryBytes: number | null;
}

/** Files of a control group as far as they are there: version 2, or those of version 1. */
export interface CgroupFiles {
  /** v2 `cpu.max`: quota (or `max`) and period in microseconds. */
  readonly cpuMax?: string | undefined;
  /** v1 `cpu.cfs_quota_us`: -1 without a quota. */
  readonly quotaUs?: string | undefined;
  /** v1 `cpu.cfs_period_us`. */
  readonly periodUs?: string | undefined;
  /** v2 `memory.max`, or v1 `memory.limit_in_bytes`. */
  readonly memory?: string | undefined;
}

/** v1 says a number near 2^63 where there is no limit. */
const NO_LIMIT = 2 ** 60;

/** https://docs.kernel.org/admin-guide/cgroup-v2.html and cgroup-v1/ */
export function cgroupLimits({ cpuMax, quotaUs, periodUs, memory }: CgroupFiles): CgroupLimits {
  const [quota, period] = cpuMax === undefined ? [quotaUs, periodUs] : cpuMax.trim().split(/\s+/);
  const cpus = positive(quota) / positive(period);
  const bytes = positive(memory);
  return {
    cpuQuota: Number.isFinite(cpus) && cpus <= 1e6 ? Math.round(cpus * 1000) / 1000 : null,
    memoryBytes: bytes < NO_LIMIT ? Math.round(bytes) : null,
  };
}

function positive(text: string | undefined): number {
  const value = /^\s*\d+\s*$/.test(text ?? '') ? Number(text) : NaN;
  return value > 0 ? value : NaN;
}
