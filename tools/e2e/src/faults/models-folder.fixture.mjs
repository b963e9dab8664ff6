import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { boxDetector, CLASS_NAMES, INPUT } from './box-detector.fixture.mjs';

export const MODEL_ID = 'bed-finder';

/** Where the files of one version lie; unversioned ones are always the same two files. */
export class ModelFiles {
  constructor(dir, version) {
    const name = version === undefined ? MODEL_ID : `${MODEL_ID}-${version}`;
    this.version = version;
    this.model = path.join(dir, `${name}.onnx`);
    this.manifest = path.join(dir, `${name}.json`);
  }

  /** Both files as they must be. */
  good(width) {
    putInPlace(this.model, boxDetector(width));
    this.describe();
  }

  describe(more = {}) {
    putInPlace(this.manifest, JSON.stringify(this.manifestText(more)));
  }

  manifestText(more = {}) {
    return {
      model_id: MODEL_ID,
      ...(this.version === undefined ? {} : { version: this.version }),
      task_type: 'object-detection',
      model_path: path.basename(this.model),
      class_names: CLASS_NAMES,
      input_size: [INPUT, INPUT],
      postprocessing: { decoder: 'yolov8' },
      ...more,
    };
  }
}

/** Written beside and renamed: nobody sees a half. */
export function putInPlace(file, content) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, content);
  renameSync(`${file}.part`, file);
}

/** As a slow copy leaves a file: its first half under its own name. @returns writes the rest */
export function halfCopy(file, content) {
  rmSync(file, { force: true });
  const middle = Math.floor(content.length / 2);
  writeFileSync(file, content.subarray(0, middle));
  return () => appendFileSync(file, content.subarray(middle));
}
