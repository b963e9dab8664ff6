const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' });

/** Compares as people count: `frame2` before `frame10`; the same on every machine. */
export function naturalOrder(a: string, b: string): number {
  const order = collator.compare(a, b);
  if (order !== 0) return order;
  return a < b ? -1 : a > b ? 1 : 0;
}
