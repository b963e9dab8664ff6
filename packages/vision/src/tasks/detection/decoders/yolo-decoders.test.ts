import { describe, expect, it } from 'vitest';
import { floatSpec, signature } from '../../../model-package.fixture.js';
import { blank, careError, floats, read, sparse } from '../outputs.fixture.js';

/** Grid cells of a 64 x 64 input: 8x8 + 4x4 + 2x2. */
const CELLS = 84;

describe('yolov8', () => {
  const channels = 7;
  const at = (channel: number, anchor: number): number => channel * CELLS + anchor;
  // Anchor 5: centre 32, 16, size 20 x 8, class b at 0.75.
  const one = sparse([1, channels, CELLS], {
    [at(0, 5)]: 32,
    [at(1, 5)]: 16,
    [at(2, 5)]: 20,
    [at(3, 5)]: 8,
    [at(4, 5)]: 0.5,
    [at(5, 5)]: 0.75,
  });
  const wanted = { class: 'b', classId: 1, confidence: 0.75, box: [22, 12, 42, 20] };

  it('reads [1, 4 + classes, anchors]', () => {
    expect(read({ output0: one })).toEqual([wanted]);
  });

  it('takes the best class wherever it stands', () => {
    const box = { [at(0, 0)]: 32, [at(1, 0)]: 32, [at(2, 0)]: 8, [at(3, 0)]: 8 };
    for (const [scores, name] of [
      [[0.9, 0.8, 0.7], 'a'],
      [[0.5, 0.9, 0.7], 'b'],
      [[0.5, 0.5, 0.7], 'c'],
      [[0.5, 0.5, 0.5], 'a'],
    ] as const) {
      const output0 = sparse([1, channels, CELLS], {
        ...box,
        ...Object.fromEntries(scores.map((score, c) => [at(4 + c, 0), score])),
      });
      expect(read({ output0 }).map(({ class: found }) => found)).toEqual([name]);
    }
  });

  it('reads the transpose', () => {
    const data = new Float32Array(channels * CELLS);
    for (let c = 0; c < channels; c++)
      for (let i = 0; i < CELLS; i++) data[i * channels + c] = Number(one.data[at(c, i)]);
    expect(read({ output0: floats([1, CELLS, channels], data) })).toEqual([wanted]);
  });

  it('reads half precision', () => {
    // 32, 16, 20, 8 and 0.75 in half precision bits.
    const data = new Uint16Array(channels * CELLS);
    [0x5000, 0x4c00, 0x4d00, 0x4800, 0, 0x3a00].forEach((bits, c) => (data[at(c, 5)] = bits));
    expect(read({ output0: { type: 'float16', dims: [1, channels, CELLS], data } })).toEqual([wanted]);
  });

  it('gives every class above the threshold when multi-label', () => {
    const both = read({ output0: one }, { options: { multiLabel: true } });
    expect(both.map(({ class: name, confidence }) => [name, confidence])).toEqual([
      ['b', 0.75],
      ['a', 0.5],
    ]);
    expect(read({ output0: one }, { options: { multiLabel: true, classAgnosticNms: true } })).toHaveLength(1);
  });

  it('keeps at the threshold and drops below it', () => {
    expect(read({ output0: one }, { options: { confidence: 0.75 } })).toHaveLength(1);
    expect(read({ output0: one }, { options: { confidence: 0.7501 } })).toHaveLength(0);
  });

  it('maps back through the letterbox and clamps to the image', () => {
    // 128 x 64 into 64 x 64: scale 0.5, 16 above. Box 22..42 x 12..20 -> 44..84 x -8..8, clamped at 0.
    expect(read({ output0: one }, { frame: blank(128, 64) }).map(({ box }) => box)).toEqual([[44, 0, 84, 8]]);
    // Wholly in the padding: 256 x 64 has 24 rows above.
    expect(read({ output0: one }, { frame: blank(256, 64) })).toEqual([]);
  });

  it('leaves mask coefficients and keypoints unread', () => {
    const seg = new Float32Array((channels + 32) * CELLS).fill(50);
    seg.set(one.data instanceof Float32Array ? one.data : []);
    const outputs = { output0: floats([1, channels + 32, CELLS], seg), output1: sparse([1, 32, 16, 16], {}) };
    expect(read(outputs, { model: { task: 'instance-segmentation' } })).toEqual([wanted]);
    const pose = new Float32Array((5 + 51) * CELLS).fill(50);
    pose.fill(0, 0, 5 * CELLS);
    [32, 16, 20, 8, 0.75].forEach((value, c) => (pose[at(c, 5)] = value));
    const model = {
      task: 'pose-estimation',
      classNames: ['person'],
      exporterMetadata: { kpt_shape: '[17, 3]' },
    };
    expect(read({ output0: floats([1, 56, CELLS], pose) }, { model })).toEqual([
      { ...wanted, class: 'person', classId: 0 },
    ]);
  });

  it('settles open dimensions when the tensor is there', () => {
    const stated = signature([floatSpec('output0', 'batch', 'channels', 'anchors')]);
    const model = { postprocessing: { decoder: 'yolov8' } };
    expect(read({ output0: one }, { signature: stated, model })).toEqual([wanted]);
    const error = careError(() => read({ output0: sparse([1, 9, CELLS], {}) }, { signature: stated, model }));
    expect([error.code, error.message]).toEqual([
      'MODEL_INCOMPATIBLE',
      expect.stringContaining('[1, 9, 84]'),
    ]);
  });

  it('says the numbers when the class count is wrong', () => {
    const error = careError(() => read({ output0: sparse([1, 84, CELLS], {}) }));
    expect(error.code).toBe('MODEL_INCOMPATIBLE');
    expect(error.message).toMatch(/3 classes.*found 84 \(80 classes\)/);
  });
});

describe('yolov5', () => {
  const rows = 3 * CELLS;
  const row = [32, 16, 20, 8, 0.5, 0.25, 0.875, 0];
  const data = new Float32Array(rows * 8);
  data.set(row, 9 * 8);

  it('multiplies objectness by class', () => {
    expect(read({ output: floats([1, rows, 8], data) })).toEqual([
      { class: 'b', classId: 1, confidence: 0.4375, box: [22, 12, 42, 20] },
    ]);
    const all = read(
      { output: floats([1, rows, 8], data) },
      { options: { multiLabel: true, confidence: 0.1 } },
    );
    expect(all.map(({ confidence }) => confidence)).toEqual([0.4375, 0.125]);
  });
});

describe('yolox', () => {
  const model = { postprocessing: { decoder: 'yolox' } };
  const rows = (entries: Readonly<Record<number, readonly number[]>>): Float32Array => {
    const data = new Float32Array(CELLS * 8);
    for (const [row, values] of Object.entries(entries)) data.set(values, Number(row) * 8);
    return data;
  };

  it('adds the cell and scales by its stride', () => {
    // Row 64 + 4 + 2 = 70: stride 16, cell x 2, y 1. centre (0.5 + 2, 0.25 + 1) * 16, size (e^0, e^0.6931...) * 16.
    const data = rows({ 70: [0.5, 0.25, 0, Math.log(1.5), 0.9, 0, 0, 1], 83: [0, 0, 0, 0, 1, 0.5, 0, 0] });
    const found = read({ output: floats([1, CELLS, 8], data) }, { model });
    expect(found.map(({ class: name }) => name)).toEqual(['c', 'a']);
    // centre 40, 20, size 16 x 24; the last row: stride 32, cell 1, 1: centre 32, 32, size 32 x 32.
    const boxes = found.flatMap(({ box }) => box);
    [32, 8, 48, 32, 16, 16, 48, 48].forEach((value, i) => expect(boxes[i]).toBeCloseTo(value, 4));
    expect(found[0]?.confidence).toBeCloseTo(0.9, 6);
  });

  it('counts the cells of a wide input row by row', () => {
    // 128 x 64: 16x8 + 8x4 + 4x2 = 168 cells. Row 128 + 8 + 5: stride 16, cell x 5, y 1.
    const data = new Float32Array(168 * 8);
    data.set([0, 0, 0, 0, 1, 1, 0, 0], (128 + 8 + 5) * 8);
    const found = read(
      { output: floats([1, 168, 8], data) },
      {
        model: { ...model, inputSize: { width: 128, height: 64 } },
        signature: {
          inputs: [floatSpec('images', 1, 3, 64, 128)],
          outputs: [floatSpec('output', 1, 168, 8)],
        },
        frame: blank(128, 64),
      },
    );
    expect(found.map(({ box }) => box)).toEqual([[72, 8, 88, 24]]);
  });

  it('reads pixels when the export decoded them', () => {
    const decoded = { postprocessing: { decoder: 'yolox', decoderOptions: { boxes: 'decoded' } } };
    const data = rows({ 70: [32, 16, 20, 8, 1, 0, 0, 0.5] });
    expect(read({ output: floats([1, CELLS, 8], data) }, { model: decoded }).map(({ box }) => box)).toEqual([
      [22, 12, 42, 20],
    ]);
  });

  it('knows the P6 grid and refuses others', () => {
    // One more cell of stride 64.
    const data = new Float32Array((CELLS + 1) * 8);
    data.set([0.5, 0.5, 0, 0, 1, 1, 0, 0], CELLS * 8);
    expect(read({ output: floats([1, CELLS + 1, 8], data) }, { model }).map(({ box }) => box)).toEqual([
      [0, 0, 64, 64],
    ]);
    const error = careError(() => read({ output: sparse([1, 90, 8], {}) }, { model }));
    expect(error.message).toMatch(/90 rows.*84 or 85/);
  });

  it('names a setting it does not know', () => {
    const wrong = { postprocessing: { decoder: 'yolox', decoderOptions: { boxes: 'cooked' } } };
    expect(careError(() => read({ output: sparse([1, CELLS, 8], {}) }, { model: wrong })).message).toContain(
      'raw, decoded',
    );
  });
});

describe('end2end', () => {
  const rows = [
    [10, 20, 30, 40, 0.9, 2],
    [11, 21, 31, 41, 0.8, 2],
    [0, 0, 0, 0, 0, 0],
  ];

  it('takes rows as they are, without suppression', () => {
    const found = read({ output0: floats([1, 3, 6], rows.flat()) });
    expect(found.map(({ class: name, box }) => [name, box])).toEqual([
      ['c', [10, 20, 30, 40]],
      ['c', [11, 21, 31, 41]],
    ]);
    expect(read({ output0: floats([1, 3, 6], rows.flat()) }, { options: { maxDetections: 1 } })).toHaveLength(
      1,
    );
  });

  it("reads YOLOv7's rows with a batch index", () => {
    expect(
      read({ output: floats([2, 7], [0, 10, 20, 30, 40, 1, 0.9, 0, 1, 1, 5, 5, 0, 0.1]) }),
    ).toMatchObject([{ class: 'b', box: [10, 20, 30, 40] }]);
    expect(
      read({ output: floats([0, 7], []) }, { signature: signature([floatSpec('output', 'n', 7)]) }),
    ).toEqual([]);
  });

  it('refuses a class id that the package does not name', () => {
    const error = careError(() => read({ output0: floats([1, 1, 6], [1, 1, 9, 9, 0.9, 17]) }));
    expect([error.code, error.message]).toEqual([
      'MODEL_INCOMPATIBLE',
      expect.stringMatching(/class id 17.*3 classes/),
    ]);
  });
});

describe('scores that are no probabilities', () => {
  it('are an error that names the remedy, unless rounding explains them', () => {
    const logits = sparse([1, 7, CELLS], {
      0: 9,
      [CELLS]: 9,
      [2 * CELLS]: 4,
      [3 * CELLS]: 4,
      [4 * CELLS]: 5.5,
    });
    const error = careError(() => read({ output0: logits }));
    expect([error.code, error.remedy]).toEqual([
      'MODEL_INCOMPATIBLE',
      expect.stringContaining('postprocessing.decoder'),
    ]);
    const rounded = sparse([1, 7, CELLS], {
      0: 9,
      [CELLS]: 9,
      [2 * CELLS]: 4,
      [3 * CELLS]: 4,
      [4 * CELLS]: 1.003,
    });
    expect(read({ output0: rounded })[0]?.confidence).toBe(1);
  });
});
