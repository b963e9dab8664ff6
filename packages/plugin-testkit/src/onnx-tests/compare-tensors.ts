import type { Tensor } from '@care/registry-core';

/** As numpy.testing.assert_allclose, which ONNX's own runner uses: |actual - expected| <= absolute + relative * |expected|. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

export interface Comparison extends Tolerance {
  /** Texts that are numbers are compared as numbers: the specification does not say with how many digits they are written. */
  readonly numbersInTexts?: boolean;
}

/** What is wrong with an output; undefined when it is as expected. Not-a-number equals itself, as do equal infinities. */
export function difference(
  name: string,
  actual: Tensor | undefined,
  expected: Tensor,
  how: Comparison,
): string | undefined {
  const outer = differenceOfShape(name, actual, expected);
  if (outer !== undefined || actual === undefined) return outer;
  const [left, right] = [numbersOf(actual, how), numbersOf(expected, how)];
  let wrong = 0;
  let first = '';
  right.forEach((wanted, index) => {
    const found = left[index];
    if (found === undefined || isClose(found, wanted, how)) return;
    if (wrong === 0) first = `element ${index} is ${found}, expected ${wanted}`;
    wrong += 1;
  });
  return wrong === 0 ? undefined : `output "${name}": ${first} (${wrong} of ${right.length} differ)`;
}

/** What is wrong with its type, shape or amount of data. */
export function differenceOfShape(
  name: string,
  actual: Tensor | undefined,
  expected: Tensor,
): string | undefined {
  if (actual === undefined) return `output "${name}" is missing`;
  const said = `${actual.type} [${actual.dims.join(', ')}]`;
  const wanted = `${expected.type} [${expected.dims.join(', ')}]`;
  if (said !== wanted) return `output "${name}" is ${said}, expected ${wanted}`;
  if (actual.data.length === expected.data.length) return undefined;
  return `output "${name}" has ${actual.data.length} elements, expected ${expected.data.length}`;
}

/** The greatest absolute value of a tensor; 0 for texts and an empty one. */
export function greatestMagnitude(tensor: Tensor): number {
  let greatest = 0;
  for (const value of numbersOf(tensor, {})) {
    if (typeof value === 'number' && Number.isFinite(value)) greatest = Math.max(greatest, Math.abs(value));
  }
  return greatest;
}

type Value = number | bigint | string;

function isClose(found: Value, wanted: Value, { relative, absolute }: Tolerance): boolean {
  if (Object.is(found, wanted) || found === wanted) return true;
  if (typeof found === 'string' || typeof wanted === 'string') return false;
  const [left, right] = [Number(found), Number(wanted)];
  if (!Number.isFinite(left) || !Number.isFinite(right)) return false;
  return Math.abs(left - right) <= absolute + relative * Math.abs(right);
}

function numbersOf(
  tensor: Tensor,
  { numbersInTexts = false }: { readonly numbersInTexts?: boolean },
): Value[] {
  if (tensor.type === 'float16') return Array.from(tensor.data, fromHalf);
  if (tensor.type !== 'string') return [...tensor.data];
  return numbersInTexts ? tensor.data.map(numberOrText) : [...tensor.data];
}

/** `inf` and `nan` in whichever case are what C and Python print. */
function numberOrText(text: string): Value {
  const plain = text.trim().toLowerCase();
  if (plain === 'nan') return Number.NaN;
  if (/^[+-]?inf(?:inity)?$/.test(plain)) return plain.startsWith('-') ? -Infinity : Infinity;
  const number = Number(plain);
  return plain === '' || Number.isNaN(number) ? text : number;
}

/** IEEE 754 binary16. */
function fromHalf(bits: number): number {
  const sign = bits >> 15 === 1 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
