import { z } from 'zod';
import { contentError } from './content-error.js';

export const CLASS_NAMES = 'class_names.txt';
/** RF-DETR's name for the scores of nothing. */
const BACKGROUND = 'background_class83422';
const MAX_CLASSES = 100_000;

/** One name a line, an empty last line aside. @throws CareError `MANIFEST_INVALID` */
export function classNamesOfText(text: string): readonly string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  while (lines.length > 0 && lines.at(-1)?.trim() === '') lines.pop();
  if (lines.length === 0) throw contentError(CLASS_NAMES, 'it is empty');
  if (lines.length > MAX_CLASSES) throw contentError(CLASS_NAMES, `it has ${lines.length} lines`);
  return lines.map((line) => line.trim());
}

const classMap = z.looseObject({ CLASS_MAP: z.record(z.string(), z.string()) });

/** Names of `environment.json`, which has them by index when the API gives no list. @throws CareError `MANIFEST_INVALID` */
export function classNamesOfEnvironment(environment: unknown): readonly string[] {
  const parsed = classMap.safeParse(environment);
  if (!parsed.success)
    throw contentError('environment.json', 'it has no CLASS_MAP, and nothing else names the classes');
  const { CLASS_MAP: names } = parsed.data;
  return Array.from({ length: Object.keys(names).length }, (_, classId) => {
    const name = Object.hasOwn(names, String(classId)) ? names[String(classId)] : undefined;
    if (name === undefined) throw contentError('environment.json', `CLASS_MAP has no class ${classId}`);
    return name;
  });
}

/** Names that count, and the positions of those that do not, in the order of the network's scores. */
export interface ScoredClasses {
  readonly names: readonly string[];
  /** Ascending; the network has a score there, but it is that of no class. */
  readonly background: readonly number[];
}

export function withoutClasses(all: readonly string[], removed: ReadonlySet<string>): ScoredClasses {
  return {
    names: all.filter((name) => !removed.has(name)),
    background: all.flatMap((name, position) => (removed.has(name) ? [position] : [])),
  };
}

/** Names of the classic protocol, where only RF-DETR scores the background. */
export function classicClasses(all: readonly string[], architecture: string): ScoredClasses {
  return withoutClasses(all, new Set(architecture === 'rfdetr' ? [BACKGROUND] : []));
}
