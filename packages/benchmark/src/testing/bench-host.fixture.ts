import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCare, type Care, type CareOptions } from '@care/model-manager';
import { buildOnnxModel, type OnnxNode } from '@care/plugin-testkit/onnx';
import { ProfileStore } from '../profile/profile-store.js';

const SIDE = 32;
const PACKAGE_ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A classifier that says which colour is strongest; `steps` multiplies matrices on the way that change nothing and take time. */
export function colorClassifier(steps: number): Uint8Array {
  const size = 512;
  const nodes: OnnxNode[] = [
    { op: 'GlobalAveragePool', inputs: ['images'], outputs: ['pooled'] },
    { op: 'Reshape', inputs: ['pooled', 'flat'], outputs: ['colors'] },
    { op: 'MatMul', inputs: ['colors', 'widen'], outputs: ['x0'] },
    ...Array.from({ length: steps }, (_, index): OnnxNode => ({
      op: 'MatMul',
      inputs: [`x${index}`, 'zeros'],
      outputs: [`x${index + 1}`],
    })),
    { op: 'ReduceSum', inputs: [`x${steps}`], outputs: ['nothing'], attributes: { keepdims: 0 } },
    { op: 'Add', inputs: ['colors', 'nothing'], outputs: ['output'] },
  ];
  return buildOnnxModel({
    inputs: [{ name: 'images', type: 'float32', shape: [1, 3, SIDE, SIDE] }],
    outputs: [{ name: 'output', type: 'float32', shape: [1, 3] }],
    nodes,
    initializers: {
      flat: { type: 'int64', dims: [2], data: BigInt64Array.from([1n, 3n]) },
      widen: { type: 'float32', dims: [3, size], data: new Float32Array(3 * size) },
      zeros: { type: 'float32', dims: [size, size], data: new Float32Array(size * size) },
    },
  });
}

/** It reads well and cannot be opened: no engine has its operator. */
export function unknownOperator(): Uint8Array {
  return buildOnnxModel({
    inputs: [{ name: 'images', type: 'float32', shape: [1, 3, SIDE, SIDE] }],
    outputs: [{ name: 'output', type: 'float32', shape: [1, 3] }],
    nodes: [{ op: 'Guess', inputs: ['images'], outputs: ['output'] }],
  });
}

/** A host with models in its folder, the plugins of this package's tests and a folder of profiles; removed by `dispose`. */
export class BenchHost {
  readonly dir = mkdtempSync(join(tmpdir(), 'care-bench-'));
  readonly store = new ProfileStore(join(this.dir, 'profiles'));

  constructor() {
    writeFileSync(join(this.dir, 'package.json'), '{"name":"host","private":true}');
    mkdirSync(join(this.dir, 'models/local'), { recursive: true });
  }

  model(name: string, bytes: Uint8Array, more: object = {}): void {
    writeFileSync(join(this.dir, 'models/local', `${name}.onnx`), bytes);
    const manifest = {
      model_id: name,
      task_type: 'classification',
      model_path: `${name}.onnx`,
      class_names: ['red', 'green', 'blue'],
      input_size: [SIDE, SIDE],
      ...more,
    };
    writeFileSync(join(this.dir, 'models/local', `${name}.json`), JSON.stringify(manifest));
  }

  care(options: Partial<CareOptions> = {}): Promise<Care> {
    const logger = {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    };
    return createCare({ root: this.dir, extraRoots: [PACKAGE_ROOT], env: {}, logger, ...options });
  }

  dispose(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
