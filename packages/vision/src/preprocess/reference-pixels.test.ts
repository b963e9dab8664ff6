import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Box } from '../tasks/task.js';
import { numbersOf, preprocessor, RAW, type Changes } from './preprocessor.fixture.js';

interface Coded {
  readonly width: number;
  readonly height: number;
  readonly rgb: string;
}

/** Made by tools/fixtures/vision_resize.py with OpenCV, Pillow, numpy and scikit-image. */
interface Fixture {
  readonly cases: readonly {
    readonly note: string;
    readonly preprocessing: Changes;
    readonly image: Coded;
    readonly output: Coded;
    readonly region?: Box;
  }[];
}

const pixelsOf = ({ rgb }: Coded): Uint8Array => inflateSync(Buffer.from(rgb, 'base64'));

describe.each(['opencv-resize', 'placements', 'pillow', 'tones'])(
  '%s: every pixel within one grey level',
  (name) => {
    const { cases } = JSON.parse(
      readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'),
    ) as Fixture;

    it.each(cases.map((item, index) => ({ ...item, index })))('$note, case $index', (item) => {
      const { preprocessing, image, output, region } = item;
      const { width, height } = image;
      const changes: Changes = { ...RAW, ...preprocessing };
      const processor = preprocessor(output.width, output.height, changes, 'float32', 'nhwc');
      const frame = { data: pixelsOf(image), width, height, format: 'rgb' } as const;
      const wanted = pixelsOf(output);
      const found = numbersOf(processor, [{ frame, ...(region === undefined ? {} : { region }) }]);
      expect(found).toHaveLength(wanted.length);
      const worst = found.reduce((max, value, i) => Math.max(max, Math.abs(value - (wanted[i] ?? NaN))), 0);
      expect(worst).toBeLessThanOrEqual(1);
    });
  },
);
