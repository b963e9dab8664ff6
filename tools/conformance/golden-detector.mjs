/** A real detector with an input and the outputs that ONNX Runtime gives for it in this process, without a server. */
import { copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const MODEL = 'real-detector';
const CLASSES = 80;

/** Adds the model to `modelsDir` and its figures to `goldenDir`. */
export async function writeGoldenDetector(file, modelsDir, goldenDir) {
  copyFileSync(file, path.join(modelsDir, `${MODEL}.onnx`));
  const session = await InferenceSession.create(file);
  const [input] = session.inputMetadata;
  const shape = input.shape.map((dim, axis) => (typeof dim === 'number' ? dim : axis === 0 ? 1 : 640));
  const manifest = {
    model_id: MODEL,
    task_type: 'object-detection',
    model_path: `${MODEL}.onnx`,
    class_names: Array.from({ length: CLASSES }, (_, index) => `class-${index}`),
    input_size: shape.slice(2),
    postprocessing: { decoder: 'yolov8' },
  };
  writeFileSync(path.join(modelsDir, `${MODEL}.json`), JSON.stringify(manifest));
  // Waves of another length in each channel: no two pixels in a row are alike.
  const size = shape.reduce((product, dim) => product * dim, 1);
  const data = Float32Array.from({ length: size }, (_, index) => 0.5 + 0.5 * Math.sin(index * 0.0137));
  const outputs = await session.run({ [input.name]: new Tensor('float32', data, shape) });
  const keep = (name, values) => {
    writeFileSync(
      path.join(goldenDir, name),
      Buffer.from(values.buffer, values.byteOffset, values.byteLength),
    );
    return name;
  };
  const golden = {
    model: MODEL,
    input: { name: input.name, shape, file: keep('input.bin', data) },
    outputs: session.outputNames.map((name, index) => ({
      name,
      shape: outputs[name].dims,
      file: keep(`output-${index}.bin`, outputs[name].data),
    })),
  };
  writeFileSync(path.join(goldenDir, 'golden.json'), JSON.stringify(golden));
  await session.release();
}
