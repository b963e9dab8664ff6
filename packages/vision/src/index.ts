export { blankPicture } from './image/blank-picture.js';
export { decodeImage } from './image/decode-image.js';
export { DEFAULT_IMAGE_LIMITS } from './image/image-limits.js';
export { hasImageExtension, IMAGE_EXTENSIONS } from './image/image-extensions.js';
export { IMAGE_FORMATS, type ImageFormat } from './image/image-format.js';
export type {
  DecodeOptions,
  ImageLimits,
  ImageSource,
  Orientation,
  PixelFormat,
  RawFrame,
} from './image/image-source.js';
export { uprightSize } from './image/orientation.js';
export { imageSourceFrom, type ImageInput } from './image/image-source-from.js';
export { boxToImage, boxToInput, resizeGeometry } from './preprocess/resize-geometry.js';
export type { ResizeGeometry, Size } from './preprocess/resize-geometry.js';
export { classificationTask } from './tasks/classification/classification-task.js';
export { CLASSIFICATION_DECODERS } from './tasks/classification/score-meaning.js';
export { DETECTION_DECODERS } from './tasks/detection/choose-decoder.js';
export { detectionTask } from './tasks/detection/detection-task.js';
export { nonMaximumSuppression, type NmsOptions, type ScoredBoxes } from './tasks/detection/nms.js';
export { COCO_KEYPOINTS } from './tasks/pose/coco-keypoints.js';
export { POSE_DECODERS } from './tasks/pose/pose-decoders.js';
export { poseTask } from './tasks/pose/pose-task.js';
export { segmentationTask } from './tasks/segmentation/segmentation-task.js';
export type { TableColumn, TaskTable } from './tasks/task-table.js';
export { taskFor } from './tasks/task-registry.js';
export {
  predictFrames,
  type FramesPredicted,
  type PredictFramesOptions,
  type RunSession,
} from './tasks/predict-frames.js';
export type {
  Box,
  ClassificationPrediction,
  DetectionPrediction,
  DrawingFacts,
  Keypoint,
  PosePrediction,
  PredictOptions,
  PreparedRun,
  SegmentationPrediction,
  SessionSignature,
  Task,
  TaskPrediction,
  TaskProcessor,
  View,
} from './tasks/task.js';
export type {
  ClassMeasure,
  Confusion,
  EvaluationFacts,
  ImageScore,
  LabelledImage,
  LabelledObject,
  Measure,
  TaskEvaluation,
  TaskEvaluator,
  TruthKind,
} from './tasks/task-evaluation.js';
export { compareSessions, type SessionAgreement, type TensorRunner } from '@care/registry-core/agreement';
export { compareModels, type CompareModelsOptions } from './agreement/compare-models.js';
export type {
  ComparableModel,
  Findings,
  ModelAgreement,
  PictureAgreement,
  PredictionAgreement,
} from './agreement/model-agreement.js';
export { PREDICTION_TOLERANCES, type PredictionTolerance } from './agreement/prediction-tolerance.js';
export { DATASET_FORMATS } from './dataset/dataset.js';
export type { Dataset, DatasetClass, DatasetFormat, DatasetImage } from './dataset/dataset.js';
export {
  evaluateDataset,
  type DatasetEvaluation,
  type EvaluableModel,
  type EvaluateDatasetOptions,
  type EvaluatedImage,
  type FailedImage,
} from './dataset/evaluate-dataset.js';
export { openDataset, type OpenDatasetOptions } from './dataset/open-dataset.js';
export { worstFirst } from './evaluate/worst-first.js';
export { drawPredictions, type DrawnResult, type DrawOptions } from './draw/draw-predictions.js';
export { toCareJson, type CareJson, type CareJsonPrediction } from './formats/care-json.js';
export { COCO_CATEGORY_IDS, cocoCategoryIdsFor } from './formats/coco-categories.js';
export { toCocoResults, type CocoResult, type CocoResultsOptions } from './formats/coco-results.js';
export type { PredictionRecord } from './formats/prediction-record.js';
export {
  toRoboflowResponse,
  type RoboflowClassification,
  type RoboflowMultiLabel,
  type RoboflowObject,
  type RoboflowObjects,
  type RoboflowResponse,
} from './formats/roboflow-response.js';
export type { ClassEvaluation } from './evaluate/class-evaluation.js';
export {
  evaluateClassification,
  type ClassAccuracy,
  type ClassificationEvaluation,
  type ConfusionMatrix,
} from './evaluate/evaluate-classification.js';
export {
  cocoDetectionStats,
  evaluateDetections,
  type DetectionEvaluation,
} from './evaluate/evaluate-detections.js';
export {
  cocoKeypointStats,
  evaluateKeypoints,
  type KeypointEvaluation,
} from './evaluate/evaluate-keypoints.js';
export type { Figure, ImageId } from './evaluate/evaluation-input.js';
export { parseCocoAnnotations, type CocoGroundTruth } from './evaluate/ground-truth/coco-annotations.js';
export { parseYoloLabels, type YoloLabels } from './evaluate/ground-truth/yolo-labels.js';
export { rleFromCoco, rleToCoco, type CocoRle } from './masks/coco-rle.js';
export { instanceMask, type InstanceMask } from './masks/instance-mask.js';
export { bitmapFromRle, rleFromBitmap, type MaskBitmap } from './masks/mask-bitmap.js';
export { polygonsFromBitmap, type MaskPolygon } from './masks/mask-polygons.js';
export { rleFromPolygons } from './masks/polygon-raster.js';
export { rleIou } from './masks/rle-iou.js';
export { mergeRles } from './masks/rle-merge.js';
export type { MaskSize, Rle } from './masks/rle.js';
