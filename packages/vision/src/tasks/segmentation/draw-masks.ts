import { instanceMask } from '../../masks/instance-mask.js';
import type { Ring } from '../../masks/polygon-raster.js';
import type { SegmentationPrediction } from '../task-prediction.js';
import { bestFirst, drawLabels } from '../../draw/box-overlay.js';
import { classColor } from '../../draw/class-color.js';
import { svgNumber } from '../../draw/drawing-canvas.js';
import type { DrawingCanvas } from '../../draw/drawing-canvas.js';

const FILL_OPACITY = 0.4;

/** Masks in translucent colour with an outline, and their labels, the best predictions on top. */
export function drawMasks(predictions: readonly SegmentationPrediction[], canvas: DrawingCanvas): string {
  const byConfidence = bestFirst(predictions);
  const masks = byConfidence.map((prediction) => maskElement(prediction, canvas.line)).reverse();
  return [...masks, drawLabels(byConfidence, canvas)].join('');
}

/** Holes stay open by the even-odd rule; a dark line under the coloured one keeps the outline visible on any ground. */
function maskElement({ mask, classId }: SegmentationPrediction, line: number): string {
  const rings = instanceMask(mask)
    .polygons()
    .flatMap(({ outer, holes }) => [outer, ...holes]);
  if (rings.length === 0) return '';
  const path = `d="${rings.map(ringPath).join('')}"`;
  const { fill } = classColor(classId);
  const width = Math.max(1, line * 0.6);
  return (
    `<path ${path} fill="none" stroke="#000" stroke-opacity="0.35" stroke-width="${svgNumber(width * 2)}" stroke-linejoin="round"/>` +
    `<path ${path} fill="${fill}" fill-opacity="${FILL_OPACITY}" fill-rule="evenodd" stroke="${fill}" stroke-width="${svgNumber(width)}" stroke-linejoin="round"/>`
  );
}

/**
 * Through the middles of the pixel edges that the outline runs along, so that stairs of single pixels become slopes: no
 * farther than half a pixel from the mask's own border.
 */
function ringPath(ring: Ring): string {
  const points: string[] = [];
  for (let index = 0; index < ring.length; index += 2) {
    const next = (index + 2) % ring.length;
    const [x, y] = [ring[index] ?? 0, ring[index + 1] ?? 0];
    const [toX, toY] = [ring[next] ?? 0, ring[next + 1] ?? 0];
    const [dx, dy] = [Math.sign(toX - x) / 2, Math.sign(toY - y) / 2];
    points.push(`${x + dx} ${y + dy}`);
    if (Math.abs(toX - x) + Math.abs(toY - y) > 1) points.push(`${toX - dx} ${toY - dy}`);
  }
  return `M${points.join('L')}Z`;
}
