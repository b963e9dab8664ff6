export const FRAME_WIDTH = 1280;
export const FRAME_HEIGHT = 720;

/** A frame as a camera gives it, 8-bit RGB: gradients with a bright window and a dark door in them. */
export function cameraFrame() {
  const data = new Uint8Array(FRAME_WIDTH * FRAME_HEIGHT * 3);
  for (let y = 0; y < FRAME_HEIGHT; y++) {
    for (let x = 0; x < FRAME_WIDTH; x++) {
      const window = x > 200 && x < 480 && y > 120 && y < 380;
      const door = x > 800 && x < 1000 && y > 200;
      const shade = window ? 235 : door ? 25 : 90 + Math.floor((x * 80) / FRAME_WIDTH) + ((x ^ y) & 7);
      const at = (y * FRAME_WIDTH + x) * 3;
      data[at] = shade;
      data[at + 1] = shade - (shade >> 3);
      data[at + 2] = shade - (shade >> 2);
    }
  }
  return { data, width: FRAME_WIDTH, height: FRAME_HEIGHT, format: 'rgb' };
}
