import type { ImageScore } from '../tasks/task-evaluation.js';

/** By rising score; of equal ones that with more mistakes first. */
export function worstFirst(images: readonly ImageScore[]): ImageScore[] {
  return images.toSorted((a, b) => a.score - b.score || b.mistakes - a.mistakes);
}
