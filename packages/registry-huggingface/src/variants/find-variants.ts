import { posix } from 'node:path';
import type { HubFile } from '../hub/hub-file.js';

/** One form of a model as files of its repository. */
export interface VariantFiles {
  /** `onnx-fp16` */
  readonly id: string;
  readonly precision: string;
  readonly model: HubFile;
  /** Its external data, as far as names tell. */
  readonly external: readonly HubFile[];
}

/** The forms of one model, or the models among which a choice must be made (none: the repository has no ONNX file). */
export type FoundVariants =
  { readonly variants: readonly [VariantFiles, ...VariantFiles[]] } | { readonly models: readonly string[] };

/**
 * Suffixes that exporters give the forms of a model (transformers.js's `scripts/quantize.py`, Optimum), best first, and their precision.
 * `quantized` is dynamic 8-bit quantisation.
 */
const PRECISIONS: readonly (readonly [suffix: string, precision: string])[] = [
  ['', 'fp32'],
  ['fp32', 'fp32'],
  ['fp16', 'fp16'],
  ['int8', 'int8'],
  ['quantized', 'int8'],
  ['q8', 'int8'],
  ['uint8', 'uint8'],
  ['q4f16', 'q4f16'],
  ['q4', 'q4'],
  ['bnb4', 'bnb4'],
];
const SUFFIX = new RegExp(`^(.+?)[_.-](${PRECISIONS.flatMap(([suffix]) => suffix || []).join('|')})$`, 'i');

/**
 * The forms of the repository's model. Files of one folder whose names differ by a precision alone are one model; `onnx/model*.onnx` comes
 * before `model*.onnx`, and those before a single other model.
 * @param file the ONNX file that is wanted, when it is stated: then it alone
 */
export function findVariants(files: readonly HubFile[], file?: string): FoundVariants {
  const onnx = files.filter(({ path }) => path.toLowerCase().endsWith('.onnx'));
  if (file !== undefined) {
    const stated = onnx.find(({ path }) => path === file);
    return stated === undefined ? { models: namesOf(onnx) } : chosen([stated], files);
  }
  const groups = new Map<string, HubFile[]>();
  for (const one of onnx) {
    const key = nameOf(one).model;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const only = groups.size === 1 ? [...groups.values()][0] : undefined;
  const group = groups.get('onnx/model') ?? groups.get('model') ?? only;
  return group === undefined ? { models: namesOf(onnx) } : chosen(group, files);
}

function chosen(group: readonly HubFile[], files: readonly HubFile[]): FoundVariants {
  const rank = (file: HubFile): number => PRECISIONS.findIndex(([suffix]) => suffix === nameOf(file).suffix);
  const ordered = group.toSorted((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
  const taken = new Set<string>();
  const variants = ordered.map((model): VariantFiles => {
    const { suffix } = nameOf(model);
    const wanted = `onnx-${suffix === '' ? 'fp32' : suffix}`;
    let id = wanted;
    for (let number = 2; taken.has(id); number++) id = `${wanted}-${number}`;
    taken.add(id);
    const precision = PRECISIONS.find(([known]) => known === suffix)?.[1] ?? 'fp32';
    return { id, precision, model, external: externalDataOf(model, files) };
  });
  const [first, ...others] = variants;
  return first === undefined ? { models: [] } : { variants: [first, ...others] };
}

/** Path without precision and extension, and the precision's suffix in lower case. */
function nameOf({ path }: HubFile): { readonly model: string; readonly suffix: string } {
  const { dir, name } = posix.parse(path);
  const [, stem = name, suffix = ''] = SUFFIX.exec(name) ?? [];
  return { model: posix.join(dir, stem), suffix: suffix.toLowerCase() };
}

/** `model.onnx_data`, `model.onnx_data_1`, ... (Optimum, transformers.js), `model.onnx.data`, `model.data` (onnx, PyTorch). */
function externalDataOf({ path }: HubFile, files: readonly HubFile[]): HubFile[] {
  const stem = path.replace(/\.onnx$/i, '');
  return files.filter(({ path: other }) => {
    if (other === `${stem}.data`) return true;
    return other.startsWith(path) && /^(?:_data(?:_\d+)?|\.data)$/.test(other.slice(path.length));
  });
}

const namesOf = (files: readonly HubFile[]): string[] => files.map(({ path }) => path).sort();
