import type { Box } from '../tasks/task.js';
import { classColor } from './class-color.js';
import { CAP_HEIGHT, DESCENT, glyphsOf, textWidth, UNITS_PER_EM } from './font/glyphs.js';
import { placeLabels } from './label-layout.js';
import type { Rect } from './label-layout.js';

/** A box to draw. */
export interface DrawnPrediction {
  readonly class: string;
  readonly classId: number;
  /** 0..1 */
  readonly confidence: number;
  /** Pixels of the upright picture. */
  readonly box: Box;
}

/** Sizes in pixels that suit a picture. */
interface DrawingScale {
  readonly line: number;
  readonly font: number;
}

/** Line and letters grow with the picture; letters are never below 11 px (or what a tiny picture can hold). */
function drawingScale(width: number, height: number): DrawingScale {
  const size = Math.sqrt(width * height);
  return {
    line: size < 160 ? 1 : Math.max(2, Math.round(size / 280)),
    font: Math.min(Math.max(11, size / 38), Math.max(7, height / 4)),
  };
}

/** The drawing as SVG elements, without text or fonts: letters are paths. Best predictions come last, on top. */
export function overlayElements(
  predictions: readonly DrawnPrediction[],
  picture: { readonly width: number; readonly height: number },
  labels: boolean,
): string {
  const { line, font } = drawingScale(picture.width, picture.height);
  // Labels of the best find their place first.
  const byConfidence = [...predictions].sort((a, b) => b.confidence - a.confidence);
  const boxes = byConfidence.map((prediction) => boxElement(prediction, line)).reverse();
  if (!labels) return boxes.join('');
  const texts = byConfidence.map((prediction) => fitText(labelOf(prediction), font, picture.width));
  const height = labelHeight(font);
  const places = placeLabels(
    byConfidence.map(({ box }, i) => ({
      box: outset(box, line / 2),
      width: labelWidth(texts[i] ?? '', font),
      height,
    })),
    picture,
  );
  const drawn = byConfidence.map(({ classId }, i) => {
    const place = places[i];
    return place === undefined ? '' : labelElement(texts[i] ?? '', place, font, classId);
  });
  return [...boxes, ...drawn.reverse()].join('');
}

function labelOf({ class: name, confidence }: DrawnPrediction): string {
  return `${name} ${Math.round(confidence * 100)}%`;
}

function padding(font: number): number {
  return font * 0.25;
}

function labelWidth(text: string, font: number): number {
  return (textWidth(text) / UNITS_PER_EM) * font + 2 * padding(font);
}

function labelHeight(font: number): number {
  return ((CAP_HEIGHT + DESCENT) / UNITS_PER_EM) * font + padding(font);
}

/** Cuts a name that is wider than the picture, keeping its end (the percentage) readable. */
function fitText(text: string, font: number, room: number): string {
  if (labelWidth(text, font) <= room) return text;
  const letters = Array.from(text);
  const tail = text.slice(text.lastIndexOf(' '));
  for (let keep = letters.length - tail.length; keep > 0; keep--) {
    const cut = `${letters.slice(0, keep).join('')}…${tail}`;
    if (labelWidth(cut, font) <= room) return cut;
  }
  return tail.trim();
}

function outset([x1, y1, x2, y2]: Box, by: number): Box {
  return [x1 - by, y1 - by, x2 + by, y2 + by];
}

/** A dark line under the coloured one keeps the box visible on any ground. */
function boxElement({ box, classId }: DrawnPrediction, line: number): string {
  const [x1, y1, x2, y2] = box;
  const rect = `x="${round(x1)}" y="${round(y1)}" width="${round(x2 - x1)}" height="${round(y2 - y1)}" fill="none"`;
  const { fill } = classColor(classId);
  return (
    `<rect ${rect} stroke="#000" stroke-opacity="0.35" stroke-width="${round(line * 1.8)}"/>` +
    `<rect ${rect} stroke="${fill}" stroke-width="${line}"/>`
  );
}

function labelElement(text: string, place: Rect, font: number, classId: number): string {
  const { fill, text: ink } = classColor(classId);
  const scale = font / UNITS_PER_EM;
  const baseline = place.y + padding(font) * 0.75 + CAP_HEIGHT * scale;
  let x = place.x + padding(font);
  const letters = glyphsOf(text).map(({ advance, path }) => {
    const at = x;
    x += advance * scale;
    return path === ''
      ? ''
      : `<path transform="translate(${round(at)} ${round(baseline)}) scale(${round(scale, 5)})" d="${path}"/>`;
  });
  const { width, height } = place;
  return (
    `<rect x="${round(place.x)}" y="${round(place.y)}" width="${round(width)}" height="${round(height)}" fill="${fill}"/>` +
    `<g fill="${ink}">${letters.join('')}</g>`
  );
}

function round(value: number, digits = 2): string {
  return String(Number(value.toFixed(digits)));
}
