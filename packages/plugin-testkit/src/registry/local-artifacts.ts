import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { ArtifactFile, ModelPackage } from '@care/registry-core';

/** Every artifact of the variant is a local file that is what the package says. */
export async function assertLocalArtifacts(model: ModelPackage, variantId: string): Promise<void> {
  const variant = model.variants.find((candidate) => candidate.id === variantId);
  assert.ok(variant !== undefined, `the fetched package has no variant "${variantId}"`);
  for (const artifact of variant.artifacts) await assertLocal(artifact);
}

async function assertLocal({ name, path, size, sha256 }: ArtifactFile): Promise<void> {
  assert.ok(path !== undefined && isAbsolute(path), `artifact "${name}" has no absolute path`);
  const found = await stat(path);
  assert.ok(found.isFile(), `artifact "${name}": ${path} is no file`);
  if (size !== undefined) assert.equal(found.size, size, `artifact "${name}": size`);
  if (sha256 === undefined) return;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  assert.equal(hash.digest('hex'), sha256, `artifact "${name}": sha256`);
}
