import { dirname, parse, resolve } from 'node:path';
import {
  checkManifestAgainstModel,
  inspectExternalFiles,
  readOnnxFile,
  resolveInside,
  toModelPackage,
  type ExternalDataReport,
  type ManifestProblem,
  type OnnxFacts,
  type VariantFacts,
} from '@care/model-manifest';
import { CareError, type ModelPackage } from '@care/registry-core';
import { fileSignature, SignatureCache } from '../scan/file-signature.js';
import type { LocalManifest } from '../scan/directory-scan.js';
import type { FoundFile } from '../scan/find-manifests.js';
import type { Settings } from '../options.js';
import { namedModelFiles, type NamedModelFile } from './named-model-files.js';

/** A package and where its manifest and its model files disagree. */
export interface ReadPackage {
  readonly package: ModelPackage;
  readonly problems: readonly ManifestProblem[];
}

/** A model file, and what is wrong with the files of external data that it names. */
export interface ReadModelFile {
  readonly facts: VariantFacts;
  readonly externalFailures: readonly CareError[];
}

const CACHED = 1000;

/** Reads the model files of manifests; a file that did not change is not read again. */
export class ModelFiles {
  private readonly cache = new SignatureCache<OnnxFacts>(CACHED);

  constructor(private readonly settings: Settings) {}

  /** @throws CareError `ARTIFACT_MISSING`, `ARTIFACT_CORRUPT`, `PATH_FORBIDDEN`, `ABORTED` for the first file that cannot be used */
  async readPackage(local: LocalManifest, signal?: AbortSignal): Promise<ReadPackage> {
    const { manifest, found } = local;
    const problems: ManifestProblem[] = [];
    const [main, ...others] = namedModelFiles(manifest);
    const read = async (file: NamedModelFile): Promise<VariantFacts> => {
      const { facts, externalFailures } = await this.readFile(found, file, signal);
      if (externalFailures[0] !== undefined) throw externalFailures[0];
      problems.push(...disagreements(local, file, facts));
      return facts;
    };
    const mainFacts = await read(main);
    const variants: VariantFacts[] = [];
    for (const file of others) variants.push(await read(file));
    const probes = await this.probePaths(local);
    const facts = { source: found.path, main: mainFacts, variants, probes };
    return { package: toModelPackage(manifest, facts), problems };
  }

  /** @throws CareError `ARTIFACT_MISSING`, `PATH_FORBIDDEN` */
  private async probePaths({ manifest: { probes = [] }, found }: LocalManifest): Promise<string[]> {
    const { dir, allowOutside } = this.settings;
    const root = allowOutside ? undefined : dir;
    const base = dirname(found.path);
    return await Promise.all(
      probes.map(({ image }, index) =>
        resolveInside(image, { base, root, what: `probes[${index}].image of ${found.label}` }),
      ),
    );
  }

  /** @throws CareError `ARTIFACT_MISSING`, `ARTIFACT_CORRUPT`, `PATH_FORBIDDEN` of the model file itself, `ABORTED` */
  async readFile(
    found: FoundFile,
    { field, modelPath, format }: NamedModelFile,
    signal?: AbortSignal,
  ): Promise<ReadModelFile> {
    const { dir, allowOutside } = this.settings;
    const root = allowOutside ? undefined : dir;
    const base = dirname(found.path);
    const path = await resolveInside(modelPath, { base, root, what: `${field} of ${found.label}` });
    const readAt = Date.now();
    const signature = await this.signature(path);
    // Beside the model as it is named, not as it is linked: a download cache keeps both as links into one store.
    const named = resolve(base, modelPath);
    if (format === 'openvino-ir') {
      const { files, failures } = await irWeights(named, root);
      return { facts: { path, size: signature.size, externalFiles: files }, externalFailures: failures };
    }
    if (format !== 'onnx') return { facts: { path, size: signature.size }, externalFailures: [] };
    const known = this.cache.get(path, signature);
    const onnx = known ?? (await readOnnxFile(path, signal === undefined ? {} : { signal }));
    if (known === undefined) this.cache.set(path, signature, readAt, onnx);
    const external = await inspectExternalFiles(named, onnx.externalData, root);
    return {
      facts: { path, size: onnx.fileSize, onnx, externalFiles: external.files },
      externalFailures: external.failures,
    };
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

/** The weights of an OpenVINO IR lie in a file of the same name ending in .bin; an IR without constants has none. */
async function irWeights(xmlPath: string, root: string | undefined): Promise<ExternalDataReport> {
  const location = `${parse(xmlPath).name}.bin`;
  const report = await inspectExternalFiles(xmlPath, [{ tensor: 'weights', location, offset: 0 }], root);
  return { ...report, failures: report.failures.filter(({ code }) => code !== 'ARTIFACT_MISSING') };
}

/** Where the manifest and one of its model files disagree. */
export function disagreements(
  { manifest, parsed }: LocalManifest,
  { jsonPath, isMain }: NamedModelFile,
  { onnx }: VariantFacts,
): ManifestProblem[] {
  if (onnx === undefined) return [];
  const problems = checkManifestAgainstModel(manifest, onnx, parsed);
  // A variant answers for the whole manifest: what disagrees is its own file.
  return isMain ? problems : problems.map((problem) => ({ ...problem, ...parsed.locate(jsonPath) }));
}
