import { stat } from 'node:fs/promises';
import type { Care } from '@care/model-manager';
import { sha256OfFile } from '@care/model-manifest';
import type { ModelVariant } from '@care/registry-core';
import { pullModel, type PullRequest } from '../pull/pull-model.js';
import type { LockedFile, LockedModel, LockedVariant } from './lock-file.js';

/** What a model is, to the byte. Only what has no stated size and sha256 is downloaded. @throws CareError what the registry throws */
export async function lockModel(care: Pick<Care, 'registry'>, request: PullRequest): Promise<LockedModel> {
  const { resolved, variantIds, signal } = request;
  const { modelId, version, variants } = resolved.package;
  const locked: LockedVariant[] = [];
  for (const variant of variants.filter(({ id }) => variantIds.includes(id))) {
    const files = statedFiles(variant) ?? (await broughtFiles(care, request, variant.id, signal));
    locked.push({ id: variant.id, format: variant.format, precision: variant.precision, files });
  }
  return {
    registry: resolved.registry,
    model_id: modelId,
    ...(version === undefined ? {} : { version }),
    variants: locked,
  };
}

function statedFiles({ artifacts }: ModelVariant): LockedFile[] | undefined {
  const stated = artifacts.flatMap(({ name, role, size, sha256 }) =>
    size === undefined || sha256 === undefined ? [] : [{ name, role, size, sha256 }],
  );
  return stated.length === artifacts.length ? stated : undefined;
}

async function broughtFiles(
  care: Pick<Care, 'registry'>,
  request: PullRequest,
  variantId: string,
  signal: AbortSignal,
): Promise<LockedFile[]> {
  const { variants } = await pullModel(care, { ...request, variantIds: [variantId] });
  const files = variants.flatMap((variant) => variant.files);
  return await Promise.all(
    files.map(async ({ name, role, path }) => ({
      ...{ name, role, size: (await stat(path)).size, sha256: await sha256OfFile(path, signal) },
    })),
  );
}
