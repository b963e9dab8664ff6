import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildOnnxModel, type OnnxNode } from '@care/plugin-testkit/onnx';
import sharp from 'sharp';

const BIN = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'care.js');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Of stdout. */
  readonly lines: readonly string[];
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with all of stdout so far; returning a signal sends it, once. */
  readonly interrupt?: (stdout: string) => NodeJS.Signals | undefined;
  /** As `interrupt`, with all of stderr. */
  readonly interruptOnStderr?: (stderr: string) => NodeJS.Signals | undefined;
}

/** Runs the built `care`, as a user does. */
export function care(
  args: readonly string[],
  { cwd, env = {}, interrupt, interruptOnStderr }: RunOptions,
): Promise<Finished> {
  if (!existsSync(BIN)) throw new Error(`${BIN} is not there: build the package first`);
  const base = Object.entries(process.env).filter(
    ([name]) =>
      !/^(?:NO_COLOR|FORCE_COLOR|LOCAL_MODELS_.*|CARE_.*|MODEL_CACHE_DIR|ROBOFLOW_.*|API_KEY|HF_.*|NODE_OPTIONS)$/.test(
        name,
      ),
  );
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd,
    // No test reaches for the network unless it says so.
    env: { ...Object.fromEntries(base), CARE_OFFLINE: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let interrupted = false;
  const interruptOnce = (signal: NodeJS.Signals | undefined): void => {
    if (signal === undefined || interrupted) return;
    interrupted = true;
    child.kill(signal);
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    interruptOnce(interrupt?.(stdout));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    interruptOnce(interruptOnStderr?.(stderr));
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr, lines: stdout.split('\n').filter((line) => line !== '') });
    });
  });
}

/** A folder that is a host application (it has a package.json); removed by `dispose`. */
export class TemporaryHost implements Disposable {
  readonly dir = mkdtempSync(join(tmpdir(), 'care-cli-'));

  constructor(packageJson: object = { name: 'host', private: true }) {
    this.write('package.json', JSON.stringify(packageJson));
  }

  path(...parts: string[]): string {
    return join(this.dir, ...parts);
  }

  write(file: string, content: string | Uint8Array): string {
    const path = this.path(file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  async picture(file: string, width = 200, height = 100): Promise<string> {
    const background = { r: 120, g: 130, b: 140 };
    const image = sharp({ create: { width, height, channels: 3, background } });
    return this.write(file, await (file.endsWith('.png') ? image.png() : image.jpeg()).toBuffer());
  }

  run(args: readonly string[], options: Omit<RunOptions, 'cwd'> = {}): Promise<Finished> {
    return care(args, { cwd: this.dir, ...options });
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export const INPUT = 64;
/** What the fake detector answers for every picture: cx, cy, w, h in input pixels, scores of `person` and `bed`. */
const ANCHORS = [
  [32, 32, 32, 16, 0.9, 0.1],
  [16, 24, 8, 8, 0.05, 0.6],
  [48, 40, 8, 8, 0.3, 0.02],
];
/** As many as YOLOv8 has at 64 px: 8 x 8 + 4 x 4 + 2 x 2. */
const ANCHOR_COUNT = 84;
const SLOW_STEPS = 60;

/**
 * A detector in YOLOv8's output layout (1 x 4+classes x anchors) that always gives {@link ANCHORS}: exactly known
 * boxes through the real runtime. `slow` adds matrix products that change nothing.
 */
export function fakeDetector({
  slow = false,
  step = 0,
  metadata = {},
}: { slow?: boolean; step?: number; metadata?: Record<string, string> } = {}) {
  const indices = Array.from({ length: ANCHOR_COUNT }, (_, index) => index);
  const exact = [0, 1, 2, 3, 4, 5].flatMap((row) => indices.map((index) => ANCHORS[index]?.[row] ?? 0));
  const rows = step === 0 ? exact : exact.map((value) => Math.round(value / step) * step);
  const side = 1024;
  const steps = slow ? SLOW_STEPS : 1;
  const size = slow ? side : 3;
  const nodes: OnnxNode[] = [
    { op: 'Reshape', inputs: ['images', 'flat'], outputs: ['x0'] },
    ...Array.from({ length: steps }, (_, index): OnnxNode => ({
      op: 'MatMul',
      inputs: [`x${index}`, 'zeros'],
      outputs: [`x${index + 1}`],
    })),
    { op: 'ReduceSum', inputs: [`x${steps}`], outputs: ['nothing'], attributes: { keepdims: 0 } },
    { op: 'Add', inputs: ['answer', 'nothing'], outputs: ['output0'] },
  ];
  return buildOnnxModel({
    inputs: [{ name: 'images', type: 'float32', shape: [1, 3, INPUT, INPUT] }],
    outputs: [{ name: 'output0', type: 'float32', shape: [1, 6, ANCHOR_COUNT] }],
    nodes,
    initializers: {
      flat: { type: 'int64', dims: [2], data: BigInt64Array.from([-1n, BigInt(size)]) },
      zeros: { type: 'float32', dims: [size, size], data: new Float32Array(size * size) },
      answer: { type: 'float32', dims: [1, 6, ANCHOR_COUNT], data: Float32Array.from(rows) },
    },
    metadata,
  });
}

/** {@link fakeDetector} as a quantiser leaves it that has one scale of this step for boxes and scores. */
export const coarseDetector = (step: number): Uint8Array => fakeDetector({ step });

/** What Ultralytics writes into an exported detector. */
export const ULTRALYTICS_METADATA = {
  description: 'Ultralytics YOLOv8n model',
  task: 'detect',
  stride: '32',
  batch: '1',
  imgsz: `[${INPUT}, ${INPUT}]`,
  names: "{0: 'person', 1: 'bed'}",
};

/** A host with one working model, `fake`, in its models folder. */
export function hostWithModel(options: { slow?: boolean } = {}): TemporaryHost {
  const host = new TemporaryHost();
  host.write('models/local/fake.onnx', fakeDetector(options));
  const manifest = {
    model_id: 'fake',
    version: '1.2.0',
    task_type: 'object-detection',
    model_path: 'fake.onnx',
    class_names: ['person', 'bed'],
    input_size: [INPUT, INPUT],
    postprocessing: { decoder: 'yolov8' },
  };
  host.write('models/local/fake.json', JSON.stringify(manifest));
  return host;
}
