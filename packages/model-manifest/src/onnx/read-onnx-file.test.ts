import { existsSync } from 'node:fs';
import { mkdir, open, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildOnnxModel } from '@care/plugin-testkit/onnx';
import { isCareError } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.fixture.js';
import { TEST_MODELS } from '../test-assets.fixture.js';
import { modelBytes } from './facts.fixture.js';
import { readOnnxFile } from './read-onnx.js';

async function codeOf(path: string, signal?: AbortSignal): Promise<string> {
  try {
    await readOnnxFile(path, signal === undefined ? {} : { signal });
    return 'read';
  } catch (error) {
    return isCareError(error) ? error.code : String(error);
  }
}

/** The protobuf encoding of a length. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

describe('readOnnxFile', () => {
  it('tells what is not there from what is broken', async () => {
    const dir = await temporaryDirectory();
    await writeFile(join(dir, 'empty.onnx'), '');
    await mkdir(join(dir, 'directory.onnx'));
    const model = modelBytes({ x: [1] }, { y: [1] });
    await writeFile(join(dir, 'cut.onnx'), model.subarray(0, model.length - 20));
    await writeFile(join(dir, 'good.onnx'), model);
    expect(await codeOf(join(dir, 'absent.onnx'))).toBe('ARTIFACT_MISSING');
    expect(await codeOf(join(dir, 'empty.onnx'))).toBe('ARTIFACT_CORRUPT');
    expect(await codeOf(join(dir, 'directory.onnx'))).toBe('ARTIFACT_MISSING');
    expect(await codeOf(join(dir, 'cut.onnx'))).toBe('ARTIFACT_CORRUPT');
    expect(await codeOf(join(dir, 'good.onnx'))).toBe('read');
    expect(await codeOf(join(dir, 'good.onnx'), AbortSignal.abort())).toBe('ABORTED');
  });

  // NTFS would write the gap out, 5 GB of it.
  it.skipIf(process.platform === 'win32')(
    'reads files of 5 GB in no time: one with a huge weight, one of zeros',
    async () => {
      const dir = await temporaryDirectory();
      const GB = 1024 ** 3;
      await writeFile(join(dir, 'zeros.onnx'), '');
      await truncate(join(dir, 'zeros.onnx'), 5 * GB);
      expect(await codeOf(join(dir, 'zeros.onnx'))).toBe('ARTIFACT_CORRUPT');

      // A model whose one weight has 5 GB of raw_data (beyond protobuf's own 2 GB, which the walk does not care about), then one more
      // graph part with the outputs: protobuf joins the two.
      const size = 5 * GB;
      const name = [0x42, 1, 0x77];
      const tensorHead = [0x08, ...varint(size / 4), 0x10, 1, ...name, 0x4a, ...varint(size)];
      const tensorLength = tensorHead.length + size;
      const initializer = [0x2a, ...varint(tensorLength), ...tensorHead];
      const graphLength = initializer.length + size;
      const head = Uint8Array.from([0x08, 8, 0x3a, ...varint(graphLength), ...initializer]);
      const tail = buildOnnxModel({
        inputs: [
          { name: 'w', type: 'float32', shape: [size / 4] },
          { name: 'x', type: 'float32', shape: [1, 3, 8, 8] },
        ],
        outputs: [{ name: 'y', type: 'float32', shape: [1] }],
        nodes: [],
      });
      const file = await open(join(dir, 'huge.onnx'), 'w');
      await file.write(head, 0, head.length, 0);
      await file.write(tail, 0, tail.length, head.length + size);
      await file.close();

      const start = performance.now();
      const facts = await readOnnxFile(join(dir, 'huge.onnx'));
      expect(performance.now() - start).toBeLessThan(2000);
      expect(facts.fileSize).toBe(head.length + size + tail.length);
      expect(facts.weights).toEqual({ float32: size / 4 });
      // The weight is an input as well, as IR 3 has it, and is none of the model's inputs.
      expect(facts.inputs.map((input) => input.name)).toEqual(['x']);
    },
  );
});

describe.skipIf(!existsSync(TEST_MODELS))('real models (skipped: no CARE_TEST_ASSETS)', () => {
  // Inputs and outputs as models/PROVENANCE.md of the test assets states them.
  it.each([
    ['yolov8n_int8.onnx', 'images', [1, 3, 320, 320], { output0: [1, 84, 2100] }, 'int8'],
    ['yolox_nano.onnx', 'images', [1, 3, 416, 416], { output: [1, 3549, 85] }, 'fp32'],
    [
      'yolov8n-seg_int8.onnx',
      'images',
      [1, 3, 320, 320],
      { output0: [1, 116, 2100], output1: [1, 32, 80, 80] },
      'int8',
    ],
    ['yolo11n-pose_int8.onnx', 'images', [1, 3, 640, 640], { output0: [1, 56, 8400] }, 'int8'],
    ['yolo11n-pose_int8_broken-scores.onnx', 'images', [1, 3, 640, 640], { output0: [1, 56, 8400] }, 'int8'],
    [
      'mobilenet_v2_int8.onnx',
      'input',
      ['batch_size', 3, 224, 224],
      { output: ['batch_size', 1000] },
      'int8',
    ],
  ])('%s', async (file, input, shape, outputs, precision) => {
    const facts = await readOnnxFile(join(TEST_MODELS, file));
    expect(facts.inputs).toEqual([{ name: input, kind: 'tensor', elementType: 'float32', shape }]);
    expect(Object.fromEntries(facts.outputs.map((output) => [output.name, output.shape]))).toEqual(outputs);
    expect(facts.precision).toBe(precision);
  });
});
