import type { Manifest } from '@care/model-manifest';
import { architectureFacts, type ArchitectureFacts } from '../config/architectures.js';
import { classNamesOf, type ModelConfig } from '../config/model-config.js';
import type { ModelOptions } from '../options.js';
import { mapPreprocessing, type MappedPreprocessing } from '../preprocessing/map-preprocessing.js';
import type { ProcessorConfig } from '../preprocessing/processor-config.js';
import type { Unmapped } from '../preprocessing/resize-steps.js';
import { timmPreprocessing } from '../preprocessing/timm-preprocessing.js';
import { missingFacts, type MissingFact } from './missing-facts.js';

/** What the two configuration files of transformers say. */
export interface ConfiguredModel {
  readonly config: ModelConfig;
  readonly processor: ProcessorConfig | undefined;
  readonly pipelineTag: string | undefined;
}

/**
 * What is certain of the task: by the architecture, else by the Hub's own tag where it leaves no choice of decoder. Undefined when the
 * configuration is not of transformers or timm, or the host states another task: then the ONNX file must tell.
 */
export function configuredTask(
  { config, processor, pipelineTag }: ConfiguredModel,
  options: ModelOptions,
): ArchitectureFacts | { readonly foreign: string } | undefined {
  const facts = architectureFacts(config);
  if (facts !== undefined && 'foreign' in facts) return options.task === undefined ? facts : undefined;
  const described = processor !== undefined || (config.pretrained_cfg ?? undefined) !== undefined;
  const tagged = pipelineTag === 'image-classification' && described;
  const certain: ArchitectureFacts | undefined =
    facts ?? (tagged ? { architecture: '', task: 'classification', decoder: 'auto' } : undefined);
  return options.task === undefined || options.task === certain?.task ? certain : undefined;
}

/** The manifest of a model whose task is certain. @throws CareError OPTIONS_INVALID with each thing that is missing */
export function manifestOfConfig(
  repo: string,
  modelPath: string,
  facts: ArchitectureFacts,
  configured: ConfiguredModel,
  options: ModelOptions,
): Manifest {
  const { config } = configured;
  const missing: MissingFact[] = [];
  const isPose = facts.task === 'pose-estimation';
  const labels = classNamesOf(config);
  const classes = options.classes ?? (isPose ? ['person'] : labels);
  if (classes === undefined) {
    missing.push({
      what: 'the class names',
      option: 'classes',
      reason: 'config.json has no complete id2label',
    });
  }
  const mapped = mappedPreprocessing(configured);
  const preprocessing = 'reason' in mapped ? options.preprocessing : mapped.preprocessing;
  if (preprocessing === undefined) {
    missing.push({ what: 'the preprocessing', option: 'preprocessing', ...reasonOf(mapped) });
  }
  const inputSize = options.inputSize ?? ('reason' in mapped ? undefined : mapped.inputSize);
  if (inputSize === undefined) {
    missing.push({ what: 'the input size', option: 'inputSize', ...reasonOf(mapped) });
  }
  if (classes === undefined || preprocessing === undefined || inputSize === undefined) {
    throw missingFacts(repo, missing);
  }
  return {
    model_id: repo,
    task_type: taskType(facts.task),
    model_path: modelPath,
    class_names: [...classes],
    input_size: [inputSize[0], inputSize[1]],
    preprocessing,
    postprocessing: {
      decoder: facts.decoder,
      ...(facts.decoderOptions === undefined ? {} : { decoder_options: facts.decoderOptions }),
      ...(facts.multiLabel === true ? { multi_label: true } : {}),
    },
    ...(isPose ? keypointsOf(labels, config) : {}),
    metadata: {
      ...(facts.architecture === '' ? {} : { architecture: facts.architecture }),
      ...(config.model_type === null || config.model_type === undefined
        ? {}
        : { model_type: config.model_type }),
    },
  };
}

function mappedPreprocessing({ config, processor }: ConfiguredModel): MappedPreprocessing | Unmapped {
  if (processor !== undefined) return mapPreprocessing(processor, config);
  return timmPreprocessing(config) ?? { reason: 'there is no preprocessor_config.json' };
}

const reasonOf = (mapped: MappedPreprocessing | Unmapped): { reason?: string } =>
  'reason' in mapped ? { reason: mapped.reason } : {};

function keypointsOf(
  names: readonly string[] | undefined,
  { edges }: ModelConfig,
): Pick<Manifest, 'keypoints'> {
  if (names === undefined) return {};
  const skeleton = (edges ?? []).filter((pair) => pair.every((point) => point < names.length));
  return { keypoints: { names: [...names], ...(skeleton.length === 0 ? {} : { skeleton }) } };
}

function taskType(task: string): Manifest['task_type'] {
  switch (task) {
    case 'object-detection':
    case 'instance-segmentation':
    case 'pose-estimation':
      return task;
    default:
      return 'classification';
  }
}
