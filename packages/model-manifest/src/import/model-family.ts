import type { Manifest } from '../manifest/manifest-schema.js';

type Preprocessing = NonNullable<Manifest['preprocessing']>;

/** What is known of a family of models, from its own source, when the file says nothing. */
export interface ModelFamily {
  /** Absent: told by the task (classification). */
  readonly decoder?: string;
  readonly preprocessing: Preprocessing;
  /** What of the preprocessing depends on the input's size. */
  readonly sized?: (inputSize: readonly [height: number, width: number]) => Preprocessing;
  /** The only task of the family, when it has one. */
  readonly task?: Manifest['task_type'];
}

/** Ultralytics' LetterBox: padding 114, image in the centre, RGB, 0..1 (ultralytics/data/augment.py). */
export const YOLO_PREPROCESSING: Preprocessing = {
  resize: 'letterbox',
  pad_value: 114,
  pad_position: 'center',
  color: 'rgb',
  scale: 1 / 255,
  interpolation: 'bilinear',
};

/** YOLOX from 0.1.1 on: BGR, 0..255, no normalisation, image at the top left (yolox/data/data_augment.py, `preproc`). */
const YOLOX_PREPROCESSING: Preprocessing = {
  resize: 'letterbox',
  pad_value: 114,
  pad_position: 'top-left',
  color: 'bgr',
  scale: 1,
  interpolation: 'bilinear',
  side_rounding: 'floor',
};

/** Mean and standard deviation of ImageNet in 0..1, RGB (torchvision, "Models and pre-trained weights"). */
const IMAGENET_STATISTICS = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

const STRETCHED: Preprocessing = {
  resize: 'stretch',
  color: 'rgb',
  scale: 1 / 255,
  interpolation: 'bilinear',
};

/** Scale the shorter side as Pillow does, cut the centre out; 0..1 (Ultralytics classify_transforms: no further normalisation). */
export const CENTER_CROP: Preprocessing = {
  resize: 'center-crop',
  color: 'rgb',
  scale: 1 / 255,
  interpolation: 'bilinear',
  antialias: true,
};

/** ImageNet evaluation crops 7/8 of the shorter side: 224 of 256 (torchvision's ImageClassification preset; timm's crop_pct 0.875). */
function imagenetResize(inputSize: readonly [number, number]): Preprocessing {
  return { resize_shorter_side: Math.floor(Math.min(...inputSize) / 0.875) };
}

const yolo = (decoder: string): ModelFamily => ({ decoder, preprocessing: YOLO_PREPROCESSING });
const detr = (preprocessing: Preprocessing): ModelFamily => ({
  decoder: 'detr',
  preprocessing,
  task: 'object-detection',
});
const normalised: Preprocessing = { ...STRETCHED, ...IMAGENET_STATISTICS };

/**
 * The preprocessor cuts persons out in the input's proportions and scales them to it; beyond the picture is black (mmpose,
 * `TopdownAffine` and the data preprocessor's mean and std, which are ImageNet's).
 */
const topDown = (decoder: string): ModelFamily => ({
  decoder,
  preprocessing: { ...normalised, pad_value: 0 },
  task: 'pose-estimation',
});

/** By the name that `--family` takes. */
const FAMILIES: Readonly<Record<string, ModelFamily>> = {
  yolov5: yolo('yolov5'),
  // The same rows as YOLOv5.
  yolov7: yolo('yolov5'),
  yolov8: yolo('yolov8'),
  yolov9: yolo('yolov8'),
  yolov10: yolo('end2end'),
  yolo11: yolo('yolov8'),
  yolo12: yolo('yolov8'),
  yolo26: yolo('end2end'),
  end2end: yolo('end2end'),
  yolox: { decoder: 'yolox', preprocessing: YOLOX_PREPROCESSING, task: 'object-detection' },
  detr: detr(normalised),
  'rf-detr': detr(normalised),
  'rt-detr': detr(STRETCHED),
  'd-fine': detr(STRETCHED),
  deim: detr(STRETCHED),
  vitpose: topDown('heatmap'),
  rtmpose: topDown('simcc'),
  imagenet: {
    preprocessing: { ...CENTER_CROP, ...IMAGENET_STATISTICS },
    sized: imagenetResize,
    task: 'classification',
  },
};

export const FAMILY_NAMES: readonly string[] = Object.keys(FAMILIES);

/** The family by its name: case, `-`, `_` and the `v` of `yolov11` do not matter. */
export function modelFamily(name: string): ModelFamily | undefined {
  const wanted = plain(name);
  const key = FAMILY_NAMES.find((family) => plain(family) === wanted);
  return key === undefined ? undefined : FAMILIES[key];
}

const plain = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[-_ ]/g, '')
    .replace(/^yolov(?=\d)/, 'yolo');
