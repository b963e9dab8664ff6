/**
 * What the random models "see": ten objects on a 5 x 2 grid in the part of the 640 x 640 input that shows a 16:9 frame, 120 to
 * 180 pixels wide and high. In input pixels.
 */
export const OBJECTS = Array.from({ length: 10 }, (_, index) => ({
  x: 64 + 128 * (index % 5),
  y: 230 + 180 * Math.floor(index / 5),
  width: 120 + 15 * (index % 5),
  height: 180 - 15 * (index % 5),
}));
