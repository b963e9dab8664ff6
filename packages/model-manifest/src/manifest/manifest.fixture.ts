import type { JsonObject } from '@care/registry-core';

/** The fields that the predecessor's manifests have, and nothing else. */
export const PREDECESSOR_MANIFEST: JsonObject = {
  model_id: 'yolov11n-320',
  task_type: 'object-detection',
  model_path: 'yolov11n-320.onnx',
  class_names: ['person', 'bed', 'chair'],
  input_size: [320, 320],
  metadata: {
    quantization: 'int8',
    coco_dataset: true,
    converted_with: 'yolo export format=onnx imgsz=320 int8=True',
  },
};

/** Every field that a manifest may have. */
export const FULL_MANIFEST: JsonObject = {
  $schema: './manifest.schema.json',
  ...PREDECESSOR_MANIFEST,
  task_type: 'keypoint-detection',
  version: '1.3.0-rc.1+build.5',
  sha256: 'AB'.repeat(32),
  preprocessing: {
    resize: 'center-crop',
    pad_value: 0,
    pad_position: 'top-left',
    color: 'bgr',
    scale: 1,
    mean: [1, 2, 3],
    std: [2],
    interpolation: 'area',
    antialias: true,
    resize_shorter_side: 256,
    pad_mode: 'reflect',
    side_rounding: 'floor',
    static_crop: { x_min: 0.25, y_min: 0, x_max: 0.75, y_max: 1 },
    grayscale: true,
    contrast: { method: 'adaptive-equalization', order: 'after-grayscale' },
    auto_orient: false,
  },
  postprocessing: {
    decoder: 'yolov8',
    decoder_options: { scores: 'logits' },
    confidence_threshold: 0.25,
    iou_threshold: 0.7,
    max_detections: 100,
    class_agnostic_nms: true,
    multi_label: true,
  },
  keypoints: { names: ['head', 'hip'], skeleton: [[0, 1]], sigmas: [0.1, 0.2] },
  variants: [
    { model_path: 'yolov11n-320-fp16.onnx', precision: 'fp16' },
    { id: 'orin', model_path: 'yolov11n-320.engine', precision: 'int8', sha256: 'cd'.repeat(32) },
  ],
  benchmarks: { latency_ms: { cpu: 12.5, 'orin-nano': 3 }, mAP50: 0.52, model_size_mb: 3.2 },
};
