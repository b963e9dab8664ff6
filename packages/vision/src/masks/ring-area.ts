import type { Ring } from './polygon-raster.js';

/** Square pixels within an outline that does not cross itself, whichever way it runs. */
export function ringArea(ring: Ring): number {
  let twice = 0;
  for (let index = 0; index < ring.length; index += 2) {
    const next = (index + 2) % ring.length;
    twice += (ring[index] ?? 0) * (ring[next + 1] ?? 0) - (ring[next] ?? 0) * (ring[index + 1] ?? 0);
  }
  return Math.abs(twice) / 2;
}
