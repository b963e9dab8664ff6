import fs from 'node:fs';
import path from 'node:path';
import { isRecord, PLUGIN_FIELD } from './plugin-field.js';

/** What discovery needs of a package.json. */
export interface PackageJson {
  readonly file: string;
  readonly name: string | undefined;
  readonly version: string;
  /** Value of the `care-registry` field; undefined when there is none. */
  readonly field: unknown;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** One object for all reads: making it for each takes a tenth of the scan. */
const UTF8 = { encoding: 'utf8' } as const;

export type PackageJsonRead =
  | { readonly state: 'read'; readonly json: PackageJson }
  | { readonly state: 'absent'; readonly file: string }
  | { readonly state: 'no-plugin'; readonly file: string }
  | { readonly state: 'broken'; readonly file: string; readonly reason: string };

/**
 * Reads a folder's package.json. Unless `always`, one that does not hold the words `"care-registry"` is not even
 * parsed: of a thousand installed packages a handful do.
 */
export function readPackageJson(dir: string, always: boolean): PackageJsonRead {
  const file = dir + path.sep + 'package.json';
  let text: string;
  try {
    text = fs.readFileSync(file, UTF8);
  } catch (error) {
    const code = isRecord(error) ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { state: 'absent', file };
    return { state: 'broken', file, reason: `cannot be read (${String(code)})` };
  }
  if (!always && !text.includes(`"${PLUGIN_FIELD}"`)) return { state: 'no-plugin', file };
  let fields: unknown;
  try {
    fields = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : '';
    return { state: 'broken', file, reason: `is not valid JSON: ${reason}` };
  }
  if (!isRecord(fields)) return { state: 'broken', file, reason: 'is not a JSON object' };
  const { name, version } = fields;
  return {
    state: 'read',
    json: {
      file,
      name: typeof name === 'string' ? name : undefined,
      version: typeof version === 'string' ? version : '0.0.0',
      field: fields[PLUGIN_FIELD],
      fields,
    },
  };
}

/** Names under the given dependency fields, each once, in the order of the file. */
export function dependencyNames(json: PackageJson, kinds: readonly string[]): string[] {
  const names = kinds.flatMap((kind) => {
    const dependencies = json.fields[kind];
    return isRecord(dependencies) ? Object.keys(dependencies) : [];
  });
  return [...new Set(names)];
}
