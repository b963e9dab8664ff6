/**
 * Runs `predict` over all items, `lanes` at a time, and keeps the order. The first failure aborts the rest and is thrown.
 * @param predict gets a signal that is aborted when another item failed or the caller cancels
 */
export async function predictBatch<Item, Result>(
  items: readonly Item[],
  lanes: number,
  signal: AbortSignal | undefined,
  predict: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(signal?.reason);
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  const results = new Array<Result>(items.length);
  const queue = items.entries();
  const lane = async (): Promise<void> => {
    // The iterator is shared: each lane takes the next item that none has taken.
    for (const [index, item] of queue) {
      results[index] = await predict(item, stop.signal);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
    return results;
  } catch (error) {
    stop.abort(error);
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}
