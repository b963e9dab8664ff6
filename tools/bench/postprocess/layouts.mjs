/**
 * Outputs of published size in each layout, for a 640 x 640 input that shows a 1280 x 720 frame: the ten objects of the overhead
 * benchmark, everything else scores next to nothing. Each gives `task`, `classes`, `outputs` and `units`: what its time is divided by.
 */
import { OBJECTS } from '../overhead/models/scene.mjs';

export const INPUT = 640;
const CLASSES = 80;
const ANCHORS = 8400;
const QUERIES = 300;
const COEFFICIENTS = 32;
const KEYPOINTS = 17;
const GRID = 160;
const QUIET = 0.001;
const LOUD = 0.9;

/** Rows [1, count, width] whose first ten places are filled by `write(row, object, index)`. */
function rows(count, width, fill, write) {
  const data = new Float32Array(count * width).fill(fill);
  OBJECTS.forEach((object, index) => {
    // Spread over the output, as objects are.
    const row = Math.floor(((index + 0.5) * count) / OBJECTS.length);
    write(data.subarray(row * width, (row + 1) * width), object, index);
  });
  return tensor([1, count, width], data);
}

function transposed({ dims: [, count, width], data }) {
  const turned = Float32Array.from(
    { length: data.length },
    (_, i) => data[(i % count) * width + Math.floor(i / count)],
  );
  return tensor([1, width, count], turned);
}

function tensor(dims, data) {
  return { type: 'float32', dims, data };
}

/** Class 0 everywhere; `from` is where the scores begin, followed by `after`. */
function yolov8Rows(after = [], width = after.length) {
  return transposed(
    rows(ANCHORS, 4 + CLASSES + width, QUIET, (row, { x, y, width: w, height: h }, index) => {
      row.set([x, y, w, h, LOUD]);
      for (let k = 0; k < width; k++) row[4 + CLASSES + k] = after[k]({ x, y, index });
    }),
  );
}

/** Each object has a prototype that is a smooth hill over it, and takes a little of all others. */
const coefficients = Array.from(
  { length: COEFFICIENTS },
  (_, k) =>
    ({ index }) =>
      k === index ? 1 : 0.02 * Math.cos(k),
);

function prototypes() {
  const step = INPUT / GRID;
  const plane = (k) =>
    Array.from({ length: GRID * GRID }, (_, cell) => {
      const [x, y] = [((cell % GRID) + 0.5) * step, (Math.floor(cell / GRID) + 0.5) * step];
      const object = OBJECTS[k];
      if (object === undefined) return Math.sin(x / (9 + k)) * Math.cos(y / (7 + k));
      return (
        4 * (1 - Math.hypot((x - object.x) / (object.width / 2.1), (y - object.y) / (object.height / 2.1)))
      );
    });
  return tensor(
    [1, COEFFICIENTS, GRID, GRID],
    Float32Array.from(Array.from({ length: COEFFICIENTS }, (_, k) => plane(k)).flat()),
  );
}

const joints = Array.from(
  { length: KEYPOINTS * 3 },
  (_, k) =>
    ({ x, y }) =>
      [x, y, LOUD][k % 3],
);

const detection = { task: 'object-detection', classes: CLASSES };

export const DETECTION_LAYOUTS = {
  yolov8: { ...detection, rows: ANCHORS, outputs: { output0: yolov8Rows() } },
  yolov5: {
    ...detection,
    rows: 25_200,
    outputs: {
      output0: rows(25_200, 5 + CLASSES, QUIET, (row, { x, y, width, height }) =>
        row.set([x, y, width, height, 1, LOUD]),
      ),
    },
  },
  yolox: {
    ...detection,
    decoder: 'yolox',
    rows: ANCHORS,
    outputs: { output: rows(ANCHORS, 5 + CLASSES, QUIET, (row) => row.set([0.5, 0.5, 2.5, 2.5, 1, LOUD])) },
  },
  end2end: {
    ...detection,
    rows: QUERIES,
    outputs: {
      output0: rows(QUERIES, 6, QUIET, (row, { x, y, width: w, height: h }) =>
        row.set([x - w / 2, y - h / 2, x + w / 2, y + h / 2, LOUD, 0]),
      ),
    },
  },
  detr: {
    ...detection,
    rows: QUERIES,
    outputs: {
      dets: rows(QUERIES, 4, 0.1, (row, { x, y, width, height }) =>
        row.set([x, y, width, height].map((value) => value / INPUT)),
      ),
      labels: rows(QUERIES, CLASSES, -8, (row) => row.set([3])),
    },
  },
};

export const SEGMENTATION = {
  task: 'instance-segmentation',
  classes: CLASSES,
  outputs: { output0: yolov8Rows(coefficients), output1: prototypes() },
};

export const POSE = {
  task: 'pose-estimation',
  classes: 1,
  keypoints: KEYPOINTS,
  outputs: {
    output0: transposed(
      rows(ANCHORS, 5 + joints.length, QUIET, (row, { x, y, width, height }) =>
        row.set([x, y, width, height, LOUD, ...joints.map((joint) => joint({ x, y }))]),
      ),
    ),
  },
};

/** The same rows without keypoints: what pose costs besides them. */
export const POSE_BOXES = {
  task: 'object-detection',
  classes: 1,
  outputs: {
    output0: transposed(
      rows(ANCHORS, 5, QUIET, (row, { x, y, width, height }) => row.set([x, y, width, height, LOUD])),
    ),
  },
};

export const CLASSIFICATION = {
  task: 'classification',
  classes: 1000,
  outputs: {
    logits: tensor(
      [1, 1000],
      Float32Array.from({ length: 1000 }, (_, k) => Math.sin(k * 7) * 6),
    ),
  },
};
