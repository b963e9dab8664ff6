/** The upright picture that is drawn on, with the sizes that suit it. All in pixels. */
export interface DrawingCanvas {
  readonly width: number;
  readonly height: number;
  /** Width of lines. */
  readonly line: number;
  /** Em size of letters. */
  readonly font: number;
  /** Whether names and confidences are written. */
  readonly labels: boolean;
  /** Whether confidences are written beside the names. */
  readonly confidences: boolean;
}

/** Line and letters grow with the picture; letters are never below 11 px (or what a tiny picture can hold). */
export function drawingCanvas(
  width: number,
  height: number,
  labels: boolean,
  confidences = true,
): DrawingCanvas {
  const size = Math.sqrt(width * height);
  return {
    width,
    height,
    labels,
    confidences,
    line: size < 160 ? 1 : Math.max(2, Math.round(size / 280)),
    font: Math.min(Math.max(11, size / 38), Math.max(7, height / 4)),
  };
}

/** A coordinate as SVG text: two decimals are finer than a renderer shows. */
export function svgNumber(value: number, digits = 2): string {
  return String(Number(value.toFixed(digits)));
}
