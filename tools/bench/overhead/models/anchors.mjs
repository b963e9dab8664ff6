import { OBJECTS } from './scene.mjs';
import { SIZE } from './yolov8-trunk.mjs';

/** Anchors of strides 8, 16 and 32. */
export const ANCHORS = 8400;
/** The bin at which the distributions of box sides peak: distance of a side from the anchor point in strides. */
export const PEAK = 6;

/**
 * The constants that an export holds: anchor points in strides and strides in pixels, all x and then all y. Those of the coarsest
 * scale are not a grid: each of its 400 anchors lies on an object of the scene, 40 on each, with strides that give the object's size.
 *
 * @returns {{ points: number[], strides: number[] }}
 */
export function anchorConstants() {
  const anchors = [...grid(8), ...grid(16), ...onObjects((SIZE / 32) ** 2)];
  const both = (value) => [...anchors.map(({ x }) => value(x)), ...anchors.map(({ y }) => value(y))];
  return {
    points: both(({ position, stride }) => position / stride),
    strides: both(({ stride }) => stride),
  };
}

function grid(stride) {
  const side = SIZE / stride;
  const axis = (cell) => ({ position: (cell + 0.5) * stride, stride });
  return Array.from({ length: side * side }, (_, index) => ({
    x: axis(index % side),
    y: axis(Math.floor(index / side)),
  }));
}

function onObjects(count) {
  const axis = (position, extent) => ({ position, stride: extent / (2 * PEAK) });
  return Array.from({ length: count }, (_, index) => {
    const { x, y, width, height } = OBJECTS[index % OBJECTS.length];
    return { x: axis(x, width), y: axis(y, height) };
  });
}
