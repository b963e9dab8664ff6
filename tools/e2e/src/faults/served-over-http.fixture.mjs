import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { INPUT, widthOf } from './box-detector.fixture.mjs';
import { MODEL_ID, ModelFiles } from './models-folder.fixture.mjs';
import { SteadyLoad, until } from './steady-load.fixture.mjs';

/**
 * `care serve` over a folder with one model, asked over HTTP all the time. `place` says how the server comes to the folder: by default it is its
 * own; `version` of the first model.
 */
export class ServedOverHttp {
  width = 8;
  #stderr = '';
  #ended;

  static async start({ root }, { version, environment = (dir) => ({ LOCAL_MODELS_DIR: dir }) } = {}) {
    const served = new ServedOverHttp();
    served.dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'care-faults-')));
    served.files = new ModelFiles(served.dir, version);
    served.files.good(served.width);
    served.picture = path.join(served.dir, 'probe.png');
    const picture = sharp({ create: { width: INPUT, height: INPUT, channels: 3, background: '#646464' } });
    const body = await picture.png().toBuffer();
    await sharp(body).toFile(served.picture);
    const bin = path.join(root, 'node_modules/@care/cli/bin/care.js');
    const child = spawn(
      process.execPath,
      [bin, 'serve', '--models', MODEL_ID, '--port', '0', '--json', '--keep-warm', '0'],
      {
        cwd: root,
        env: { ...process.env, ...(await environment(served.dir)) },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    served.child = child;
    served.#ended = once(child, 'close');
    child.stderr.setEncoding('utf8').on('data', (text) => (served.#stderr += text));
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
    served.url = JSON.parse(line).url;
    await until(async () => (await fetch(`${served.url}/v2/health/ready`)).ok, 'a server that is ready');
    served.load = new SteadyLoad(async () => {
      const answer = await fetch(`${served.url}/v1/models/${MODEL_ID}/predict`, {
        method: 'POST',
        headers: { 'content-type': 'image/png' },
        body,
      });
      const document = await answer.json();
      if (answer.status !== 200) throw Object.assign(new Error(answer.status), { document });
      return document;
    });
    await served.load.more(3);
    return served;
  }

  /** Each line is one JSON object, or this throws. */
  get log() {
    const lines = this.#stderr.split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line));
  }

  async model() {
    return await (await fetch(`${this.url}/v1/models/${MODEL_ID}`)).json();
  }

  /** The value of a series: `series('care_reloads_total', { outcome: 'refused', reason })`; 0 while there is none. */
  async series(name, labels) {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const wanted = Object.entries({ model: MODEL_ID, ...labels }).map(([key, value]) => `${key}="${value}"`);
    const line = text
      .split('\n')
      .find((one) => one.startsWith(`${name}{`) && wanted.every((label) => one.includes(label)));
    return line === undefined ? 0 : Number(line.slice(line.lastIndexOf(' ')));
  }

  async answersWith(width) {
    await until(() => widthOf(this.load.last) === width, `an answer of width ${width}`);
    this.width = width;
  }

  /** @returns its exit code */
  async stop() {
    await this.load?.stop();
    this.child?.kill('SIGTERM');
    const [code] = await this.#ended;
    rmSync(this.dir, { recursive: true, force: true });
    return code;
  }
}
