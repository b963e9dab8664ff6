/** Control characters, and those that reorder or break lines. */
const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text of others (file names, class names, messages of registries) made safe for a terminal: no escape sequence, no
 * line break, no reordering.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '\u{fffd}');
}

/** As {@link printable}, but keeps line breaks and tabs: for texts of several lines. */
export function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\t').map(printable).join('\t'))
    .join('\n');
}
