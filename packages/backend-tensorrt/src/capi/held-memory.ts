/**
 * JavaScript memory that native code reads or writes. An address in a number is no reference: without one that the engine cannot
 * optimise away, the collector would free the memory under a call that runs on another thread.
 */
const held = new Set<object>();

/** Keeps all of `memory` until the work is done. */
export async function whileHeld<T>(memory: object, work: () => Promise<T>): Promise<T> {
  const entry = { memory };
  held.add(entry);
  try {
    return await work();
  } finally {
    held.delete(entry);
  }
}

/** As `whileHeld`, for a call that returns when it is done. */
export function whileHeldSync<T>(memory: object, work: () => T): T {
  const entry = { memory };
  held.add(entry);
  try {
    return work();
  } finally {
    held.delete(entry);
  }
}
