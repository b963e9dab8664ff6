/** The md5 in hex that Google Cloud Storage tells in `x-goog-hash: crc32c=...,md5=...`; undefined when it tells none. */
export function googMd5(value: string | null): string | undefined {
  for (const part of (value ?? '').split(',')) {
    const match = /^\s*md5\s*=\s*([A-Za-z0-9+/]{22}==)\s*$/i.exec(part);
    if (match?.[1] !== undefined) return Buffer.from(match[1], 'base64').toString('hex');
  }
  return undefined;
}
