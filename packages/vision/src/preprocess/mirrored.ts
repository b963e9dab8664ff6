/** Where a position beyond 0..size-1 lies when the line is mirrored at its ends, edge pixels not repeated (OpenCV's BORDER_REFLECT_101). */
export function mirrored(position: number, size: number): number {
  const period = 2 * (size - 1);
  if (period === 0) return 0;
  const place = ((position % period) + period) % period;
  return place < size ? place : period - place;
}
