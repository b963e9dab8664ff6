import type { Box, DetectionPrediction } from '../tasks/task-prediction.js';
import { classColor } from './class-color.js';
import { svgNumber } from './drawing-canvas.js';
import type { DrawingCanvas } from './drawing-canvas.js';
import { fitLabel, labelElement, labelOf, labelSize } from './label-element.js';
import { placeLabels } from './label-layout.js';

/** Boxes with their labels as SVG elements, the best predictions on top. */
export function drawBoxes(predictions: readonly DetectionPrediction[], canvas: DrawingCanvas): string {
  const byConfidence = bestFirst(predictions);
  const boxes = byConfidence.map((prediction) => boxElement(prediction, canvas.line)).reverse();
  return [...boxes, drawLabels(byConfidence, canvas)].join('');
}

/** What can be drawn, by falling confidence: labels of the best find their place first. */
export function bestFirst<Prediction extends DetectionPrediction>(
  predictions: readonly Prediction[],
): Prediction[] {
  return predictions.filter(isDrawable).sort((a, b) => b.confidence - a.confidence);
}

/** Class and percentage beside each box; nothing when the canvas has no labels. */
export function drawLabels(byConfidence: readonly DetectionPrediction[], canvas: DrawingCanvas): string {
  if (!canvas.labels) return '';
  const { line, font } = canvas;
  const texts = byConfidence.map((prediction) => fitLabel(labelOf(prediction, canvas), font, canvas.width));
  const places = placeLabels(
    byConfidence.map(({ box }, i) => ({ box: outset(box, line / 2), ...labelSize(texts[i] ?? '', font) })),
    canvas,
  );
  const drawn = byConfidence.map(({ classId }, i) => {
    const place = places[i];
    return place === undefined ? '' : labelElement(texts[i] ?? '', place, font, classId);
  });
  return drawn.reverse().join('');
}

/** A dark line under the coloured one keeps the box visible on any ground. */
export function boxElement({ box, classId }: DetectionPrediction, line: number): string {
  const [x1, y1, x2, y2] = box;
  const rect = `x="${svgNumber(x1)}" y="${svgNumber(y1)}" width="${svgNumber(x2 - x1)}" height="${svgNumber(y2 - y1)}" fill="none"`;
  const { fill } = classColor(classId);
  return (
    `<rect ${rect} stroke="#000" stroke-opacity="0.35" stroke-width="${svgNumber(line * 1.8)}"/>` +
    `<rect ${rect} stroke="${fill}" stroke-width="${line}"/>`
  );
}

function isDrawable({ box }: DetectionPrediction): boolean {
  return box.every((value) => Number.isFinite(value)) && box[2] >= box[0] && box[3] >= box[1];
}

function outset([x1, y1, x2, y2]: Box, by: number): Box {
  return [x1 - by, y1 - by, x2 + by, y2 + by];
}
