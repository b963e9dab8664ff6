import { isCareError, modelPackageSchema, parseModelReference, type ModelPackage } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { CLASSES, ENVIRONMENT, inferenceConfig } from '../models.fixture.js';
import { classicPackage, type ClassicFacts } from './classic-description.js';
import { packagedModel, type ModelFacts, type OnnxPackage } from './model-packages.js';

const REFERENCE = parseModelReference('ward/3');

function classic(changes: Partial<ClassicFacts> = {}): Omit<ModelPackage, 'source'> {
  const facts = {
    id: 'ward/3',
    taskType: 'object-detection',
    modelType: 'yolov8n',
    environment: ENVIRONMENT,
    classes: CLASSES,
    colors: undefined,
    keypoints: undefined,
    ...changes,
  };
  const model = classicPackage(facts, REFERENCE, 'trained');
  expect(modelPackageSchema.safeParse(model).error).toBeUndefined();
  return model;
}

function packaged(
  facts: Partial<ModelFacts>,
  config: object = inferenceConfig(),
  changes: Partial<OnnxPackage> = {},
): Omit<ModelPackage, 'source'> {
  const one: OnnxPackage = {
    packageId: 'aaaa',
    precision: 'fp32',
    batch: undefined,
    trusted: true,
    classNames: CLASSES,
    config,
    artifacts: [{ name: 'weights.onnx', role: 'model' }],
    ...changes,
  };
  const all = { id: 'ward/3', architecture: 'yolov8', taskType: 'object-detection', ...facts };
  const { model } = packagedModel(all, [one], [], REFERENCE, 'trained');
  expect(modelPackageSchema.safeParse(model).error).toBeUndefined();
  return model;
}

const reason = (run: () => unknown): string => {
  try {
    run();
    return 'no error';
  } catch (error) {
    return isCareError(error) ? `${error.code}: ${error.message}` : String(error);
  }
};

const BACKGROUND = ['background_class83422', ...CLASSES];

describe('postprocessing', () => {
  it('has the thresholds of Roboflow’s servers, unless the model states others', () => {
    const thresholds = {
      confidenceThreshold: 0.4,
      iouThreshold: 0.3,
      maxDetections: 300,
      classAgnosticNms: false,
    };
    expect(packaged({}).postprocessing).toMatchObject(thresholds);
    expect(classic().postprocessing).toMatchObject(thresholds);
    expect(packaged({ architecture: 'yolo26' }).postprocessing.confidenceThreshold).toBe(0.25);
    const nms = { max_detections: 50, confidence_threshold: 0.2, iou_threshold: 0.6, class_agnostic: 1 };
    const stated = inferenceConfig(
      {},
      { post_processing: { type: 'nms', fused: false, nms_parameters: nms } },
    );
    expect(packaged({}, stated).postprocessing).toEqual({
      decoder: 'yolov8',
      decoderOptions: {},
      confidenceThreshold: 0.2,
      iouThreshold: 0.6,
      maxDetections: 50,
      classAgnosticNms: true,
      multiLabel: false,
    });
    const recommended = { confidence: 0.61, perClassConfidence: { bed: 0.7 } };
    const model = packaged({ recommended: { confidence: 0.1 } }, stated, { recommended });
    expect(model.postprocessing.confidenceThreshold).toBe(0.61);
    expect(model.metadata.roboflow).toMatchObject({ recommendedParameters: recommended });
    expect(packaged({ recommended }, stated).postprocessing.confidenceThreshold).toBe(0.61);
  });

  it('reads suppression inside the network as end2end', () => {
    const fused = inferenceConfig({}, { post_processing: { type: 'nms', fused: true } });
    expect(packaged({}, fused).postprocessing.decoder).toBe('end2end');
    const features = { nms_fused: { confidence_threshold: 0.25, max_detections: 100 } };
    expect(packaged({}, inferenceConfig(), { features }).postprocessing).toMatchObject({
      decoder: 'end2end',
      confidenceThreshold: 0.25,
      maxDetections: 100,
    });
  });

  it.each([
    [{ type: 'softmax', fused: false }, 'softmax', false],
    [{ type: 'softmax', fused: true }, 'probabilities', false],
    [{ type: 'sigmoid', fused: false }, 'sigmoid', true],
    [{ type: 'sigmoid', fused: true }, 'probabilities', true],
  ])('of a classifier with %j', (post_processing, decoder, multiLabel) => {
    const facts = { architecture: 'resnet', taskType: 'classification' };
    const { postprocessing } = packaged(facts, inferenceConfig({}, { post_processing }));
    expect(postprocessing).toMatchObject({ decoder, multiLabel });
  });

  it('of a classic classifier is softmax, or any number of labels as they come', () => {
    const facts = { taskType: 'classification', modelType: undefined };
    expect(classic(facts)).toMatchObject({
      postprocessing: { decoder: 'logits', multiLabel: false },
      preprocessing: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    });
    const several = { ...facts, environment: { ...ENVIRONMENT, MULTICLASS: true } };
    expect(classic(several).postprocessing).toMatchObject({ decoder: 'probabilities', multiLabel: true });
  });

  it('takes the background of RF-DETR out of the classes', () => {
    const wanted = {
      classNames: CLASSES,
      postprocessing: { decoder: 'rfdetr', decoderOptions: { backgroundClasses: [0] }, multiLabel: true },
    };
    expect(classic({ modelType: 'rfdetr-base', classes: BACKGROUND })).toMatchObject(wanted);
    const removal = { class_names_operations: [{ type: 'class_name_removal', class_name: BACKGROUND[0] }] };
    const config = inferenceConfig({}, removal);
    expect(packaged({ architecture: 'rfdetr' }, config, { classNames: BACKGROUND })).toMatchObject(wanted);
    const other = packaged({}, config, { classNames: BACKGROUND });
    expect(other.classNames).toEqual(BACKGROUND);
    expect(JSON.stringify(other.metadata)).toContain('all are kept');
  });
});

describe('what CARE cannot run', () => {
  it.each([
    [() => classic({ taskType: 'semantic-segmentation' }), /UNSUPPORTED: .*semantic-segmentation/],
    [() => classic({ modelType: 'yolo_nas_s' }), /UNSUPPORTED: .*yolo-nas/],
    [() => classic({ taskType: 'instance-segmentation', modelType: 'ort' }), /UNSUPPORTED: .*yolact/],
    [() => packaged({ architecture: 'rfdetr', taskType: 'keypoint-detection' }), /UNSUPPORTED: .*keypoints/],
    [() => packaged({}, inferenceConfig({ input_channels: 4 })), /UNSUPPORTED: .*4 channels/],
    [
      () => packaged({}, inferenceConfig({}, { post_processing: { type: 'softmax' } })),
      /UNSUPPORTED: .*softmax/,
    ],
    [
      () =>
        packaged(
          { architecture: 'rfdetr' },
          inferenceConfig({ dataset_version_resize_dimensions: { width: 80, height: 64 } }),
        ),
      /UNSUPPORTED: .*letterbox 80 x 64/,
    ],
    [
      () =>
        classic({
          modelType: 'rfdetr-base',
          environment: {
            PREPROCESSING: { resize: { format: 'Fit (black edges) in', width: 80, height: 64 } },
          },
        }),
      /UNSUPPORTED: .*80 x 64/,
    ],
    [() => classic({ environment: {} }), /MANIFEST_INVALID: .*PREPROCESSING/],
    [
      () => classic({ classes: undefined, environment: { PREPROCESSING: {} } }),
      /MANIFEST_INVALID: .*CLASS_MAP/,
    ],
  ])('is named, case %#', (run, wanted) => {
    expect(reason(run)).toMatch(wanted);
  });
});

describe('keypoints', () => {
  const one = { object_class_id: 0, keypoints: { '0': 'nose', '1': 'tail' }, edges: [{ from: 0, to: 1 }] };
  const two = {
    object_class_id: 1,
    keypoints: { '0': 'a', '1': 'b', '2': 'c' },
    edges: [{ from: 2, to: 0 }],
  };

  it('are those of the class with the most; the others are in the metadata', () => {
    const pose = { taskType: 'keypoint-detection', keypoints: [one, two] };
    const model = classic(pose);
    expect(model.keypoints).toEqual({ names: ['a', 'b', 'c'], skeleton: [[2, 0]] });
    expect(model.metadata.roboflow).toMatchObject({
      keypointsByClass: [{ classId: 0, names: ['nose', 'tail'] }, {}],
    });
    expect(classic({ ...pose, keypoints: [one] }).keypoints?.skeleton).toEqual([[0, 1]]);
  });

  it.each([
    [[{ ...one, edges: [{ from: 0, to: 2 }] }], /edge from 0 to 2/],
    [[{ ...one, keypoints: { '0': 'a', '2': 'b' } }], /no keypoint 1/],
    [[one, one], /class 0 is described twice/],
    [{}, /expected array/],
  ])('refuses %j', (keypoints, wanted) => {
    expect(reason(() => classic({ taskType: 'keypoint-detection', keypoints }))).toMatch(wanted);
  });
});
