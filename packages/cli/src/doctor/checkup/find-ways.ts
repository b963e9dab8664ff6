import type { Care } from '@care/model-manager';
import type { ModelPackage } from '@care/registry-core';
import { precisionClass } from '@care/registry-core/agreement';
import type { CheckedWay, Way } from './checkup-report.js';

/** What may be opened, the best reference first, and what cannot be, with its reasons. */
export interface FoundWays {
  readonly possible: readonly Way[];
  readonly impossible: readonly CheckedWay[];
}

/**
 * Every variant with every installed backend and every device that is there; coarse precisions too. First the variants in full precision, then the
 * others as the package lists them; of each the CPU first, which computes as it is told.
 */
export async function findWays(
  care: Care,
  reference: string,
  { variants }: ModelPackage,
  signal: AbortSignal,
): Promise<FoundWays> {
  const possible: Way[] = [];
  const impossible: CheckedWay[] = [];
  const full = variants.filter(({ precision }) => precisionClass(precision) === 'fp32');
  for (const { id, precision } of [...full, ...variants.filter((variant) => !full.includes(variant))]) {
    // Asked for by its id: otherwise coarse precisions are rejected.
    const verdicts = (await care.negotiate(reference, { variant: id, signal })).filter(
      ({ variant }) => variant === id,
    );
    const eligible = verdicts.filter(({ verdict }) => verdict === 'eligible');
    const ways = eligible.map(({ backend, device }): Way => ({
      ...{ variant: id, precision, backend },
      ...(device === undefined ? {} : { device }),
    }));
    possible.push(...ways.filter(isOnCpu), ...ways.filter((way) => !isOnCpu(way)));
    if (ways.length > 0) continue;
    const why = verdicts.map(({ backend, device, reason }) =>
      device === undefined ? `${backend}: ${reason}` : `${backend} on ${device}: ${reason}`,
    );
    const reasons = why.length === 0 ? ['no backend is installed'] : why;
    impossible.push({ ...{ variant: id, precision, backend: '-' }, verdict: 'not run', reasons });
  }
  return { possible, impossible };
}

const isOnCpu = ({ device }: Way): boolean => device === undefined || device.toLowerCase() === 'cpu';
