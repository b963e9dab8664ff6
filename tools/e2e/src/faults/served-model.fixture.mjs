import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { FRAME, INPUT, widthOf } from './box-detector.fixture.mjs';
import { MODEL_ID, ModelFiles } from './models-folder.fixture.mjs';
import { SteadyLoad, until } from './steady-load.fixture.mjs';

/**
 * One model that is deployed from a folder and asked all the time. `versioned`: each change is a file of a version of its own beside
 * the others; otherwise the same two files are replaced.
 */
export class ServedModel {
  events = [];
  log = [];
  width = 8;
  #minor = 0;

  static async start({ createCare, root, isolation, versioned, dir }) {
    const served = new ServedModel();
    served.own =
      dir === undefined ? realpathSync(mkdtempSync(path.join(tmpdir(), 'care-faults-'))) : undefined;
    served.dir = dir ?? served.own;
    served.versioned = versioned;
    served.picture = path.join(served.dir, 'probe.png');
    await sharp({ create: { width: INPUT, height: INPUT, channels: 3, background: '#646464' } })
      .png()
      .toFile(served.picture);
    served.nextFiles().good(served.width);
    const level = (name) => (fields, message) => served.log.push({ level: name, ...fields, message });
    served.care = await createCare({
      root,
      plugins: { 'local-onnx': { dir: served.dir } },
      logger: { debug: () => {}, info: () => {}, warn: level('warn'), error: level('error') },
    });
    served.deployment = await served.care.deploy(MODEL_ID, {
      load: { isolation },
      keepWarmMs: 0,
      observer: { event: (event) => served.events.push(event) },
    });
    served.load = new SteadyLoad(async () => await served.deployment.predict(FRAME));
    await served.load.more(3);
    return served;
  }

  /** Where the next version belongs. */
  nextFiles() {
    return new ModelFiles(this.dir, this.versioned ? `1.${this.#minor++}.0` : undefined);
  }

  get refusals() {
    return this.events.filter(({ kind }) => kind === 'refused');
  }

  async answersWith(width) {
    await until(() => widthOf(this.load.last) === width, `an answer of width ${width}`);
    this.width = width;
  }

  async stop() {
    await this.load?.stop();
    await this.care?.dispose();
    if (this.own !== undefined) rmSync(this.own, { recursive: true, force: true });
  }
}
