import { dirname, resolve } from 'node:path';
import {
  checkManifestAgainstModel,
  findExternalFiles,
  readOnnxFile,
  resolveInside,
  toModelPackage,
  variantFormat,
  type ManifestProblem,
  type OnnxFacts,
  type VariantFacts,
} from '@care/model-manifest';
import { CareError, type ModelPackage } from '@care/registry-core';
import { fileSignature, SignatureCache } from '../scan/file-signature.js';
import type { LocalManifest } from '../scan/directory-scan.js';
import type { Settings } from '../options.js';

/** A package and where its manifest and its model files disagree. */
export interface ReadPackage {
  readonly package: ModelPackage;
  readonly problems: readonly ManifestProblem[];
}

const CACHED = 1000;

/** Reads the model files of manifests; a file that did not change is not read again. */
export class ModelFiles {
  private readonly cache = new SignatureCache<OnnxFacts>(CACHED);

  constructor(private readonly settings: Settings) {}

  /** @throws CareError `ARTIFACT_MISSING`, `ARTIFACT_CORRUPT`, `PATH_FORBIDDEN`, `ABORTED` */
  async readPackage(local: LocalManifest, signal?: AbortSignal): Promise<ReadPackage> {
    const { manifest, found, parsed } = local;
    const main = await this.readVariant(local, 'model_path', manifest.model_path, 'onnx', signal);
    const problems = main.onnx === undefined ? [] : checkManifestAgainstModel(manifest, main.onnx, parsed);
    const variants: VariantFacts[] = [];
    for (const [index, variant] of (manifest.variants ?? []).entries()) {
      const format = variantFormat(variant, variant.model_path);
      const field = `variants[${index}].model_path`;
      const facts = await this.readVariant(local, field, variant.model_path, format, signal);
      variants.push(facts);
      if (facts.onnx === undefined) continue;
      const where = parsed.locate(['variants', index, 'model_path']);
      // A variant answers for the whole manifest: what disagrees is its own file.
      const own = checkManifestAgainstModel(manifest, facts.onnx, parsed).map((problem) => ({
        ...problem,
        ...where,
      }));
      problems.push(...own);
    }
    return { package: toModelPackage(manifest, { source: found.path, main, variants }), problems };
  }

  private async readVariant(
    { found }: LocalManifest,
    field: string,
    modelPath: string,
    format: string,
    signal: AbortSignal | undefined,
  ): Promise<VariantFacts> {
    const { dir, allowOutside } = this.settings;
    const root = allowOutside ? undefined : dir;
    const base = dirname(found.path);
    const path = await resolveInside(modelPath, { base, root, what: `${field} of ${found.label}` });
    const readAt = Date.now();
    const signature = await this.signature(path);
    if (format !== 'onnx') return { path, size: signature.size };
    const known = this.cache.get(path, signature);
    const onnx = known ?? (await readOnnxFile(path, signal === undefined ? {} : { signal }));
    if (known === undefined) this.cache.set(path, signature, readAt, onnx);
    // Beside the model as it is named, not as it is linked: a download cache keeps both as links into one store.
    const externalFiles = await findExternalFiles(resolve(base, modelPath), onnx.externalData, root);
    return { path, size: onnx.fileSize, onnx, externalFiles };
  }

  private async signature(path: string) {
    try {
      return await fileSignature(path);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CareError('ARTIFACT_MISSING', `The model file ${path} cannot be read: ${reason}.`, {
        details: { path },
        cause,
      });
    }
  }
}
