import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { cacheDirectory } from '@care/artifact-store/cache-directory';
import type { PluginContext } from '@care/registry-core';
import type { z } from 'zod';
import type { ModelOptions, optionsSchema } from './options.js';

export type Environment = PluginContext['env'];

/** Options with the environment applied. */
export interface Settings {
  /** Without a slash at the end. */
  readonly endpoint: string;
  /** Absolute: the cache that is shared with Python's huggingface_hub. */
  readonly cacheDir: string;
  /** Absolute: where answers are remembered. */
  readonly recordsDir: string;
  readonly offline: boolean;
  /** False: files are put into snapshots themselves, not as links. */
  readonly symlinks: boolean;
  readonly models: Readonly<Record<string, ModelOptions>>;
}

const DEFAULT_ENDPOINT = 'https://huggingface.co';

/** The variables are those of Python's huggingface_hub (its `constants.py`). An option wins over its variable; an empty one counts as absent. */
export function settingsOf(
  options: z.output<typeof optionsSchema>,
  { env, rootDir, offline = false }: PluginContext,
): Settings {
  return {
    endpoint: (options.endpoint ?? variable(env, 'HF_ENDPOINT') ?? DEFAULT_ENDPOINT).replace(/\/+$/, ''),
    cacheDir: options.cacheDir === undefined ? hubCache(env) : resolve(rootDir, options.cacheDir),
    recordsDir: cacheDirectory(env),
    offline: offline || isTrue(env.HF_HUB_OFFLINE) || isTrue(env.TRANSFORMERS_OFFLINE),
    symlinks: !isTrue(env.HF_HUB_DISABLE_SYMLINKS),
    models: options.models,
  };
}

/**
 * The access token: `HF_TOKEN`, `HUGGING_FACE_HUB_TOKEN`, then the file that `hf auth login` writes (`HF_TOKEN_PATH`, default
 * `HF_HOME`/token). Undefined when there is none, or `HF_HUB_DISABLE_IMPLICIT_TOKEN` says that none is to be sent.
 */
export async function readToken(env: Environment): Promise<string | undefined> {
  if (isTrue(env.HF_HUB_DISABLE_IMPLICIT_TOKEN)) return undefined;
  const stated = cleaned(variable(env, 'HF_TOKEN') ?? variable(env, 'HUGGING_FACE_HUB_TOKEN'));
  if (stated !== undefined) return stated;
  const path = expanded(variable(env, 'HF_TOKEN_PATH') ?? join(hubHome(env), 'token'), env);
  // No file, or one that is not for us: there is no token, and a repository that needs one says so.
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return cleaned(text);
}

function hubHome(env: Environment): string {
  const stated = variable(env, 'HF_HOME');
  if (stated !== undefined) return expanded(stated, env);
  const caches = variable(env, 'XDG_CACHE_HOME') ?? join(home(env), '.cache');
  return expanded(join(caches, 'huggingface'), env);
}

function hubCache(env: Environment): string {
  const stated = variable(env, 'HF_HUB_CACHE') ?? variable(env, 'HUGGINGFACE_HUB_CACHE');
  return resolve(stated === undefined ? join(hubHome(env), 'hub') : expanded(stated, env));
}

const home = (env: Environment): string => variable(env, 'HOME') ?? variable(env, 'USERPROFILE') ?? homedir();

/** `~`, `$NAME` and `${NAME}` as Python's `expanduser` and `expandvars` have them: an unknown variable stays as it is. */
function expanded(path: string, env: Environment): string {
  const fromHome = /^~(?=[/\\]|$)/.test(path) ? home(env) + path.slice(1) : path;
  return fromHome.replace(/\$(?:\{([^}]+)\}|(\w+))/g, (whole, braced?: string, plain?: string) => {
    return env[braced ?? plain ?? ''] ?? whole;
  });
}

function variable(env: Environment, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value === '' ? undefined : value;
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && ['1', 'ON', 'YES', 'TRUE'].includes(value.toUpperCase());
}

function cleaned(token: string | undefined): string | undefined {
  const text = token?.replaceAll(/[\r\n]/g, '').trim();
  return text === undefined || text === '' ? undefined : text;
}
