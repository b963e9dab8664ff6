import type { Tensor } from '@care/registry-core';
import { imagePreprocessor } from '../../../preprocess/image-preprocessor.js';
import type { ResizeGeometry } from '../../../preprocess/resize-geometry.js';
import { checkInputsFed } from '../../model-context.js';
import type { ModelContext } from '../../model-context.js';
import { postprocessSettings } from '../../postprocess-settings.js';
import type { Box, Keypoint, PosePrediction, TaskProcessor, View } from '../../task.js';
import { keypointNames } from '../keypoint-names.js';
import { personBoxes } from './person-boxes.js';
import { inputIndexToImage, personRegion } from './person-region.js';
import type { BoundTopDownDecoder } from './top-down-decoder.js';

/** A view of one person: it remembers the box that its region was made from. */
interface PersonView extends View {
  readonly person: Box;
}
interface PersonGeometry extends ResizeGeometry {
  readonly person: Box;
}

/**
 * Models that look at one person at a time: one view for each of the caller's boxes, in their order, or one of the whole
 * picture. A person's confidence is the mean of its keypoints', the box the caller's, the class the package's first.
 */
export function topDownProcessor(
  context: ModelContext,
  decoder: BoundTopDownDecoder,
): TaskProcessor<PosePrediction> {
  const { model, variant, input } = context;
  checkInputsFed(context);
  const namesOf = (count: number): readonly string[] => keypointNames(model, variant, count);
  if (decoder.count !== undefined) namesOf(decoder.count);
  // The region has the input's proportions already; letterboxing would round its sides once more.
  const stretched = { ...model, preprocessing: { ...model.preprocessing, resize: 'stretch' as const } };
  const preprocessor = imagePreprocessor(stretched, input);
  return {
    batch: input.batch,
    views: (frame, options) =>
      personBoxes(options, frame).map((person): PersonView => ({
        frame,
        region: personRegion(person, input, decoder.alignment),
        person,
      })),
    preprocess(views) {
      const { tensor, geometries } = preprocessor.run(views);
      return {
        inputs: { [input.name]: tensor },
        geometries: geometries.map((geometry, index): PersonGeometry => {
          const view = views[index];
          return {
            ...geometry,
            person: view !== undefined && isPersonView(view) ? view.person : whole(geometry),
          };
        }),
      };
    },
    postprocess(outputs, geometry, options) {
      const { confidence: threshold } = postprocessSettings(options, model.postprocessing);
      const keypoints = keypointsOf(outputs, decoder, geometry, namesOf);
      if (keypoints === undefined) return [];
      const confidence = keypoints.reduce((sum, point) => sum + point.confidence, 0) / keypoints.length;
      if (!(confidence >= threshold)) return [];
      const box = isPersonGeometry(geometry) ? geometry.person : whole(geometry);
      return [{ class: model.classNames[0] ?? '', classId: 0, confidence, box, keypoints }];
    },
  };
}

/** Undefined when a number of them is not finite. */
function keypointsOf(
  outputs: Readonly<Record<string, Tensor>>,
  decoder: BoundTopDownDecoder,
  geometry: ResizeGeometry,
  namesOf: (count: number) => readonly string[],
): Keypoint[] | undefined {
  const found = decoder.decode(outputs);
  if (found === undefined) return undefined;
  const names = namesOf(found.length);
  return found.map((point, index) => ({
    name: names[index] ?? String(index),
    ...inputIndexToImage(point, geometry),
    // Peaks of heatmaps overshoot 1 a little; SimCC's are bounded by nothing.
    confidence: Math.max(0, Math.min(1, point.confidence)),
  }));
}

function isPersonView(view: View): view is PersonView {
  return 'person' in view;
}

function isPersonGeometry(geometry: ResizeGeometry): geometry is PersonGeometry {
  return 'person' in geometry;
}

function whole({ image: { width, height } }: ResizeGeometry): Box {
  return [0, 0, width, height];
}
