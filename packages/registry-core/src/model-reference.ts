import { CareError } from './errors/care-error.js';

/** A parsed model reference. */
export interface ModelReference {
  /** As written. */
  readonly raw: string;
  /** The one registry to ask, when the reference names it. */
  readonly registry?: string;
  readonly modelId: string;
  /** What follows `@`: version, range, alias or revision; each registry interprets it. */
  readonly selector?: string;
}

/**
 * Names of plugins and registries: lower case, digits, and single `.`, `_` or `-` between them, 2 to 64 characters.
 * Never one letter, so that a Windows drive (`c:model`) is not taken for a registry.
 */
export const PLUGIN_NAME_PATTERN = /^(?=.{2,64}$)[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*$/;

const MAX_ID = 256;
const MAX_SELECTOR = 128;
const MAX_REFERENCE = 512;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Why a model id cannot be named by a reference, or undefined when it can. */
export function modelIdProblem(id: string): string | undefined {
  if (/[:@]/.test(id)) return 'a model id holds no ":" and no "@"';
  return partProblem('model id', id, MAX_ID);
}

/** Why a version, range, alias or revision cannot follow `@`, or undefined when it can. */
export function selectorProblem(selector: string): string | undefined {
  if (selector.includes('@')) return 'it holds more than one "@"';
  return partProblem('part after "@"', selector, MAX_SELECTOR);
}

/**
 * Parses `id`, `id@selector`, `registry:id`, `registry:id@selector`. Ids may hold `/` and `.`, selectors also `:`.
 * @throws CareError REFERENCE_INVALID
 */
export function parseModelReference(reference: string): ModelReference {
  const given: unknown = reference;
  if (typeof given !== 'string') throw invalid(typeof given, 'it is not a string');
  if (reference.length > MAX_REFERENCE)
    throw invalid(reference, `it is longer than ${MAX_REFERENCE} characters`);
  const at = reference.indexOf('@');
  const head = at < 0 ? reference : reference.slice(0, at);
  const colon = head.indexOf(':');
  const registry = colon < 0 ? undefined : head.slice(0, colon);
  const modelId = head.slice(colon + 1);
  const selector = at < 0 ? undefined : reference.slice(at + 1);
  const problem =
    (registry === undefined ? undefined : registryProblem(registry)) ??
    modelIdProblem(modelId) ??
    (selector === undefined ? undefined : selectorProblem(selector));
  if (problem !== undefined) throw invalid(reference, problem);
  return {
    raw: reference,
    ...(registry === undefined ? {} : { registry }),
    modelId,
    ...(selector === undefined ? {} : { selector }),
  };
}

/** The inverse of {@link parseModelReference}. @throws CareError REFERENCE_INVALID when the parts make no reference */
export function formatModelReference(parts: Omit<ModelReference, 'raw'>): string {
  const prefix = parts.registry === undefined ? '' : `${parts.registry}:`;
  const text = `${prefix}${parts.modelId}${parts.selector === undefined ? '' : `@${parts.selector}`}`;
  const parsed = parseModelReference(text);
  if (parsed.registry !== parts.registry || parsed.modelId !== parts.modelId) {
    throw invalid(text, `its model id "${printable(parts.modelId)}" would be read as something else`);
  }
  return text;
}

function registryProblem(name: string): string | undefined {
  if (/^[A-Za-z]$/.test(name)) return `"${name}:" looks like a Windows drive; a reference is not a file path`;
  if (PLUGIN_NAME_PATTERN.test(name)) return undefined;
  return `"${printable(name)}" before the colon is no registry name (lower case, digits, ".", "_" or "-" between)`;
}

function partProblem(what: string, text: string, limit: number): string | undefined {
  if (text === '') return `the ${what} is empty`;
  if (text.length > limit) return `the ${what} is longer than ${limit} characters`;
  if (UNPRINTABLE.test(text)) return `the ${what} holds control or invisible characters`;
  if (text.includes('\\')) return `the ${what} holds a backslash; a reference is not a file path`;
  if (text !== text.trim()) return `the ${what} begins or ends with a space`;
  const segments = text.split('/');
  if (segments.some((segment) => segment === '')) return `the ${what} has an empty part between slashes`;
  if (segments.some((segment) => segment === '.' || segment === '..')) {
    return `the ${what} has a "." or ".." path segment`;
  }
  return undefined;
}

function printable(text: string): string {
  const cut = text.length > 80 ? `${text.slice(0, 80)}...` : text;
  return cut.replace(new RegExp(UNPRINTABLE, 'gu'), '?');
}

function invalid(reference: string, reason: string): CareError {
  return new CareError(
    'REFERENCE_INVALID',
    `Model reference "${printable(reference)}" cannot be read: ${reason}.`,
    {
      details: { reference: printable(reference), reason },
    },
  );
}
