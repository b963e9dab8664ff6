import type { KeypointSpec } from '@care/registry-core';
import { bestFirst, boxElement, drawLabels } from '../../draw/box-overlay.js';
import { svgNumber } from '../../draw/drawing-canvas.js';
import type { DrawingCanvas } from '../../draw/drawing-canvas.js';
import type { Keypoint, PosePrediction } from '../task-prediction.js';
import { skeletonOf } from './keypoint-names.js';

/** Keypoints below this confidence are not drawn, nor the lines to them. */
export const MIN_DRAWN_KEYPOINT_CONFIDENCE = 0.3;

/** Apart from each other for people with red-green blindness too, and from the blue box of class 0. */
const SIDE_COLORS = { left: '#ff9500', right: '#00d8a0', middle: '#ffffff' } as const;
type Side = keyof typeof SIDE_COLORS;

/** Boxes, skeletons by side of the body (left orange, right green, what joins them white), joints, labels; the best on top. */
export function drawPoses(
  predictions: readonly PosePrediction[],
  canvas: DrawingCanvas,
  stated: KeypointSpec | undefined,
): string {
  const byConfidence = bestFirst(predictions);
  const persons = byConfidence.map(
    (prediction) => boxElement(prediction, canvas.line) + skeletonElement(prediction, canvas, stated),
  );
  return [...persons.reverse(), drawLabels(byConfidence, canvas)].join('');
}

function skeletonElement(
  { keypoints, box: [x1, y1, x2, y2] }: PosePrediction,
  canvas: DrawingCanvas,
  stated: KeypointSpec | undefined,
): string {
  // Persons far away get thin lines, or nothing of them would be seen beneath.
  const line = Math.max(1, Math.min(canvas.line, Math.hypot(x2 - x1, y2 - y1) / 70));
  const drawn = (keypoint: Keypoint | undefined): keypoint is Keypoint =>
    keypoint !== undefined && isDrawn(keypoint, canvas);
  const names = keypoints.map(({ name }) => name);
  const limbs = skeletonOf(names, stated).flatMap(([from, to]) => {
    const [a, b] = [keypoints[from], keypoints[to]];
    return drawn(a) && drawn(b) ? [limbElements(a, b, line)] : [];
  });
  const joints = keypoints.filter(drawn).map((joint) => jointElement(joint, line));
  // All dark edges first: the edge of one limb must not cross the colour of another.
  return [...limbs.map(({ edge }) => edge), ...limbs.map(({ color }) => color), ...joints].join('');
}

function limbElements(
  a: Keypoint,
  b: Keypoint,
  line: number,
): { readonly edge: string; readonly color: string } {
  const [sideA, sideB] = [sideOf(a.name), sideOf(b.name)];
  // A line from the middle (the nose) to a side belongs to that side.
  const side = sideA === sideB || sideB === 'middle' ? sideA : sideA === 'middle' ? sideB : 'middle';
  const from = `x1="${svgNumber(a.x)}" y1="${svgNumber(a.y)}" x2="${svgNumber(b.x)}" y2="${svgNumber(b.y)}" stroke-linecap="round"`;
  return {
    edge: `<line ${from} stroke="#000" stroke-opacity="0.55" stroke-width="${svgNumber(line * 2.2)}"/>`,
    color: `<line ${from} stroke="${SIDE_COLORS[side]}" stroke-width="${svgNumber(line * 1.4)}"/>`,
  };
}

function jointElement({ name, x, y }: Keypoint, line: number): string {
  return `<circle cx="${svgNumber(x)}" cy="${svgNumber(y)}" r="${svgNumber(line * 1.5)}" fill="${SIDE_COLORS[sideOf(name)]}" stroke="#000" stroke-width="${svgNumber(line * 0.5)}"/>`;
}

/** By what the name says: `left_eye`, `eye-left`, `LEFT KNEE`, `l_wrist`. */
function sideOf(name: string): Side {
  const words = name.toLowerCase().split(/[^a-z]+/);
  if (words.includes('left') || words.includes('l')) return 'left';
  return words.includes('right') || words.includes('r') ? 'right' : 'middle';
}

/** Sure enough, and near enough to the picture that an SVG renderer's numbers suffice. */
function isDrawn({ x, y, confidence }: Keypoint, { width, height }: DrawingCanvas): boolean {
  return confidence >= MIN_DRAWN_KEYPOINT_CONFIDENCE && Math.abs(x) <= 3 * width && Math.abs(y) <= 3 * height;
}
