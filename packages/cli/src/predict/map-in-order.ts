/**
 * Runs `work` over the items with at most `limit` under way, and yields the results in the order of the items. When the
 * consumer stops or `work` fails, no further item is begun, and what is under way is awaited.
 */
export async function* mapInOrder<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const underWay: Promise<R>[] = [];
  let next = 0;
  const begin = (): void => {
    const index = next;
    const item = items[index];
    next += 1;
    if (item === undefined) return;
    const result = work(item, index);
    // Awaited in its turn, maybe long after it failed: until then Node must not take it for unhandled.
    result.catch(() => undefined);
    underWay.push(result);
  };
  try {
    while (underWay.length < limit && next < items.length) begin();
    for (let first = underWay[0]; first !== undefined; first = underWay[0]) {
      const result = await first;
      void underWay.shift(); // settled: it is `first`
      if (next < items.length) begin();
      yield result;
    }
  } finally {
    await Promise.allSettled(underWay);
  }
}
