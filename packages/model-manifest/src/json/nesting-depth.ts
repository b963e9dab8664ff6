import { createScanner } from 'jsonc-parser';

const OPENER_OF: Readonly<Record<string, string>> = { '}': '{', ']': '[' };

/**
 * Offset at which the text is nested deeper than `limit`; undefined when it never is. Keeps the recursive parser off the stack's
 * end, also for broken texts: it uses the same scanner, and a bracket that closes nothing counts for nothing.
 */
export function nestingDepth(text: string, limit: number): number | undefined {
  const scanner = createScanner(text, true);
  const open: string[] = [];
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    const offset = scanner.getTokenOffset();
    // The first character tells: a string's is its quote, even when it holds a bracket.
    const char = text[offset] ?? '';
    if (char === '{' || char === '[') {
      if (open.push(char) > limit) return offset;
    } else if (open.length > 0 && open.at(-1) === OPENER_OF[char]) open.pop();
  }
  return undefined;
}
