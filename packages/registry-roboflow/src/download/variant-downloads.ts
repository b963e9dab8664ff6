import type { ArtifactStore, DownloadSource } from '@care/artifact-store';
import { CareError, type FetchOptions, type ModelVariant } from '@care/registry-core';
import { linkKey, type DescribedFile, type ModelDescription } from '../description/model-description.js';
import { filesOf, type KnownFiles } from './known-files.js';
import type { SignedLinks } from './signed-links.js';

export interface DownloadCall extends FetchOptions {
  /** Asks Roboflow anew, so that there are URLs that have not expired. */
  readonly ask: () => Promise<ModelDescription>;
}

/** Brings the files of variants into the store and keeps them there while the registry lives. */
export class VariantDownloads {
  private readonly leased = new Set<string>();

  constructor(
    private readonly store: ArtifactStore,
    private readonly known: KnownFiles,
    private readonly links: SignedLinks,
  ) {}

  /** @throws CareError as the store; `MODEL_INCOMPATIBLE` when the variant is none of the description's */
  async fetch(description: ModelDescription, variantId: string, call: DownloadCall): Promise<void> {
    const files = filesOf(description, variantId);
    if (files.length === 0) throw unknownVariant(description, variantId);
    const here = await Promise.all(files.map((file) => this.known.find(description.id, file)));
    const missing = files.filter((_, index) => here[index] === undefined);
    await this.lease(here.flatMap((stored) => stored?.sha256 ?? []));
    if (missing.length === 0) return;
    const fresh = onceFor(call.ask);
    const { signal, onProgress } = call;
    const stored = await this.store.fetchAll(
      missing.map((file) => this.sourceOf(description, file, fresh)),
      {
        ...(signal === undefined ? {} : { signal }),
        ...(onProgress === undefined
          ? {}
          : {
              onProgress: ({ name, receivedBytes, totalBytes }) =>
                onProgress({
                  artifact: name,
                  receivedBytes,
                  ...(totalBytes === undefined ? {} : { totalBytes }),
                }),
            }),
      },
    );
    await this.lease(stored.map(({ sha256 }) => sha256));
    for (const [index, file] of missing.entries()) {
      const one = stored[index];
      if (one !== undefined) await this.known.note(description.id, file, one);
    }
  }

  /** Keeps the files of a variant that is here from eviction. */
  async hold({ artifacts }: ModelVariant): Promise<void> {
    await this.lease(artifacts.flatMap(({ sha256 }) => sha256 ?? []));
  }

  /** Until the store is disposed, which gives back what it leased. */
  private async lease(hashes: readonly string[]): Promise<void> {
    const more = hashes.filter((hash) => !this.leased.has(hash));
    if (more.length === 0) return;
    await this.store.lease(more);
    for (const hash of more) this.leased.add(hash);
  }

  private sourceOf(
    { id }: ModelDescription,
    file: DescribedFile,
    fresh: () => Promise<ModelDescription>,
  ): DownloadSource {
    const key = linkKey(file);
    return {
      name: file.name,
      ...(file.md5 === undefined ? {} : { md5: file.md5 }),
      url: async ({ expired }) => {
        const link = expired ? undefined : this.links.find(id, key);
        if (link !== undefined) return link;
        const said = (await fresh()).files.find(
          (one) => one.variantId === file.variantId && one.name === file.name,
        );
        const asked = this.links.find(id, key);
        if (asked !== undefined && said?.identity === file.identity) return asked;
        throw new CareError('DOWNLOAD_FAILED', `Roboflow no longer offers this ${file.name} of ${id}.`, {
          remedy: 'Ask for the model again: it has been trained or packaged anew.',
          details: { model: id, file: file.name },
        });
      },
    };
  }
}

/** Files that expire together are asked for together; a later expiry is a question of its own. */
function onceFor<T>(ask: () => Promise<T>): () => Promise<T> {
  let underway: Promise<T> | undefined;
  return () => {
    underway ??= ask().finally(() => (underway = undefined));
    return underway;
  };
}

function unknownVariant({ id, model }: ModelDescription, variantId: string): CareError {
  return new CareError('MODEL_INCOMPATIBLE', `Roboflow's ${id} has no variant "${variantId}".`, {
    remedy: `Choose one of ${model.variants.map((variant) => variant.id).join(', ')}.`,
    details: { model: id, variantId },
  });
}
