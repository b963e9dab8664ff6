/** The entries that are set: an option that was not given stays absent instead of being `undefined`. */
export function definedOnly<T extends object>(options: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<T>;
}
