export interface NamedModel {
  readonly name: string;
  /** A version or an alias. */
  readonly version?: string;
}

/** `id`, or `id@version`; what is asked for is looked up, never resolved. */
export function modelName(reference: string): NamedModel {
  const at = reference.indexOf('@');
  if (at < 0) return { name: reference };
  const version = reference.slice(at + 1);
  return { name: reference.slice(0, at), ...(version === '' ? {} : { version }) };
}
