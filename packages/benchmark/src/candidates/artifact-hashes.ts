import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ModelVariant } from '@care/registry-core';

interface Known {
  readonly stamp: string;
  readonly sha256: Promise<string>;
}

/** Content of files, read once as long as they are not touched. */
export class ArtifactHashes {
  readonly #known = new Map<string, Known>();

  /**
   * By artifact name. What the package states is taken as it is, for the loader refuses anything else; files are read. Undefined when
   * a file is neither stated nor here.
   */
  async of({ artifacts }: ModelVariant): Promise<Record<string, string> | undefined> {
    const hashes: Record<string, string> = {};
    for (const { name, sha256, path } of artifacts) {
      const hash = sha256 ?? (path === undefined ? undefined : await this.#read(path));
      if (hash === undefined) return undefined;
      hashes[name] = hash;
    }
    return hashes;
  }

  async #read(path: string): Promise<string | undefined> {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) return undefined;
    const stamp = `${found.size} ${found.mtimeMs} ${found.ctimeMs} ${found.ino}`;
    const known = this.#known.get(path);
    if (known?.stamp === stamp) return await known.sha256;
    const sha256 = hashFile(path);
    this.#known.set(path, { stamp, sha256 });
    sha256.catch(() => this.#known.delete(path));
    return await sha256;
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/** Bytes of all files of a variant, as far as they are stated or here. */
export async function variantBytes({ artifacts }: ModelVariant): Promise<number> {
  let sum = 0;
  for (const { size, path } of artifacts) {
    sum += size ?? (path === undefined ? 0 : ((await stat(path).catch(() => undefined))?.size ?? 0));
  }
  return sum;
}
