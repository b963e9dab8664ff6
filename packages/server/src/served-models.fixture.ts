import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCare, type Care } from '@care/model-manager';
import { buildOnnxModel } from '@care/plugin-testkit/onnx';
import { silentLogger } from '@care/registry-core';
import { pino, type Logger } from 'pino';
import sharp from 'sharp';
import { createModelServer, type ModelServer } from './model-server.js';
import type { ModelServerOptions } from './server-options.js';

const PACKAGE = dirname(dirname(fileURLToPath(import.meta.url)));
export const TOKEN = 'a-token-that-nobody-guesses';
export const SIDE = 64;
/** As many as YOLOv8 has at 64 px: 8 x 8 + 4 x 4 + 2 x 2. */
const ANCHORS = 84;

/** A folder of models, and servers over it. */
export class ModelsFolder {
  readonly dir = mkdtempSync(join(tmpdir(), 'care-server-'));
  readonly #open: (ModelServer | Care)[] = [];
  /** Of the servers, one object for each line. */
  readonly log: Record<string, unknown>[] = [];

  /** For `createCare`: the plugins that this package has for its tests, with this folder's models. */
  get plugins() {
    return { extraRoots: [PACKAGE], plugins: { 'local-onnx': { dir: join(this.dir, 'models') } } };
  }

  constructor() {
    this.write('package.json', JSON.stringify({ name: 'host', private: true }));
  }

  write(file: string, content: string | Uint8Array): void {
    const path = join(this.dir, file);
    mkdirSync(dirname(path), { recursive: true });
    // Into place at once: nobody sees a half.
    writeFileSync(`${path}.part`, content);
    renameSync(`${path}.part`, path);
  }

  /** A detector that finds one box of this width (in pixels of its 64 x 64 input) in any picture. */
  detector(
    id: string,
    { version, width = 32, steps = 0 }: { version?: string; width?: number; steps?: number } = {},
  ): void {
    const name = version === undefined ? id : `${id}-${version}`;
    this.write(`models/${name}.onnx`, boxModel(width, steps));
    const manifest = {
      model_id: id,
      ...(version === undefined ? {} : { version }),
      task_type: 'object-detection',
      model_path: `${name}.onnx`,
      class_names: ['person', 'bed'],
      input_size: [SIDE, SIDE],
      postprocessing: { decoder: 'yolov8' },
    };
    this.write(`models/${name}.json`, JSON.stringify(manifest));
  }

  async serve(options: Partial<ModelServerOptions> = {}): Promise<{ url: string; server: ModelServer }> {
    const care = await createCare({
      root: this.dir,
      ...this.plugins,
      logger: silentLogger,
    });
    const server = await createModelServer({ care, logger: this.#logger(), ...options });
    this.#open.push(server, care);
    const url = await server.listen({ port: 0 });
    await server.started();
    return { url, server };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.#open) await one[Symbol.asyncDispose]();
    rmSync(this.dir, { recursive: true, force: true });
  }

  #logger(): Logger {
    return pino(
      { level: 'debug' },
      { write: (line: string) => void this.log.push(JSON.parse(line) as Record<string, unknown>) },
    );
  }
}

/** One box in the middle, 16 high, of the class 0 with confidence 0.9; `steps` matrix products make it slower. */
function boxModel(width: number, steps: number): Uint8Array {
  const rows = [SIDE / 2, SIDE / 2, width, 16, 0.9, 0.1];
  const answer = new Float32Array(rows.length * ANCHORS);
  rows.forEach((value, row) => (answer[row * ANCHORS] = value));
  const side = steps > 0 ? 512 : 3;
  return buildOnnxModel({
    inputs: [{ name: 'images', type: 'float32', shape: [1, 3, SIDE, SIDE] }],
    outputs: [{ name: 'output0', type: 'float32', shape: [1, rows.length, ANCHORS] }],
    nodes: [
      { op: 'Slice', inputs: ['images', 'starts', 'ends', 'axes'], outputs: ['corner'] },
      { op: 'ReduceSum', inputs: ['corner'], outputs: ['sum'], attributes: { keepdims: 0 } },
      { op: 'Mul', inputs: ['zeros', 'sum'], outputs: ['x0'] },
      ...Array.from({ length: steps }, (_, step) => ({
        op: 'MatMul',
        inputs: [`x${step}`, 'zeros'],
        outputs: [`x${step + 1}`],
      })),
      { op: 'ReduceSum', inputs: [`x${steps}`], outputs: ['nothing'], attributes: { keepdims: 0 } },
      { op: 'Add', inputs: ['answer', 'nothing'], outputs: ['output0'] },
    ],
    initializers: {
      starts: { type: 'int64', dims: [2], data: BigInt64Array.from([0n, 0n]) },
      ends: { type: 'int64', dims: [2], data: BigInt64Array.from([1n, 1n]) },
      axes: { type: 'int64', dims: [2], data: BigInt64Array.from([2n, 3n]) },
      zeros: { type: 'float32', dims: [side, side], data: new Float32Array(side * side) },
      answer: { type: 'float32', dims: [1, rows.length, ANCHORS], data: answer },
    },
  });
}

export async function picture(width = 128, height = 64): Promise<Buffer> {
  const background = { r: 120, g: 130, b: 140 };
  return await sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
}

/** The detector's input, all of one value. */
export function imageTensor(value = 0.5): Float32Array {
  return new Float32Array(3 * SIDE * SIDE).fill(value);
}
