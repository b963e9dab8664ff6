import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where facts about the machine are read. Paths begin at `root`, so that a test can stand another machine beside this one. */
export interface Machine {
  readonly platform: string;
  /** `/` on a real machine. */
  readonly root: string;
  /** Folder of onnxruntime-node with the libraries of this platform. */
  readonly bindingFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function thisMachine(env: Machine['env']): Machine {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  const bindingFolder = join(dirname(dirname(entry)), 'bin', 'napi-v6', process.platform, process.arch);
  return { platform: `${process.platform}-${process.arch}`, root: '/', bindingFolder, env };
}

/** Undefined where there is no such file, or it cannot be read. */
export function readText({ root }: Machine, path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

export function entriesOf({ root }: Machine, path: string): readonly string[] {
  try {
    return readdirSync(join(root, path)).toSorted();
  } catch {
    return [];
  }
}

const STANDARD_FOLDERS = [
  '/lib/x86_64-linux-gnu',
  '/usr/lib/x86_64-linux-gnu',
  '/lib64',
  '/usr/lib64',
  '/lib',
  '/usr/lib',
  '/usr/local/lib',
];

/** Folders that the dynamic loader looks into: LD_LIBRARY_PATH, /etc/ld.so.conf.d, its own. */
export function libraryFolders(machine: Machine): readonly string[] {
  const stated = (machine.env.LD_LIBRARY_PATH ?? '').split(':').filter((folder) => folder.startsWith('/'));
  const configured = entriesOf(machine, '/etc/ld.so.conf.d')
    .filter((name) => name.endsWith('.conf'))
    .flatMap((name) => (readText(machine, `/etc/ld.so.conf.d/${name}`) ?? '').split('\n'))
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line.startsWith('/'));
  return [...new Set([...stated, ...configured, ...STANDARD_FOLDERS])];
}

export function hasLibrary({ root }: Machine, folders: readonly string[], name: string): boolean {
  return folders.some((folder) => existsSync(join(root, folder, name)));
}
