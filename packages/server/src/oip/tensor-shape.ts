import { badRequest } from '../http/request-refused.js';

const MAX_DIMS = 32;

/** Checks the `shape` of a request. @throws RequestRefused 400 */
export function readShape(name: string, shape: unknown): readonly number[] {
  const whole = (dim: unknown): dim is number =>
    typeof dim === 'number' && Number.isSafeInteger(dim) && dim >= 0;
  if (!Array.isArray(shape) || shape.length > MAX_DIMS || !shape.every(whole)) {
    throw badRequest(`"${name}": shape must be an array of at most ${MAX_DIMS} whole numbers of 0 or more`);
  }
  elementCount(name, shape);
  return shape;
}

/** @throws RequestRefused 400 when a number cannot hold it */
export function elementCount(name: string, shape: readonly number[]): number {
  const count = shape.reduce((product, dim) => product * dim, 1);
  if (!Number.isSafeInteger(count))
    throw badRequest(`"${name}": the shape has more elements than can be counted`);
  return count;
}
