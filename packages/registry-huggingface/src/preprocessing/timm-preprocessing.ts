import type { ModelConfig } from '../config/model-config.js';
import type { MappedPreprocessing } from './map-preprocessing.js';
import type { Unmapped } from './resize-steps.js';

const IMAGENET_MEAN = [0.485, 0.456, 0.406];
const IMAGENET_STD = [0.229, 0.224, 0.225];

/**
 * timm's evaluation transform by its `pretrained_cfg` (`resolve_data_config`, `create_transform`): the shorter side becomes
 * floor(size / crop_pct), the middle is cut out as torchvision does; `squash` scales both sides instead.
 */
export function timmPreprocessing(config: ModelConfig): MappedPreprocessing | Unmapped | undefined {
  const stated = config.pretrained_cfg;
  if (stated === undefined || stated === null) return undefined;
  const [channels = 3, height, width] = stated.input_size ?? [];
  if (height === undefined || width === undefined) return { reason: 'pretrained_cfg states no input_size' };
  if (channels !== 3) return { reason: `the input has ${channels} channels` };
  const interpolation = interpolationOf(stated.interpolation ?? 'bilinear');
  if (interpolation === undefined) {
    return { reason: `pictures are resized with the filter ${JSON.stringify(stated.interpolation)}` };
  }
  const share = stated.crop_pct ?? 0.875;
  const mode = stated.crop_mode ?? 'center';
  const scaled = [Math.floor(height / share), Math.floor(width / share)] as const;
  if (mode !== 'squash' && (mode !== 'center' || height !== width)) {
    return { reason: `a picture is cropped in the mode ${JSON.stringify(mode)} to ${height} x ${width}` };
  }
  return {
    preprocessing: {
      resize: 'center-crop',
      ...(mode === 'squash' ? { resize_to: [...scaled] } : { resize_shorter_side: scaled[0] }),
      pad_value: 0,
      color: 'rgb',
      interpolation,
      antialias: true,
      scale: 1 / 255,
      mean: [...(stated.mean ?? IMAGENET_MEAN)],
      std: [...(stated.std ?? IMAGENET_STD)],
    },
    inputSize: [height, width],
  };
}

function interpolationOf(name: string): 'nearest' | 'bilinear' | 'bicubic' | 'lanczos' | 'area' | undefined {
  switch (name) {
    case 'nearest':
    case 'bilinear':
    case 'bicubic':
    case 'lanczos':
      return name;
    case 'box':
      return 'area';
    default:
      return undefined;
  }
}
