import { readFile } from 'node:fs/promises';
import { parseModelReference, type ModelPackage } from '@care/registry-core';
import { DemoRegistry } from '@care/registry-demo';
import type { ServedModel } from '@care/registry-roboflow/testing';

/** Roboflow's words for a task, with a family whose outputs and normalisation those of the demo model are. */
const FAMILIES: Readonly<Record<string, { readonly task: string; readonly family: string }>> = {
  'object-detection': { task: 'object-detection', family: 'yolov8' },
  'pose-estimation': { task: 'keypoint-detection', family: 'yolov8' },
  'instance-segmentation': { task: 'instance-segmentation', family: 'yolov8' },
  classification: { task: 'classification', family: 'resnet' },
};

export const DEMO_MODELS = ['room-detector', 'room-pose', 'room-segmentation', 'room-bed-state'] as const;

/** A bundled model as Roboflow would describe it, by both of its protocols. */
export async function demoAsRoboflow(
  id: string,
): Promise<Required<Pick<ServedModel, 'classic' | 'packaged'>>> {
  const model = await new DemoRegistry().resolve(parseModelReference(id));
  const { task, family } = FAMILIES[model.task] ?? { task: model.task, family: 'yolov8' };
  const [weights, int8] = await Promise.all(
    model.variants.map(({ artifacts }) => readFile(artifacts[0]?.path ?? '')),
  );
  if (weights === undefined || int8 === undefined) throw new Error(`${id} has no two variants`);
  const keypoints = keypointsMetadata(model);
  const { width, height } = model.inputSize;
  const format = model.task === 'classification' ? 'Fill (with center crop) in' : 'Fit (grey edges) in';
  const small = {
    'class_names.txt': model.classNames.join('\n'),
    'inference_config.json': JSON.stringify(inferenceConfig(model)),
    ...(keypoints === undefined ? {} : { 'keypoints_metadata.json': JSON.stringify(keypoints) }),
  };
  const manifest = (quantization: string): object => ({
    type: 'onnx-model-package-v1',
    backendType: 'onnx',
    dynamicBatchSize: true,
    quantization,
    opset: 17,
  });
  return {
    classic: {
      type: task,
      modelType: family,
      classes: model.classNames,
      ...(keypoints === undefined ? {} : { keypoints_metadata: keypoints }),
      environment: { PREPROCESSING: JSON.stringify({ resize: { format, width, height } }) },
      weights,
    },
    packaged: {
      modelArchitecture: family,
      taskType: task,
      packages: [
        { packageId: 'int8', manifest: manifest('int8'), files: { ...small, 'weights.onnx': int8 } },
        { packageId: 'full', manifest: manifest('fp32'), files: { ...small, 'weights.onnx': weights } },
      ],
    },
  };
}

function inferenceConfig({ task, inputSize, preprocessing, postprocessing }: ModelPackage): object {
  const classifier = task === 'classification';
  return {
    network_input: {
      training_input_size: inputSize,
      dynamic_spatial_size_supported: false,
      color_mode: 'rgb',
      // No mode of this protocol scales and cuts, as the demo classifier was trained.
      resize_mode: classifier ? 'stretch' : 'letterbox',
      padding_value: 114,
      input_channels: 3,
      scaling_factor: 255,
      ...(classifier ? { normalization: [preprocessing.mean, preprocessing.std] } : {}),
    },
    forward_pass: { max_dynamic_batch_size: 8 },
    post_processing: classifier
      ? { type: 'softmax', fused: false }
      : {
          type: 'nms',
          fused: false,
          nms_parameters: {
            max_detections: postprocessing.maxDetections,
            confidence_threshold: postprocessing.confidenceThreshold,
            iou_threshold: postprocessing.iouThreshold,
            class_agnostic: Number(postprocessing.classAgnosticNms),
          },
        },
  };
}

function keypointsMetadata({ keypoints, classNames }: ModelPackage): object[] | undefined {
  if (keypoints === undefined) return undefined;
  return classNames.map((_, classId) => ({
    object_class_id: classId,
    keypoints: Object.fromEntries(keypoints.names.map((name, index) => [String(index), name])),
    edges: keypoints.skeleton.map(([from, to]) => ({ from, to })),
  }));
}
