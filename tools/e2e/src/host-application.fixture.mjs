/** A host application in a temporary folder, outside of the workspace: what it uses was packed and installed. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { npm, packAll, publicPackages } from '@care/tools/packages/pack.mjs';

/** What an application installs to run local models, and nothing else. */
export const NEEDED = [
  'backend-ort',
  'model-manager',
  'model-manifest',
  'registry-core',
  'registry-local-onnx',
  'vision',
];

export class HostApplication {
  dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'care-host-')));

  constructor() {
    this.write('package.json', JSON.stringify({ name: 'host', version: '1.0.0', private: true }));
  }

  path(...parts) {
    return path.join(this.dir, ...parts);
  }

  write(file, content) {
    const target = this.path(file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(
      target,
      typeof content === 'object' && !ArrayBuffer.isView(content) ? JSON.stringify(content) : content,
    );
    return target;
  }

  /** `npm i ./a.tgz ./b.tgz`, as a user types it. */
  install(tarballs) {
    npm(['install', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs], this.dir, hostEnvironment());
  }

  /** Names of the installed packages of one scope. */
  installed(scope) {
    const dir = this.path('node_modules', scope);
    return existsSync(dir) ? readdirSync(dir).toSorted() : [];
  }

  /** Runs a script of the host to its end; a script that does not end is an error. */
  node(script, ...args) {
    return this.#run(process.execPath, [script, ...args], false);
  }

  /** Runs a command that an installed package brought, as `npx` would. */
  command(name, ...args) {
    const shim = this.path('node_modules/.bin', process.platform === 'win32' ? `${name}.cmd` : name);
    return this.#run(shim, args, process.platform === 'win32');
  }

  remove() {
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }

  #run(command, args, shell) {
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      cwd: this.dir,
      encoding: 'utf8',
      shell,
      timeout: 60_000,
      env: hostEnvironment(),
    });
    if (error !== undefined)
      throw new Error(`${command} ${args.join(' ')}: ${error.message}\n${stdout}\n${stderr}`);
    return { status, stdout, stderr };
  }
}

/** The host knows nothing of the workspace: neither its Node options nor the npm configuration that a script inherits. */
function hostEnvironment() {
  const foreign =
    /^(npm_(?!config_(registry|cache|userconfig|globalconfig|offline)$|execpath$)|NODE_OPTIONS$|NODE_PATH$|VITEST|NX_|LOCAL_MODELS_|FORCE_COLOR$)/i;
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  // What the README of @care/backend-ort says for the CPU: no download of CUDA libraries.
  return { ...Object.fromEntries(own), ONNXRUNTIME_NODE_INSTALL: 'skip' };
}

/** All public packages as npm would publish them: name -> tarball. */
export function packPublicPackages() {
  const dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'care-tarballs-')));
  const tarballs = packAll(publicPackages(), dir);
  return { tarballs, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Packs a package that is no member of the workspace and returns the tarball. */
export function packForeign(dir, destination) {
  const [{ filename }] = Object.values(
    JSON.parse(npm(['pack', '--json', '--pack-destination', destination], dir)),
  );
  return path.join(destination, filename);
}
