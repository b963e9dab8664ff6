import { stat } from 'node:fs/promises';
import type { Care } from '@care/model-manager';
import { CareError, type ArtifactFile, type FetchProgress, type ResolvedModel } from '@care/registry-core';

export interface PulledFile {
  readonly name: string;
  readonly role: ArtifactFile['role'];
  /** Bytes. */
  readonly size: number;
  /** As the registry states it; absent when it does not. */
  readonly sha256?: string;
  readonly path: string;
}

export interface PulledVariant {
  readonly id: string;
  readonly format: string;
  readonly precision: string;
  readonly files: readonly PulledFile[];
}

export interface PulledModel {
  readonly reference: string;
  readonly resolved: ResolvedModel;
  readonly variants: readonly PulledVariant[];
  /** False: everything was here already. */
  readonly downloaded: boolean;
}

export interface PullRequest {
  readonly reference: string;
  readonly resolved: ResolvedModel;
  readonly variantIds: readonly string[];
  readonly signal: AbortSignal;
  readonly onProgress: (progress: FetchProgress) => void;
}

/** Makes the files of the variants local. @throws CareError what the registry throws */
export async function pullModel(care: Pick<Care, 'registry'>, request: PullRequest): Promise<PulledModel> {
  const { reference, variantIds, signal, onProgress } = request;
  let { resolved } = request;
  let downloaded = false;
  for (const id of variantIds) {
    downloaded ||= artifactsOf(resolved, id).some(({ path }) => path === undefined);
    resolved = await care.registry.fetch(resolved, id, { signal, onProgress });
  }
  const variants = await Promise.all(variantIds.map((id) => describe(resolved, id)));
  return { reference, resolved, variants, downloaded };
}

function artifactsOf({ package: { variants } }: ResolvedModel, id: string): readonly ArtifactFile[] {
  return variants.find((variant) => variant.id === id)?.artifacts ?? [];
}

async function describe(resolved: ResolvedModel, id: string): Promise<PulledVariant> {
  const { format = '', precision = '' } =
    resolved.package.variants.find((variant) => variant.id === id) ?? {};
  const files = await Promise.all(
    artifactsOf(resolved, id).map(async ({ name, role, path, size, sha256 }): Promise<PulledFile> => {
      if (path === undefined) {
        throw new CareError(
          'ARTIFACT_MISSING',
          `The file ${name} of ${resolved.package.modelId} is not here.`,
        );
      }
      return {
        ...{ name, role, path, size: size ?? (await stat(path)).size },
        ...(sha256 === undefined ? {} : { sha256 }),
      };
    }),
  );
  return { id, format, precision, files };
}
