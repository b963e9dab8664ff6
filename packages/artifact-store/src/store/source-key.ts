import { createHash } from 'node:crypto';
import type { DownloadSource } from '../download/download-source.js';

/** Query parameters that differ each time the same address is signed; all others may tell which file is meant. */
const PARTS_OF_A_SIGNATURE =
  /^(?:x-(?:amz|goog|ms|oss)-.*|signature|sig|expires|policy|key-pair-id|awsaccesskeyid|googleaccessid|s[eprtv])$/i;

/** The same for the same file of the same server, whoever asks and however often its URL is signed anew. One-way. */
export function sourceKey(source: DownloadSource, url: string): string {
  const parts = [source.name, unsigned(url), source.size ?? '', source.md5?.toLowerCase() ?? ''];
  return `source-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40)}`;
}

function unsigned(url: string): string {
  if (!URL.canParse(url)) return url;
  const address = new URL(url);
  address.hash = '';
  for (const name of [...address.searchParams.keys()]) {
    if (PARTS_OF_A_SIGNATURE.test(name)) address.searchParams.delete(name);
  }
  return address.href;
}
