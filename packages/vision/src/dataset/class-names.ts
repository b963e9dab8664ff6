/** WordNet ids, by which ImageNet names its classes. */
const WORDNET_ID = /^(n\d{8})(?:[\s,:_-]+(.+))?$/;

/** All that a class name says: `n02691156 airplane, aeroplane` is n02691156, airplane and aeroplane too. */
export function namesIn(text: string): string[] {
  const trimmed = text.trim();
  const [, wordnetId, rest = ''] = WORDNET_ID.exec(trimmed) ?? [];
  const words = wordnetId === undefined ? trimmed : rest;
  const synonyms = words.split(',').map((word) => word.trim());
  const all = [trimmed, wordnetId ?? '', words, ...synonyms].filter((name) => name !== '');
  return [...new Set(all)];
}

/** Case, spaces, underscores and hyphens do not tell names apart. */
export function plainName(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFKC')
    .replaceAll(/[\s_-]/g, '');
}

/** Names that only count: `7`, `class 7`, `class_7`. */
export function isPlaceholder(name: string): boolean {
  return /^(?:(?:class|cls|label)[\s_-]*)?\d+$/i.test(name.trim());
}
