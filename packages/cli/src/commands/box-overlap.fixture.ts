/** x1, y1, x2, y2 in any one unit. */
export type BoxOnImage = readonly [x1: number, y1: number, x2: number, y2: number];

/** The evaluator's own: never the code under test. */
export function intersectionOverUnion(a: BoxOnImage, b: BoxOnImage): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const area = (box: BoxOnImage): number => (box[2] - box[0]) * (box[3] - box[1]);
  return (width * height) / (area(a) + area(b) - width * height);
}
