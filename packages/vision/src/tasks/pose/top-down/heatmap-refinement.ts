/** One keypoint's map: `width` x `height` numbers at `from`. */
export interface Heatmap {
  readonly data: Float32Array;
  readonly from: number;
  readonly width: number;
  readonly height: number;
}

/** A peak of a heatmap in cells; not whole after refinement. */
export interface Peak {
  readonly x: number;
  readonly y: number;
}

/**
 * A quarter of a cell towards the greater neighbour on each axis, when the peak is at least two cells off the left and top edge
 * and one off the others: HRNet's rule (arXiv 1902.09212; mmpose 0.x, `keypoints_from_heatmaps`, `post_process='default'`).
 */
export function shiftQuarter(map: Heatmap, { x, y }: Peak): Peak {
  if (x <= 1 || y <= 1 || x >= map.width - 1 || y >= map.height - 1) return { x, y };
  const dx = valueAt(map, x + 1, y) - valueAt(map, x - 1, y);
  const dy = valueAt(map, x, y + 1) - valueAt(map, x, y - 1);
  return { x: x + 0.25 * sign(dx), y: y + 0.25 * sign(dy) };
}

/** Cells beyond which a refinement is no peak of a parabola any more but noise. */
const MAX_SHIFT = 2;

/**
 * DARK: the top of the paraboloid through the logarithm of the smoothed map around the peak (arXiv 1910.06278), as ViTPose
 * is used (mmpose 0.x, `post_dark_udp` with kernel 11: Gaussian of sigma 2, reflected at the edges; values clipped to 0.001..50).
 * Where that top is more than two cells away, or not finite, the peak stays where it is.
 */
export function refineByDistribution(map: Heatmap, { x, y }: Peak): Peak {
  const at = (dx: number, dy: number): number => {
    const smooth = smoothedAt(map, clampTo(x + dx, map.width), clampTo(y + dy, map.height));
    return Math.log(Math.max(0.001, Math.min(50, smooth)));
  };
  const [center, right, left, below, above] = [at(0, 0), at(1, 0), at(-1, 0), at(0, 1), at(0, -1)];
  const [gradX, gradY] = [(right - left) / 2, (below - above) / 2];
  const epsilon = 2 ** -23;
  const xx = right - 2 * center + left + epsilon;
  const yy = below - 2 * center + above + epsilon;
  const xy = (at(1, 1) - right - below + 2 * center - left - above + at(-1, -1)) / 2;
  const determinant = xx * yy - xy * xy;
  const shiftX = (yy * gradX - xy * gradY) / determinant;
  const shiftY = (xx * gradY - xy * gradX) / determinant;
  // Written so that NaN is refused too.
  if (!(Math.abs(shiftX) <= MAX_SHIFT && Math.abs(shiftY) <= MAX_SHIFT)) return { x, y };
  return { x: x - shiftX, y: y - shiftY };
}

const RADIUS = 5;
const SIGMA = 2;
const KERNEL = gaussianKernel();

function gaussianKernel(): number[] {
  const weights = Array.from({ length: 2 * RADIUS + 1 }, (_, i) =>
    Math.exp(-((i - RADIUS) ** 2) / (2 * SIGMA ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function smoothedAt(map: Heatmap, x: number, y: number): number {
  let sum = 0;
  for (let j = -RADIUS; j <= RADIUS; j++) {
    const row = mirrored(y + j, map.height);
    let line = 0;
    for (let i = -RADIUS; i <= RADIUS; i++) {
      line += (KERNEL[i + RADIUS] ?? 0) * valueAt(map, mirrored(x + i, map.width), row);
    }
    sum += (KERNEL[j + RADIUS] ?? 0) * line;
  }
  return sum;
}

function valueAt({ data, from, width }: Heatmap, x: number, y: number): number {
  return data[from + y * width + x] ?? NaN;
}

/** dcba|abcd without the edge twice: OpenCV's BORDER_REFLECT_101. */
function mirrored(index: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const place = ((index % period) + period) % period;
  return place < size ? place : period - place;
}

const clampTo = (index: number, size: number): number => Math.max(0, Math.min(size - 1, index));

/** Of NaN it is 0. */
const sign = (value: number): number => Number(value > 0) - Number(value < 0);
