import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { boxDetector, CLASS_NAMES } from './box-detector.fixture.mjs';
import { halfCopy, putInPlace } from './models-folder.fixture.mjs';

/**
 * What goes wrong when a version is replaced. `happen(files, width)` puts what cannot be used where a model of that width belongs, and
 * returns what mends it; `code` and `message` say what is to be read of it.
 */
export const FAULTS = [
  {
    name: 'a file that is no ONNX',
    code: 'ARTIFACT_CORRUPT',
    message: /\.onnx/,
    happen: (files, width) => {
      putInPlace(files.model, 'this is a text');
      files.describe();
      return () => files.good(width);
    },
  },
  {
    name: 'a graph that the engine does not open',
    code: 'MODEL_INCOMPATIBLE',
    message: /NoSuchOperator/,
    happen: (files, width) => {
      putInPlace(files.model, boxDetector(width, { op: 'NoSuchOperator' }));
      files.describe();
      return () => files.good(width);
    },
  },
  {
    name: 'a copy under way that has stopped in the middle',
    code: 'ARTIFACT_CORRUPT',
    message: /\.onnx/,
    happen: (files, width) => {
      const goOn = halfCopy(files.model, boxDetector(width));
      files.describe();
      return goOn;
    },
  },
  {
    name: 'a model of another number of classes',
    code: 'MODEL_INCOMPATIBLE',
    message: /class/,
    happen: (files, width) => {
      putInPlace(files.model, boxDetector(width, { classes: 3 }));
      files.describe();
      return () => files.good(width);
    },
  },
  {
    name: 'a manifest with a syntax error',
    code: 'MANIFEST_INVALID',
    message: /\.json/,
    happen: (files, width) => {
      putInPlace(files.model, boxDetector(width));
      const text = JSON.stringify(files.manifestText());
      writeFileSync(files.manifest, text.slice(0, -1));
      return () => files.good(width);
    },
  },
  {
    name: 'weights that do not find what is on a probe',
    code: 'PROBE_FAILED',
    message: /finds no bed/,
    happen: (files, width, picture) => {
      const half = width / 2;
      const probe = {
        image: path.basename(picture),
        min_iou: 0.9,
        expect: [{ class: CLASS_NAMES[1], box: [32 - half, 24, 32 + half, 40] }],
      };
      putInPlace(files.model, boxDetector(width / 2));
      files.describe({ probes: [probe] });
      return () => putInPlace(files.model, boxDetector(width));
    },
  },
];
