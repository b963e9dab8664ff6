import { posix } from 'node:path';
import type { Manifest } from '@care/model-manifest';
import { CareError } from '@care/registry-core';
import { modelConfigSchema, classNamesOf } from '../config/model-config.js';
import type { ModelOptions } from '../options.js';
import { processorConfigSchema } from '../preprocessing/processor-config.js';
import type { RepositoryName } from '../repository-name.js';
import { findVariants, type VariantFiles } from '../variants/find-variants.js';
import { describeManifest, MANIFEST_FILE } from './describe-manifest.js';
import type { DescribedVariant, Description } from './description.js';
import { configuredTask, manifestOfConfig } from './manifest-of-config.js';
import { manifestOfOnnx } from './manifest-of-onnx.js';
import { missingFacts } from './missing-facts.js';
import { readJsonFile } from './read-json-file.js';
import { fileAt, type RepositorySource } from './repository-source.js';
import { withOptions } from './with-options.js';

/** Files that say something of a model; what of them a repository lacks is noted as Python does. */
export const CONFIG_FILE = 'config.json';
export const PROCESSOR_FILE = 'preprocessor_config.json';

/**
 * What a repository says of its model, in this order: a manifest `care.json`, taken as it is; `config.json` and
 * `preprocessor_config.json` of transformers; the ONNX file itself. What the host states wins over each.
 * @throws CareError MODEL_NOT_FOUND (no ONNX file), OPTIONS_INVALID (something is not told), UNSUPPORTED (a task that CARE does not
 * have), MANIFEST_INVALID, ARTIFACT_MISSING, PATH_FORBIDDEN, and what the source throws
 */
export async function describeRepository(
  source: RepositorySource,
  { file: named }: Pick<RepositoryName, 'file'>,
  options: ModelOptions,
): Promise<Description> {
  const file = named ?? options.file;
  if (file === undefined && fileAt(source, MANIFEST_FILE) !== undefined) {
    return describeManifest(source, options);
  }
  const variants = chosenVariants(source, file);
  const [first] = variants;
  const manifest = withOptions(await manifestOf(source, first, options), options);
  const { commit, repo, files } = source;
  const folder = posix.dirname(first.model.path);
  return {
    repo,
    commit,
    manifest,
    variants: variants.map(described),
    probes: [],
    beside: files.filter((one) => posix.dirname(one.path) === folder && isPossibleData(one.path)),
  };
}

async function manifestOf(
  source: RepositorySource,
  { model }: VariantFiles,
  options: ModelOptions,
): Promise<Manifest> {
  const { repo, pipelineTag } = source;
  const config = await readJsonFile(source, CONFIG_FILE, modelConfigSchema);
  const processor = await readJsonFile(source, PROCESSOR_FILE, processorConfigSchema);
  if (config !== undefined) {
    const configured = { config, processor, pipelineTag };
    const facts = configuredTask(configured, options);
    if (facts !== undefined && 'foreign' in facts) throw foreignTask(repo, facts.foreign);
    if (facts !== undefined) return manifestOfConfig(repo, model.path, facts, configured, options);
  }
  const classes = config === undefined ? undefined : classNamesOf(config);
  const facts = () => source.onnx(model);
  return manifestOfOnnx(repo, model.path, facts, { classes, pipelineTag }, options);
}

function chosenVariants(
  source: RepositorySource,
  file: string | undefined,
): readonly [VariantFiles, ...VariantFiles[]] {
  const found = findVariants(source.files, file);
  if ('variants' in found) return found.variants;
  const { repo, commit } = source;
  const [example] = found.models;
  const details = { repo, commit, files: [...found.models] };
  if (example === undefined) {
    const message = `The repository ${repo} has no ONNX file at ${commit.slice(0, 12)}.`;
    const remedy =
      'Export the model to ONNX (e.g. with Optimum) and put it into the repository, or use another one.';
    throw new CareError('MODEL_NOT_FOUND', message, { remedy, details });
  }
  if (file !== undefined) {
    const message = `The repository ${repo} has no file ${file}; its ONNX files are ${found.models.join(', ')}.`;
    throw new CareError('MODEL_NOT_FOUND', message, { details });
  }
  throw missingFacts(repo, [
    {
      what: 'which of its models is meant',
      option: 'file',
      reason: `it has ${found.models.join(', ')}; a reference can name one as well: ${repo}/${example}`,
    },
  ]);
}

function described({ id, precision, model, external }: VariantFiles): DescribedVariant {
  const folder = posix.dirname(model.path);
  return {
    id,
    format: 'onnx',
    precision,
    files: [
      { ...model, role: 'model', name: posix.basename(model.path) },
      ...external.map((file) => ({
        ...file,
        role: 'external-data' as const,
        name: posix.relative(folder, file.path),
      })),
    ],
  };
}

const OTHER_KINDS = /\.(?:onnx|json|md|txt|safetensors|h5|msgpack|pt|pth|jpe?g|png|gitattributes)$/i;
const isPossibleData = (path: string): boolean => !OTHER_KINDS.test(path);

function foreignTask(repo: string, architecture: string): CareError {
  return new CareError(
    'UNSUPPORTED',
    `The repository ${repo} holds a model of the architecture ${architecture}, whose task CARE does not have or whose outputs it does not decode.`,
    {
      remedy:
        'Use a model for object detection (DETR family, YOLO), instance segmentation, pose estimation or image classification; where the model is one, state `task` and `postprocessing` in the options of the registry.',
      details: { repo, architecture },
    },
  );
}
