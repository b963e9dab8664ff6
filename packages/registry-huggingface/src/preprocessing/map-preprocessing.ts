import type { ModelConfig } from '../config/model-config.js';
import { processorClass } from './processor-classes.js';
import type { ProcessorConfig } from './processor-config.js';
import { resizeSteps, type InputSize, type ManifestPreprocessing, type Unmapped } from './resize-steps.js';

export interface MappedPreprocessing {
  readonly preprocessing: ManifestPreprocessing;
  readonly inputSize: InputSize;
}

/** Pillow's numbers (`PIL.Image.Resampling`) and names. Hamming (5) is not there: nothing in CARE resizes so. */
const INTERPOLATIONS = [
  ['NEAREST', 'nearest'],
  ['LANCZOS', 'lanczos'],
  ['BILINEAR', 'bilinear'],
  ['BICUBIC', 'bicubic'],
  ['BOX', 'area'],
] as const;

/**
 * What an image processor of transformers does with a picture, in the words of a manifest: resize and crop as Pillow, `rescale_factor`,
 * mean and std. A reason when it cannot be said in them, or when the processor is not known and what it does is not certain.
 */
export function mapPreprocessing(
  stated: ProcessorConfig,
  config: ModelConfig,
): MappedPreprocessing | Unmapped {
  const kind = processorClass(stated, config.model_type);
  if ('unknown' in kind) return { reason: `what the image processor ${kind.unknown} does is not known` };
  const processor = withDefaults(stated, kind.defaults);
  const interpolation = interpolationOf(processor.resample);
  if (interpolation === undefined) {
    return { reason: `pictures are resized with the filter ${JSON.stringify(processor.resample)}` };
  }
  const resize = resizeSteps(processor, kind);
  if ('reason' in resize) return resize;
  return {
    preprocessing: {
      ...resize.steps,
      color: processor.do_flip_channel_order === true ? 'bgr' : 'rgb',
      interpolation,
      antialias: true,
      ...numbers(processor),
    },
    inputSize: resize.inputSize,
  };
}

/** `null` is how a configuration says that it has nothing to say. */
function withDefaults(stated: ProcessorConfig, defaults: ProcessorConfig): ProcessorConfig {
  const said = Object.entries(stated).filter(([, value]) => value !== undefined && value !== null);
  return { ...defaults, ...Object.fromEntries(said) };
}

function interpolationOf(resample: ProcessorConfig['resample']): ManifestPreprocessing['interpolation'] {
  if (typeof resample === 'number') return INTERPOLATIONS[resample]?.[1];
  const name = resample?.toUpperCase().split('.').at(-1);
  return INTERPOLATIONS.find(([known]) => known === name)?.[1];
}

/** (pixel * scale - mean) / std */
function numbers(processor: ProcessorConfig): ManifestPreprocessing {
  const scale = processor.do_rescale === false ? 1 : (processor.rescale_factor ?? 1 / 255);
  const normalises = processor.do_normalize === true;
  const mean = normalises ? (processor.image_mean ?? []) : [0];
  const std = normalises ? (processor.image_std ?? []) : [1];
  const offset = processor.rescale_offset === true ? 1 : 0;
  const again = processor.include_top === true ? (processor.image_std ?? [1]) : [1];
  const channels = Math.max(mean.length, std.length, again.length);
  const at = (values: readonly number[], channel: number, missing: number): number =>
    values[values.length === 1 ? 0 : channel] ?? missing;
  const perChannel = (value: (channel: number) => number): number[] =>
    Array.from({ length: channels }, (_, channel) => value(channel));
  return {
    scale,
    mean: perChannel((channel) => at(mean, channel, 0) + offset),
    std: perChannel((channel) => at(std, channel, 1) * at(again, channel, 1)),
  };
}
