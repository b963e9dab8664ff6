import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import {
  CareError,
  type ArtifactFile,
  type LoadedFile,
  type LoadedModel,
  type ModelVariant,
} from '@care/registry-core';

export interface ReadModel {
  readonly model: LoadedModel;
  /** Of the model file. */
  readonly sha256: string;
  readonly artifactSha256: Readonly<Record<string, string>>;
}

export interface ReadLimits {
  /** Bytes of all artifacts together. */
  readonly maxModelBytes: number;
  /** By artifact name; another content is refused. */
  readonly pinnedSha256?: Readonly<Record<string, string>>;
}

/**
 * Reads every artifact of a variant once, checks size and SHA-256, and gives the bytes that a backend is to load.
 * @throws CareError ARTIFACT_MISSING, ARTIFACT_CORRUPT, MODEL_INCOMPATIBLE (not exactly one model file)
 */
export async function readArtifacts(variant: ModelVariant, limits: ReadLimits): Promise<ReadModel> {
  const models = variant.artifacts.filter(({ role }) => role === 'model');
  const [modelFile] = models;
  if (modelFile === undefined || models.length > 1) {
    throw new CareError(
      'MODEL_INCOMPATIBLE',
      `variant "${variant.id}" has ${models.length} artifacts with the role "model", it must have one`,
      { details: { variant: variant.id } },
    );
  }
  const artifactSha256: Record<string, string> = {};
  let left = limits.maxModelBytes;
  const read = async (artifact: ArtifactFile): Promise<LoadedFile & { readonly sha256: string }> => {
    const { name } = artifact;
    const bytes = await readArtifact(artifact, left);
    left -= bytes.length;
    const sha256 = checkedSha256(artifact, bytes, limits.pinnedSha256?.[name]);
    artifactSha256[name] = sha256;
    return { name, bytes, sha256 };
  };
  const model = await read(modelFile);
  const externalData: LoadedFile[] = [];
  for (const artifact of variant.artifacts) {
    if (artifact.role === 'external-data') externalData.push(await read(artifact));
  }
  const path = modelFile.path === undefined ? {} : { path: modelFile.path };
  return {
    model: {
      format: variant.format,
      precision: variant.precision,
      model: { ...model, ...path },
      externalData,
    },
    sha256: model.sha256,
    artifactSha256,
  };
}

async function readArtifact(artifact: ArtifactFile, maxBytes: number): Promise<Uint8Array> {
  const { name, path } = artifact;
  if (path === undefined) {
    throw new CareError('ARTIFACT_MISSING', `artifact "${name}" is not on this machine`, {
      remedy: 'Its registry has to fetch it first.',
      details: { artifact: name },
    });
  }
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new CareError('ARTIFACT_MISSING', `artifact "${name}" cannot be opened: ${path}`, {
      details: { artifact: name, file: path },
      cause,
    });
  });
  try {
    return await readWhole(file, artifact, path, maxBytes);
  } finally {
    await file.close();
  }
}

async function readWhole(
  file: FileHandle,
  artifact: ArtifactFile,
  path: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const { name } = artifact;
  const stat = await file.stat();
  if (!stat.isFile()) throw corrupt(artifact, path, 'it is no regular file');
  if (artifact.size !== undefined && artifact.size !== stat.size) {
    throw corrupt(artifact, path, `it has ${stat.size} bytes, ${artifact.size} are declared`);
  }
  if (stat.size === 0) throw corrupt(artifact, path, 'it is empty');
  if (stat.size > maxBytes) {
    throw new CareError(
      'ARTIFACT_CORRUPT',
      `artifact "${name}" has ${stat.size} bytes, the limit for the model leaves ${maxBytes}: ${path}`,
      {
        remedy: 'Check that the file is the model that was meant, or raise `maxModelBytes`.',
        details: { artifact: name, file: path, size: stat.size, maxBytes },
      },
    );
  }
  const bytes = Buffer.allocUnsafeSlow(stat.size);
  let offset = 0;
  while (offset < bytes.length) {
    const { bytesRead } = await file
      .read(bytes, offset, bytes.length - offset, offset)
      .catch((cause: unknown) => {
        throw corrupt(artifact, path, 'it cannot be read', cause);
      });
    if (bytesRead === 0) throw corrupt(artifact, path, 'it became shorter while it was read');
    offset += bytesRead;
  }
  return bytes;
}

function checkedSha256(artifact: ArtifactFile, bytes: Uint8Array, pinned: string | undefined): string {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const path = artifact.path ?? artifact.name;
  if (artifact.sha256 !== undefined && artifact.sha256.toLowerCase() !== sha256) {
    throw corrupt(artifact, path, `its sha256 is ${sha256}, ${artifact.sha256} is declared`);
  }
  if (pinned !== undefined && pinned !== sha256) {
    throw corrupt(artifact, path, 'its content has changed since the model was loaded; load it again');
  }
  return sha256;
}

function corrupt(artifact: ArtifactFile, path: string, reason: string, cause?: unknown): CareError {
  return new CareError('ARTIFACT_CORRUPT', `artifact "${artifact.name}" cannot be used: ${reason}: ${path}`, {
    details: { artifact: artifact.name, file: path },
    ...(cause === undefined ? {} : { cause }),
  });
}
