import type { Tensor } from '@care/registry-core';
import type { ModelContext } from '../../model-context.js';

/**
 * How the centres of a model's input pixels lie in the region it is shown.
 * - `classic`: input pixel i shows the place i / width of the region's width (HRNet, RTMPose)
 * - `udp`: first and last pixel show the region's edges, i / (width - 1) (unbiased data processing, arXiv 1911.07524; ViTPose)
 */
export const ALIGNMENTS = ['udp', 'classic'] as const;
export type Alignment = (typeof ALIGNMENTS)[number];

/** A keypoint in the input: pixel indices, so that 0 is the centre of the first pixel. */
export interface InputKeypoint {
  readonly x: number;
  readonly y: number;
  /** As the model states it; heads without a sigmoid may exceed 1. */
  readonly confidence: number;
}

/** Reads one kind of head of models that look at one person at a time. */
export interface TopDownDecoder {
  /** The name that a package's `postprocessing.decoder` uses. */
  readonly name: string;
  /** Other names of models with this head. */
  readonly aliases: readonly string[];
  /** Why the stated outputs cannot be, or are not beyond doubt, those of the head; undefined when they are. */
  doubt(context: ModelContext): string | undefined;
  /** @throws CareError MODEL_INCOMPATIBLE for its settings, or outputs that cannot be those of the head */
  bind(context: ModelContext): BoundTopDownDecoder;
}

export interface BoundTopDownDecoder {
  readonly alignment: Alignment;
  /** Number of keypoints when the stated shapes tell. */
  readonly count: number | undefined;
  /**
   * The keypoints of one person (every output with a batch of 1); undefined when one of them has no finite number.
   * @throws CareError MODEL_INCOMPATIBLE when the tensors are not of the layout
   */
  decode(outputs: Readonly<Record<string, Tensor>>): readonly InputKeypoint[] | undefined;
}
