import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '@care/tools/nx.mjs';

const BIN = path.join(root, 'packages/cli/bin/care.js');
const FOREIGN =
  /^(?:care_|model_cache_dir|local_models|roboflow_|api_|hf_|hugging|https?_proxy|no_proxy|no_color|force_color|node_options)/i;

/** A folder with a package.json and caches of its own, and the built `care` in it. */
export class RemoteHost {
  constructor(env = {}) {
    this.dir = mkdtempSync(path.join(tmpdir(), 'care-remote-'));
    this.env = {
      CARE_CACHE_DIR: path.join(this.dir, 'cache'),
      HF_HOME: path.join(this.dir, 'hf'),
      HOME: this.dir,
      ...env,
    };
    this.write('package.json', '{"name":"host","private":true}');
  }

  path(...parts) {
    return path.join(this.dir, ...parts);
  }

  write(file, content) {
    mkdirSync(path.dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), content);
  }

  read(file) {
    return readFileSync(this.path(file), 'utf8');
  }

  /** Every file below the folder, with its bytes as text of one byte a character. */
  files() {
    return readdirSync(this.dir, { recursive: true })
      .map((name) => this.path(name))
      .filter((file) => statSync(file).isFile())
      .map((file) => ({ file, text: readFileSync(file, 'latin1') }));
  }

  /** @param options `env` beside the host's, `onStart(child)` */
  run(args, { env = {}, onStart } = {}) {
    const own = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: this.dir,
      env: { ...Object.fromEntries(own), ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8').on('data', (text) => (said[name] += text));
    }
    onStart?.(child);
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        const lines = said.stdout.split('\n').filter((line) => line !== '');
        resolve({ code, ...said, lines });
      });
    });
  }

  dispose() {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
