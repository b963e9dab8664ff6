import { CareError, type Preprocessing } from '@care/registry-core';

/** (pixel * scale - mean) / std as pixel * gain + bias. */
export interface Affine {
  readonly gain: number;
  readonly bias: number;
}

/**
 * For each channel of the tensor.
 * @throws CareError MODEL_INCOMPATIBLE when mean or std do not fit the channels
 */
export function channelAffine(preprocessing: Preprocessing, channels: number, modelId: string): Affine[] {
  const { scale, mean, std } = preprocessing;
  return Array.from({ length: channels }, (_, channel) => {
    const m = mean[mean.length === 1 ? 0 : channel];
    const s = std[std.length === 1 ? 0 : channel];
    if (m === undefined || s === undefined || !(s > 0) || !Number.isFinite(m) || !Number.isFinite(scale)) {
      throw new CareError(
        'MODEL_INCOMPATIBLE',
        `model ${modelId}: preprocessing needs a finite mean and a std above 0 for each of its ${channels} channels`,
        { remedy: 'Give `mean` and `std` of the manifest one number, or one for each channel.' },
      );
    }
    return { gain: scale / s, bias: -m / s };
  });
}
