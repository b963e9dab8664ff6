import type { ImageInput } from '@care/vision';

const WIDTH = 640;
const HEIGHT = 480;
const SCENES = 3;

/**
 * Pictures for models that come without any: slopes of colour with discs and boxes in them, so that numbers vary from place to place. A
 * detector will mostly find nothing there.
 */
export function generatedScenes(): ImageInput[] {
  return Array.from({ length: SCENES }, (_, scene) => ({
    data: pixels(scene),
    width: WIDTH,
    height: HEIGHT,
    format: 'rgb' as const,
  }));
}

function pixels(scene: number): Uint8Array {
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const at = (y * WIDTH + x) * 3;
      const shade = inDisc(x, y, scene) ? 200 : inBox(x, y, scene) ? 20 : undefined;
      data[at] = shade ?? (x * 255) / WIDTH;
      data[at + 1] = shade ?? (y * 255) / HEIGHT;
      data[at + 2] = (shade ?? 90) + 25 * scene;
    }
  }
  return data;
}

const inDisc = (x: number, y: number, scene: number): boolean =>
  Math.hypot(x - 180 - 90 * scene, y - 160) < 70 + 10 * scene;

const inBox = (x: number, y: number, scene: number): boolean =>
  Math.abs(x - 420 + 60 * scene) < 40 && Math.abs(y - 320) < 110 - 20 * scene;
