import type { ArtifactStore, StoredArtifact } from '@care/artifact-store';
import type { ModelReference } from '@care/registry-core';
import { z } from 'zod';
import type { DescribedFile, ModelDescription } from '../description/model-description.js';

const known = z.object({ identity: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/**
 * Roboflow states no sha256: what the file of a package turned out to be is noted when it has been downloaded, so that it is found
 * again as long as Roboflow names the same file.
 */
export class KnownFiles {
  constructor(
    private readonly store: ArtifactStore,
    private readonly namespace: string,
  ) {}

  async find(id: string, file: DescribedFile): Promise<StoredArtifact | undefined> {
    const record = await this.store.records.read(this.namespace, keyOf(id, file));
    const noted = known.safeParse(record?.value);
    if (!noted.success || noted.data.identity !== file.identity) return undefined;
    return await this.store.find(noted.data.sha256);
  }

  async note(id: string, file: DescribedFile, { sha256 }: StoredArtifact): Promise<void> {
    const value = { identity: file.identity, sha256 };
    await this.store.records.write(this.namespace, keyOf(id, file), value, { files: [sha256] });
  }
}

function keyOf(id: string, { variantId, name }: DescribedFile): string {
  return `${id} ${variantId} ${name}`;
}

/** A package's files by variant. */
export function filesOf({ files }: ModelDescription, variantId: string): readonly DescribedFile[] {
  return files.filter((file) => file.variantId === variantId);
}

/** How a description is kept and found again. */
export function recordKey({ modelId, selector }: Pick<ModelReference, 'modelId' | 'selector'>): string {
  return selector === undefined ? modelId : `${modelId}@${selector}`;
}
