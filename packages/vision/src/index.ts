export type { ImageLimits, ImageSource, PixelFormat, RawFrame } from './image/image-source.js';
export type {
  Box,
  DetectionPrediction,
  PredictOptions,
  PreparedInput,
  SessionSignature,
  Task,
  TaskPrediction,
  TaskProcessor,
} from './tasks/task.js';
