import { createRequire } from 'node:module';

/** Version of this package. */
export function packageVersion(): string {
  const read: unknown = createRequire(import.meta.url)('../package.json');
  return typeof read === 'object' && read !== null && 'version' in read ? String(read.version) : 'unknown';
}
