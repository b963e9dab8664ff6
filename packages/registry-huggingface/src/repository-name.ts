import type { ModelReference } from '@care/registry-core';

/** What a reference names at the Hub. */
export interface RepositoryName {
  /** `org/name`, or `name` for the few repositories without a namespace. */
  readonly repo: string;
  /** The ONNX file, when the reference names one: `org/name/weights/model.onnx`. */
  readonly file?: string;
  /** Branch, tag or commit; absent: `main`. */
  readonly revision?: string;
}

const NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$/;
const MAX_NAME = 96;

/**
 * The repository, and the file in it, that a reference names: `org/name`, `org/name/file.onnx`. Undefined when no repository can have
 * that name (the rules are those of huggingface_hub's `validate_repo_id`). A name without `org/` is asked for only where the
 * reference says `huggingface:`; otherwise each unknown local name would go over the network.
 */
export function repositoryName({ registry, modelId, selector }: ModelReference): RepositoryName | undefined {
  const segments = modelId.split('/');
  const revision = selector === undefined ? {} : { revision: selector };
  const [first = '', second, ...rest] = segments;
  if (!isName(first)) return undefined;
  if (second === undefined) return registry === undefined ? undefined : { repo: first, ...revision };
  const repo = `${first}/${second}`;
  if (!isName(second) || repo.length > MAX_NAME) return undefined;
  if (rest.length === 0) return { repo, ...revision };
  const file = rest.join('/');
  return file.toLowerCase().endsWith('.onnx') ? { repo, file, ...revision } : undefined;
}

function isName(name: string): boolean {
  return NAME.test(name) && !name.includes('--') && !name.includes('..') && !name.endsWith('.git');
}
