const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Bits of the IEEE 754 half nearest to `value` (ties to even; overflow gives infinity). */
export function toHalf(value: number): number {
  float[0] = value;
  const x = bits[0] ?? 0;
  const sign = (x >>> 16) & 0x8000;
  const magnitude = x & 0x7fffffff;
  if (magnitude >= 0x7f800000) return sign | 0x7c00 | (magnitude > 0x7f800000 ? 0x200 : 0);
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  }
  // Below the smallest normal half: a multiple of 2^-24, which a double holds exactly.
  const steps = Math.abs(float[0]) * 16_777_216;
  const floor = Math.floor(steps);
  const rest = steps - floor;
  return sign | (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor);
}

/** Stores `count` numbers of `floats` as half precision bits. */
export function storeHalves(
  floats: Float32Array,
  from: number,
  count: number,
  halves: Uint16Array,
  to: number,
): void {
  const words = new Int32Array(floats.buffer, floats.byteOffset + from * 4, count);
  for (let k = 0; k < count; k++) {
    const x = words[k] ?? 0;
    const magnitude = x & 0x7fffffff;
    // Most numbers of a picture are normal in both formats, or 0.
    if (magnitude >= 0x38800000 && magnitude < 0x477ff000) {
      halves[to + k] =
        ((x >>> 16) & 0x8000) | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
    } else halves[to + k] = magnitude === 0 ? (x >>> 16) & 0x8000 : toHalf(floats[from + k] ?? 0);
  }
}
