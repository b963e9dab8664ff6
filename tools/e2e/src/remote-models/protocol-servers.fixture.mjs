/** The test servers of both remote registries, over real HTTP. Their sources are of the packages that they test. */
import { createServer } from 'node:http';

const packages = new URL('../../../../packages/', import.meta.url);
const source = (path) => import(/* @vite-ignore */ new URL(path, packages).href);

const { API_KEY, roboflowServer } = await source('registry-roboflow/src/testing/index.ts');
const { HubServer } = await source('registry-huggingface/src/testing/hub-server.fixture.ts');

export { API_KEY, HubServer, roboflowServer };

/** What one package of the models protocol of Roboflow says of a network as the demo's are. */
export function roboflowPackage(packageId, manifest, weights, { quantization = 'fp32' } = {}) {
  const { preprocessing, postprocessing = {}, class_names: classes, input_size: size, keypoints } = manifest;
  const [height, width] = size;
  const classifies = manifest.task_type === 'classification';
  const config = {
    image_pre_processing: { 'auto-orient': { enabled: true } },
    network_input: {
      training_input_size: { height, width },
      dynamic_spatial_size_supported: false,
      color_mode: 'rgb',
      resize_mode: preprocessing.resize,
      padding_value: preprocessing.pad_value,
      input_channels: 3,
      scaling_factor: 255,
      ...(preprocessing.mean === undefined ? {} : { normalization: [preprocessing.mean, preprocessing.std] }),
    },
    forward_pass: { static_batch_size: 1 },
    post_processing: classifies
      ? { type: 'softmax', fused: false }
      : {
          type: 'nms',
          fused: false,
          nms_parameters: {
            max_detections: 300,
            confidence_threshold: postprocessing.confidence_threshold,
            iou_threshold: postprocessing.iou_threshold,
            class_agnostic: postprocessing.class_agnostic_nms ?? false,
          },
        },
  };
  const joints =
    keypoints === undefined ? {} : { 'keypoints_metadata.json': JSON.stringify(joined(keypoints, classes)) };
  return {
    packageId,
    manifest: {
      type: 'onnx-model-package-v1',
      backendType: 'onnx',
      dynamicBatchSize: false,
      staticBatchSize: 1,
      quantization,
      opset: 17,
    },
    files: {
      'weights.onnx': weights,
      'class_names.txt': classes.join('\n'),
      'inference_config.json': JSON.stringify(config),
      ...joints,
    },
  };
}

function joined({ names, skeleton }, classes) {
  return classes.map((_, classId) => ({
    object_class_id: classId,
    keypoints: Object.fromEntries(names.map((name, index) => [String(index), name])),
    edges: skeleton.map(([from, to]) => ({ from, to })),
  }));
}

export const ROBOFLOW_TASKS = {
  'object-detection': { taskType: 'object-detection', modelArchitecture: 'yolov8' },
  'pose-estimation': { taskType: 'keypoint-detection', modelArchitecture: 'yolov8' },
  'instance-segmentation': { taskType: 'instance-segmentation', modelArchitecture: 'yolov8' },
  classification: { taskType: 'classification', modelArchitecture: 'resnet' },
};

/** A server in the place of another that says `answer`, or, without one, nothing at all. */
export async function replacementServer(port, answer) {
  const server = createServer((request, response) => answer?.(request, response));
  await new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
