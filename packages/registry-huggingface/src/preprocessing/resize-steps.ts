import type { Manifest } from '@care/model-manifest';
import type { ProcessorClass } from './processor-classes.js';
import type { ProcessorConfig, Sides, StatedSize } from './processor-config.js';

export type ManifestPreprocessing = NonNullable<Manifest['preprocessing']>;
export type InputSize = readonly [height: number, width: number];

/** Resize, crop and padding in the manifest's words, and the size of the input that they make. */
export interface ResizeSteps {
  readonly steps: ManifestPreprocessing;
  readonly inputSize: InputSize;
}

/** What cannot be said in the manifest's words. */
export interface Unmapped {
  readonly reason: string;
}

/** transformers cuts halves of margins off (`center_crop`), and pads with black beside a picture that is smaller. */
const CROP: ManifestPreprocessing = { resize: 'center-crop', side_rounding: 'floor', pad_value: 0 };

/**
 * Sides that follow the picture's aspect ratio have no fixed size, an input has: the picture lies at its top left and the rest is 0, as
 * in transformers' batches of pictures of several sizes.
 */
const FITTED: ManifestPreprocessing = {
  resize: 'letterbox',
  pad_position: 'top-left',
  pad_mode: 'zero',
  side_rounding: 'floor',
};

/** The steps of one image processor. @param config with the defaults of its class filled in */
export function resizeSteps(config: ProcessorConfig, kind: ProcessorClass): ResizeSteps | Unmapped {
  const crop = config.do_center_crop === true ? cropSize(config) : undefined;
  if (crop !== undefined && 'reason' in crop) return crop;
  if (config.do_resize === false) return unresized(crop);
  const size = sidesOf(config, kind);
  if (kind.resize === 'convnext') return convnext(size, config, crop);
  const share =
    kind.resize === 'levit' && size.shortest_edge
      ? 224 / 256
      : kind.resize === 'poolformer'
        ? config.crop_pct
        : undefined;
  return share === undefined || share === null
    ? wholePatches(general(size, config, crop), kind)
    : croppedFrom(scaledShorter(size, share), crop);
}

/** The model sees no part of a patch. */
function wholePatches(
  steps: ResizeSteps | Unmapped,
  { multipleOf: patch }: ProcessorClass,
): ResizeSteps | Unmapped {
  if ('reason' in steps || patch === undefined || steps.steps !== FITTED) return steps;
  const [height, width] = steps.inputSize;
  const whole = (side: number): number => Math.max(patch, side - (side % patch));
  return { ...steps, inputSize: [whole(height), whole(width)] };
}

function general(size: Sides, config: ProcessorConfig, crop: InputSize | undefined): ResizeSteps | Unmapped {
  const { height, width, shortest_edge: shortest, longest_edge: longest } = size;
  const { max_height: maxHeight, max_width: maxWidth } = size;
  const pad = config.do_pad === true ? padSize(config) : undefined;
  if (shortest && longest) return fitted([shortest, longest], crop, pad);
  if (shortest) return croppedFrom(shortest, crop);
  if (longest) return fitted([longest, longest], crop, pad);
  if (maxHeight && maxWidth) return fitted([maxHeight, maxWidth], crop, pad);
  if (!height || !width) return { reason: `the size ${JSON.stringify(size)} is none that is known` };
  if (crop === undefined || (crop[0] === height && crop[1] === width)) {
    return { steps: { resize: 'stretch' }, inputSize: [height, width] };
  }
  return { steps: { ...CROP, resize_to: [height, width] }, inputSize: crop };
}

function fitted(size: InputSize, crop: InputSize | undefined, pad?: InputSize): ResizeSteps | Unmapped {
  if (crop !== undefined) return { reason: 'the picture is fitted into a size and then cropped' };
  if (pad !== undefined && (pad[0] !== size[0] || pad[1] !== size[1])) {
    return {
      reason: `the picture is fitted into ${size.join(' x ')} and then padded to ${pad.join(' x ')}`,
    };
  }
  return { steps: FITTED, inputSize: size };
}

function croppedFrom(shorter: number | Unmapped, crop: InputSize | undefined): ResizeSteps | Unmapped {
  if (typeof shorter !== 'number') return shorter;
  if (crop === undefined) {
    return {
      reason: `the shorter side becomes ${shorter} and nothing is cut off, so that each picture makes another size`,
    };
  }
  return { steps: { ...CROP, resize_shorter_side: shorter }, inputSize: crop };
}

/** Below 384: the shorter side is size / crop_pct, and the middle is cut out; else both sides are the size (ConvNeXT's own evaluation). */
function convnext(size: Sides, config: ProcessorConfig, crop: InputSize | undefined): ResizeSteps | Unmapped {
  const { shortest_edge: shortest } = size;
  if (!shortest) return { reason: `its processor wants a shortest_edge, found ${JSON.stringify(size)}` };
  if (crop !== undefined && (crop[0] !== shortest || crop[1] !== shortest)) {
    return { reason: 'it is cropped twice, to two sizes' };
  }
  const inputSize = [shortest, shortest] as const;
  if (shortest >= 384) return { steps: { resize: 'stretch' }, inputSize };
  const shorter = scaled(shortest, config.crop_pct ?? 224 / 256);
  if (typeof shorter !== 'number') return shorter;
  return { steps: { ...CROP, resize_shorter_side: shorter }, inputSize };
}

/** One number of which `share` is kept. */
function scaledShorter({ shortest_edge: shortest, height, width }: Sides, share: number): number | Unmapped {
  const side = shortest ?? (height === width ? height : undefined);
  if (!side) return { reason: 'its two sides are scaled by a crop_pct, which only one number can be' };
  return scaled(side, share);
}

/** Of a manifest no side is longer. */
const MAX_SIDE = 32_768;

function scaled(side: number, share: number): number | Unmapped {
  const shorter = Math.trunc(side / share);
  return shorter <= MAX_SIDE ? shorter : { reason: `a side of ${shorter} pixels is made of each picture` };
}

function unresized(crop: InputSize | undefined): ResizeSteps | Unmapped {
  if (crop === undefined) return { reason: 'pictures are not resized, so that each makes another size' };
  return { steps: { ...CROP, resize_shorter_side: 'keep' }, inputSize: crop };
}

function sidesOf({ size, max_size: most }: ProcessorConfig, { square }: ProcessorClass): Sides {
  if (typeof size !== 'number') return size ?? {};
  if (square) return { height: size, width: size };
  return { shortest_edge: size, ...(most === null || most === undefined ? {} : { longest_edge: most }) };
}

function cropSize({ crop_size: size }: ProcessorConfig): InputSize | Unmapped {
  const both = bothSides(size);
  return both ?? { reason: `it is cropped to ${JSON.stringify(size ?? null)}, which is no height and width` };
}

const padSize = ({ pad_size: size }: ProcessorConfig): InputSize | undefined => bothSides(size);

function bothSides(size: StatedSize | null | undefined): InputSize | undefined {
  if (typeof size === 'number') return [size, size];
  return size?.height && size.width ? [size.height, size.width] : undefined;
}
