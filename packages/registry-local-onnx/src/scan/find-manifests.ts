import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { CareError } from '@care/registry-core';
import { isInside } from '@care/model-manifest';

/** A file in the models directory. */
export interface FoundFile {
  /** Relative to the directory, with `/` on every platform: how reports name it. */
  readonly label: string;
  /** Absolute, below the directory, symbolic links as they stand. */
  readonly path: string;
  /** Absolute and real: the same file by two ways is one. */
  readonly realPath: string;
}

/** Something in the directory that could not be looked at. */
export interface ScanObstacle {
  readonly label: string;
  readonly path: string;
  readonly reason: string;
  /** True when it might have been a manifest or hold some. */
  readonly hidesModels: boolean;
}

export interface FoundFiles {
  readonly manifests: readonly FoundFile[];
  /** `*.deployment.json` */
  readonly deployments: readonly FoundFile[];
  readonly models: readonly FoundFile[];
  /** Absolute, real paths of all directories that were looked at. */
  readonly directories: readonly string[];
  readonly obstacles: readonly ScanObstacle[];
}

const MAX_DEPTH = 32;
const MAX_ENTRIES = 200_000;

export interface FindOptions {
  /** Follow symbolic links out of the directory. */
  readonly allowOutside: boolean;
}

/**
 * Every `*.json` below `root`, except the `._*` files of macOS, in the order of their names; those that end in `.deployment.json` are
 * not manifests and kept apart. Symbolic links are followed inside the directory, each real directory and file counts once, so that cycles end. Undefined when `root` does not exist.
 * @throws CareError `OPTIONS_INVALID` (`root` is no directory), `REGISTRY_UNAVAILABLE` (it cannot be read, or holds too much)
 */
export async function findManifests(
  root: string,
  { allowOutside }: FindOptions,
): Promise<FoundFiles | undefined> {
  const realRoot = await realDirectory(root);
  if (realRoot === undefined) return undefined;
  const walk = new DirectoryWalk(root, realRoot, allowOutside);
  await walk.enter(root, realRoot, 0);
  return walk.found();
}

async function realDirectory(root: string): Promise<string | undefined> {
  try {
    const real = await realpath(root);
    if ((await stat(real)).isDirectory()) return real;
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw unreadable(root, cause);
  }
  throw new CareError('OPTIONS_INVALID', `The models directory ${root} is a file.`, {
    remedy: 'Set `dir` or LOCAL_MODELS_DIR to a directory.',
    details: { dir: root },
  });
}

class DirectoryWalk {
  private readonly manifests: FoundFile[] = [];
  private readonly deployments: FoundFile[] = [];
  private readonly models: FoundFile[] = [];
  private readonly directories = new Set<string>();
  private readonly files = new Set<string>();
  private readonly obstacles: ScanObstacle[] = [];
  private entries = 0;

  constructor(
    private readonly root: string,
    private readonly realRoot: string,
    private readonly allowOutside: boolean,
  ) {}

  found(): FoundFiles {
    const { manifests, deployments, models, obstacles } = this;
    return { manifests, deployments, models, obstacles, directories: [...this.directories] };
  }

  async enter(path: string, real: string, depth: number): Promise<void> {
    if (this.directories.has(real)) return;
    this.directories.add(real);
    if (depth > MAX_DEPTH) {
      this.obstacle(path, `it lies more than ${MAX_DEPTH} directories deep`, true);
      return;
    }
    const entries = await this.list(path, depth);
    this.entries += entries.length;
    if (this.entries > MAX_ENTRIES) {
      throw new CareError(
        'REGISTRY_UNAVAILABLE',
        `The models directory ${this.root} holds more than ${MAX_ENTRIES} files.`,
        {
          remedy: 'Point `dir` or LOCAL_MODELS_DIR to a directory that holds models only.',
        },
      );
    }
    // Real directories and files before links, so that what is found twice goes by its own name.
    for (const entry of entries.filter((one) => !one.isSymbolicLink())) {
      await this.visit(join(path, entry.name), join(real, entry.name), entry, depth);
    }
    for (const entry of entries.filter((one) => one.isSymbolicLink())) {
      await this.follow(join(path, entry.name), depth);
    }
  }

  private async list(path: string, depth: number): Promise<Dirent[]> {
    try {
      // Kubernetes keeps the versions of a mounted volume in `..` folders and flips a link between them: what counts is what
      // the links lead to.
      const entries = (await readdir(path, { withFileTypes: true })).filter(
        ({ name }) => !name.startsWith('..'),
      );
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (cause) {
      if (depth === 0) throw unreadable(path, cause);
      // A directory that has been removed meanwhile hides nothing.
      if (errorCode(cause) !== 'ENOENT') this.obstacle(path, reasonOf(cause), true);
      return [];
    }
  }

  /** What is no link lies in the real directory under its own name. */
  private async visit(path: string, real: string, entry: Dirent, depth: number): Promise<void> {
    if (entry.isDirectory()) await this.enter(path, real, depth + 1);
    else if (entry.isFile()) this.addFile(path, real);
  }

  private async follow(path: string, depth: number): Promise<void> {
    const real = await this.real(path);
    if (real === undefined) return;
    const target = await stat(real);
    const wanted = target.isDirectory() || this.listFor(path) !== undefined;
    if (!this.allowOutside && !isInside(this.realRoot, real)) {
      if (wanted) this.obstacle(path, `it is a symbolic link that leaves the directory (to ${real})`, false);
    } else if (target.isDirectory()) await this.enter(path, real, depth + 1);
    else if (target.isFile()) this.addFile(path, real);
  }

  /** Undefined, and noted, for links that lead nowhere or in a circle. */
  private async real(path: string): Promise<string | undefined> {
    try {
      return await realpath(path);
    } catch (cause) {
      const circle = errorCode(cause) === 'ELOOP';
      this.obstacle(
        path,
        circle ? 'it is a symbolic link that leads in a circle' : reasonOf(cause),
        isManifest(path),
      );
      return undefined;
    }
  }

  private addFile(path: string, realPath: string): void {
    const list = this.listFor(path);
    if (list === undefined || this.files.has(realPath)) return;
    this.files.add(realPath);
    list.push({ label: this.label(path), path, realPath });
  }

  private listFor(path: string): FoundFile[] | undefined {
    if (isDeployment(path)) return this.deployments;
    if (isManifest(path)) return this.manifests;
    return isModel(path) ? this.models : undefined;
  }

  private obstacle(path: string, reason: string, hidesModels: boolean): void {
    this.obstacles.push({ label: this.label(path), path, reason, hidesModels });
  }

  private label(path: string): string {
    return relative(this.root, path).split(sep).join('/');
  }
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf(sep) + 1);

/** As the predecessor: every `.json` file, spelt so, is meant to be a manifest. */
export function isManifest(path: string): boolean {
  const name = nameOf(path);
  return name.endsWith('.json') && !name.startsWith('._') && !isDeployment(path);
}

/** Says which versions of a model are live. */
function isDeployment(path: string): boolean {
  return path.endsWith('.deployment.json') && !nameOf(path).startsWith('._');
}

const isModel = (path: string): boolean => path.endsWith('.onnx') && !nameOf(path).startsWith('._');

function unreadable(path: string, cause: unknown): CareError {
  return new CareError(
    'REGISTRY_UNAVAILABLE',
    `The models directory ${path} cannot be read: ${reasonOf(cause)}.`,
    {
      remedy: 'Check its permissions.',
      details: { dir: path },
      cause,
    },
  );
}

function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
