import type { ClassificationPrediction } from '../tasks/task-prediction.js';
import { classColor } from './class-color.js';
import { svgNumber } from './drawing-canvas.js';
import type { DrawingCanvas } from './drawing-canvas.js';
import { CAP_HEIGHT, DESCENT, glyphsOf, textWidth, UNITS_PER_EM } from './font/glyphs.js';
import type { Rect } from './label-layout.js';

/** Class and percentage, or the class alone. */
export function labelOf(
  { class: name, confidence }: ClassificationPrediction,
  { confidences }: DrawingCanvas,
): string {
  if (!confidences) return name;
  return `${name} ${Math.round(confidence * 100)}%`;
}

/** Size of a label in letters of `font` pixels, its padding included. */
export function labelSize(text: string, font: number): { readonly width: number; readonly height: number } {
  return {
    width: (textWidth(text) / UNITS_PER_EM) * font + 2 * padding(font),
    height: ((CAP_HEIGHT + DESCENT) / UNITS_PER_EM) * font + padding(font),
  };
}

/** Cuts a name that is wider than the room, keeping its end (the percentage) readable. */
export function fitLabel(text: string, font: number, room: number): string {
  if (labelSize(text, font).width <= room) return text;
  const letters = Array.from(text);
  const tail = text.slice(text.lastIndexOf(' '));
  for (let keep = letters.length - tail.length; keep > 0; keep--) {
    const cut = `${letters.slice(0, keep).join('')}…${tail}`;
    if (labelSize(cut, font).width <= room) return cut;
  }
  return tail.trim();
}

/** A plate in the class's colour with the text on it; letters are paths. */
export function labelElement(text: string, place: Rect, font: number, classId: number): string {
  const { fill, text: ink } = classColor(classId);
  const scale = font / UNITS_PER_EM;
  const baseline = place.y + padding(font) * 0.75 + CAP_HEIGHT * scale;
  let x = place.x + padding(font);
  const letters = glyphsOf(text).map(({ advance, path }) => {
    const at = x;
    x += advance * scale;
    return path === ''
      ? ''
      : `<path transform="translate(${svgNumber(at)} ${svgNumber(baseline)}) scale(${svgNumber(scale, 5)})" d="${path}"/>`;
  });
  const { width, height } = place;
  return (
    `<rect x="${svgNumber(place.x)}" y="${svgNumber(place.y)}" width="${svgNumber(width)}" height="${svgNumber(height)}" fill="${fill}"/>` +
    `<g fill="${ink}">${letters.join('')}</g>`
  );
}

function padding(font: number): number {
  return font * 0.25;
}
