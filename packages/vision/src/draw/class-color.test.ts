import { describe, expect, it } from 'vitest';
import { classColor, luminance } from './class-color.js';

const rgb = (hex: string): number[] =>
  (hex.slice(1).match(/../g) ?? []).map((pair) => parseInt(pair, 16) / 255);

describe('class colours', () => {
  it('give text a contrast of at least 4.5 (WCAG 2 AA)', () => {
    for (let id = 0; id < 1000; id++) {
      const { fill, text } = classColor(id);
      const [a, b] = [luminance(rgb(fill)), luminance(rgb(text))];
      expect((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('differ for 80 classes and are the same every time', () => {
    const fills = Array.from({ length: 80 }, (_, id) => classColor(id).fill);
    expect(new Set(fills).size).toBe(80);
    expect(classColor(7)).toEqual(classColor(7));
  });

  it('knows the luminance of WCAG', () => {
    expect(luminance([1, 1, 1])).toBeCloseTo(1, 6);
    expect(luminance([1, 0, 0])).toBeCloseTo(0.2126, 4);
  });
});
