import type { DrawingCanvas } from '../../draw/drawing-canvas.js';
import { fitLabel, labelElement, labelOf, labelSize } from '../../draw/label-element.js';
import type { ClassificationPrediction } from '../task-prediction.js';

/** As many as are read at a glance. */
const MAX_LABELS = 5;
/** Part of the picture's height that the list may cover, so that it stays a picture; the best class is always there. */
const MAX_COVER = 0.5;

/** The best classes with their percentages, one under the other from the top left corner; nothing when the canvas has no labels. */
export function drawClassList(
  predictions: readonly ClassificationPrediction[],
  canvas: DrawingCanvas,
): string {
  const { width, height, font: usual, line, labels } = canvas;
  if (!labels) return '';
  const margin = line;
  // In a very narrow picture letters shrink until at least the percentage fits.
  const font = usual * Math.min(1, (width - 2 * margin) / labelSize('100%', usual).width);
  const row = labelSize('', font).height;
  const room = Math.max(1, Math.floor((height * MAX_COVER - margin) / (row + line)));
  return predictions
    .filter(({ confidence }) => Number.isFinite(confidence))
    .sort((a, b) => b.confidence - a.confidence)
    .slice(0, Math.min(MAX_LABELS, room))
    .map((prediction, index) => {
      const text = fitLabel(labelOf(prediction, canvas), font, width - 2 * margin);
      const place = { x: margin, y: margin + index * (row + line), ...labelSize(text, font) };
      return labelElement(text, place, font, prediction.classId);
    })
    .join('');
}
