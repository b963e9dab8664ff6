import { arch, availableParallelism, cpus, freemem, platform, release, totalmem } from 'node:os';

/** The oldest Node that the packages declare in `engines`. */
const NEEDED = [20, 19] as const;

export interface MachineReport {
  readonly node: string;
  readonly nodeOk: boolean;
  readonly platform: string;
  readonly arch: string;
  readonly cpu: string;
  /** Cores this process may use. */
  readonly cores: number;
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
}

export function describeMachine(): MachineReport {
  const node = process.versions.node;
  return {
    node,
    nodeOk: isNodeNewEnough(node),
    platform: `${platform()} ${release()}`,
    arch: arch(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
  };
}

export function isNodeNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

export const NEEDED_NODE = NEEDED.join('.');
