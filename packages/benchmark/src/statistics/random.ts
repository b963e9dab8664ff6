/** Numbers in [0, 1) that are the same for the same seed everywhere (xorshift, Marsaglia 2003, seeded through a mixing step). */
export function seededRandom(seed: number): () => number {
  let state = (Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ 0x1656_67b1) | 0;
  if (state === 0) state = 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
