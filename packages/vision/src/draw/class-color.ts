/** A colour as #rrggbb and the text colour that reads best on it. */
export interface ClassColor {
  readonly fill: string;
  readonly text: '#000000' | '#ffffff';
}

/** Hue steps of the golden angle keep the classes apart however many there are; lightness varies in three steps. */
const GOLDEN_ANGLE = 137.508;
const LIGHTNESS = [0.52, 0.68, 0.4] as const;

/** The same class id always has the same colour. */
export function classColor(classId: number): ClassColor {
  const index = Math.max(0, Math.floor(classId));
  const lightness = LIGHTNESS[Math.floor(index / 9) % LIGHTNESS.length] ?? 0.52;
  const rgb = hslToRgb((205 + index * GOLDEN_ANGLE) % 360, 0.85, lightness);
  const fill = `#${rgb
    .map((value) =>
      Math.round(value * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
  // Contrast with black is (L + 0.05) / 0.05, with white 1.05 / (L + 0.05): equal at L = 0.179.
  return { fill, text: luminance(rgb) > 0.179 ? '#000000' : '#ffffff' };
}

function hslToRgb(hue: number, saturation: number, lightness: number): number[] {
  const amplitude = saturation * Math.min(lightness, 1 - lightness);
  return [0, 8, 4].map((n) => {
    const k = (n + hue / 30) % 12;
    return lightness - amplitude * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  });
}

/** Relative luminance of WCAG 2. */
export function luminance(rgb: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = rgb.map((value) =>
    value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
