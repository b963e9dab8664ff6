import type { KeypointSpec, TaskType } from '@care/registry-core';
import type { Figure, ImageId } from '../evaluate/evaluation-input.js';
import type { TrueKeypoint } from '../evaluate/object-keypoint-similarity.js';
import type { Rle } from '../masks/rle.js';
import type { Box, PredictOptions, TaskPrediction } from './task-prediction.js';

/** What of the truth a task is measured against. */
export type TruthKind = 'box' | 'mask' | 'keypoints' | 'class';

/** One labelled object of a picture, or the class of the whole picture. Pixels of the upright original. */
export interface LabelledObject {
  /** Of the model. */
  readonly classId: number;
  readonly box?: Box;
  readonly mask?: Rle;
  readonly keypoints?: readonly TrueKeypoint[];
  /** A region of many objects (COCO `iscrowd`), which need not be found. */
  readonly crowd?: boolean;
  /** Of the object's segment, for the size classes and the keypoint similarity; that of mask or box when absent. */
  readonly area?: number;
}

/** One picture with what is in it and what a model says of it. */
export interface LabelledImage<Prediction extends TaskPrediction = TaskPrediction> {
  readonly id: ImageId;
  readonly width: number;
  readonly height: number;
  readonly predictions: readonly Prediction[];
  readonly truths: readonly LabelledObject[];
}

/** What evaluation needs to know besides the pictures. */
export interface EvaluationFacts {
  /** Of the model; index is the class id. */
  readonly classNames: readonly string[];
  readonly keypoints?: KeypointSpec | undefined;
  /** At which the model is used: precision, recall, confusions and the scores of pictures count predictions from there on. 0..1 */
  readonly confidence: number;
  /** Classes that the data set labels: predictions of others are left out. All when absent. */
  readonly classIds?: readonly number[] | undefined;
}

/** Figures of one class. */
export interface ClassMeasure {
  readonly class: string;
  readonly classId: number;
  /** Objects (pictures, for classification) of this class that were to be found. */
  readonly truthCount: number;
  readonly predictionCount: number;
  readonly figures: Readonly<Record<string, Figure>>;
}

/** One way of measuring: boxes, masks, keypoints, classes. */
export interface Measure {
  /** `box`, `mask`, `keypoints`, `class`; `found` for what the model finds at the confidence at which it is used. */
  readonly name: string;
  /** In one line, for people. */
  readonly title: string;
  /** 0..1 by name (mAP50_95, mAP50, top1, ...), the most telling first. */
  readonly figures: Readonly<Record<string, Figure>>;
  /** Classes with something to tell, in the order of their ids. */
  readonly perClass: readonly ClassMeasure[];
}

/** What was taken for what, at the confidence at which the model is used. Classes that occur nowhere are left out. */
export interface Confusion {
  readonly classes: readonly { readonly class: string; readonly classId: number }[];
  /** `rows[true][predicted]`, counts by places in `classes`. */
  readonly rows: readonly (readonly number[])[];
  /** By place in `classes`: what was taken for nothing at all. */
  readonly missed: readonly number[];
  /** By place in `classes`: predictions where there is nothing; zeros for classification. */
  readonly unfounded: readonly number[];
}

/** How well the model did on one picture, to find the worst. */
export interface ImageScore {
  readonly id: ImageId;
  /** 0..1, 1 is best. */
  readonly score: number;
  /** Objects missed and predictions that are wrong. */
  readonly mistakes: number;
  /** For people: `3 found, 1 missed, 2 false`. */
  readonly note: string;
}

/** All that is known of a model's accuracy on a set of pictures. Plain JSON. */
export interface TaskEvaluation {
  readonly task: TaskType;
  readonly imageCount: number;
  readonly truthCount: number;
  readonly predictionCount: number;
  /** The task's own measure first. */
  readonly measures: readonly Measure[];
  readonly confusion: Confusion;
  /** In the order of the pictures. */
  readonly images: readonly ImageScore[];
}

/** How a task is measured. */
export interface TaskEvaluator<Prediction extends TaskPrediction = TaskPrediction> {
  /** What every labelled object must have; `box` is there in all but classification. */
  readonly truth: TruthKind;
  /** With which pictures are predicted to be evaluated: average precision needs the tail of unsure predictions. */
  readonly predictOptions: PredictOptions;
  /** @throws CareError INPUT_INVALID when an object lacks what the task is measured against */
  evaluate(images: readonly LabelledImage<Prediction>[], facts: EvaluationFacts): TaskEvaluation;
  /** How much two answers to one picture are alike, 0..1: of a shadow and of what is live. */
  agreement(a: readonly Prediction[], b: readonly Prediction[]): number;
  /** The truth as predictions of confidence 1, to draw it. */
  asPredictions(truths: readonly LabelledObject[], facts: EvaluationFacts): Prediction[];
}
