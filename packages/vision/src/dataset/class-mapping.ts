import { CareError } from '@care/registry-core';
import { isPlaceholder, namesIn, plainName } from './class-names.js';
import type { DatasetClass } from './dataset.js';

export interface ClassMapping {
  /** The model's class id by the data set's. */
  readonly byId: ReadonlyMap<number, number>;
  /** Classes that the model does not know. */
  readonly unknown: readonly DatasetClass[];
}

/**
 * Which class of the model a class of the data set is: by name when both have names (case, spaces, `_` and `-` aside; WordNet
 * ids and synonyms count as names), otherwise by id.
 * @throws CareError INPUT_INVALID when no class of the data set is one of the model, or when a name fits several
 */
export function mapClasses(classes: readonly DatasetClass[], classNames: readonly string[]): ClassMapping {
  const named = !classNames.every(isPlaceholder) && classes.some(({ names }) => !names.every(isPlaceholder));
  const model = named ? placesByName(classNames) : new Map<string, number[]>();
  const byId = new Map<number, number>();
  const unknown: DatasetClass[] = [];
  for (const entry of classes) {
    const found = named
      ? byName(entry, model, classNames)
      : entry.id < classNames.length
        ? entry.id
        : undefined;
    if (found === undefined) unknown.push(entry);
    else byId.set(entry.id, found);
  }
  if (byId.size > 0 || classes.length === 0) return { byId, unknown };
  throw new CareError(
    'INPUT_INVALID',
    `none of the data set's classes (${listed(classes.map(describe))}) is one of the model's (${listed(classNames)})`,
    { remedy: "Name the data set's classes as the model does, or evaluate a model of these classes." },
  );
}

/** Name, or the number of a class that has none. */
export function describe({ id, names }: DatasetClass): string {
  return names[0] ?? String(id);
}

/** The first names, and how many there are more. */
export function listed(names: readonly string[]): string {
  const more = names.length - 5;
  return names.slice(0, 5).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function placesByName(classNames: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  classNames.forEach((name, place) => {
    for (const plain of new Set(namesIn(name).map(plainName))) {
      places.set(plain, [...(places.get(plain) ?? []), place]);
    }
  });
  return places;
}

function byName(
  entry: DatasetClass,
  model: ReadonlyMap<string, readonly number[]>,
  classNames: readonly string[],
): number | undefined {
  let several: readonly number[] = [];
  for (const name of entry.names.flatMap(namesIn)) {
    const places = model.get(plainName(name)) ?? [];
    const [only] = places;
    if (only !== undefined && places.length === 1) return only;
    // ImageNet has two kinds of crane: the number tells which.
    if (places.includes(entry.id)) return entry.id;
    if (places.length > 1) several = places;
  }
  if (several.length === 0) return undefined;
  throw new CareError(
    'INPUT_INVALID',
    `class ${JSON.stringify(describe(entry))} of the data set may be any of the model's classes ${several
      .map((place) => `${place} (${classNames[place] ?? ''})`)
      .join(', ')}`,
    { remedy: "Name the classes of the data set by what tells the model's apart." },
  );
}
