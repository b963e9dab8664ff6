import { join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

const FOLDER = 'ort-optimized';

/**
 * Where optimised models are kept when the host names no place: `ort-optimized` below CARE_CACHE_DIR, else MODEL_CACHE_DIR,
 * else $XDG_CACHE_HOME/care, else ~/.cache/care (Windows: %LOCALAPPDATA%\care\cache).
 * @returns undefined when the environment names none of them
 */
export function defaultCacheDirectory(
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const named = nonEmpty(env.CARE_CACHE_DIR) ?? nonEmpty(env.MODEL_CACHE_DIR) ?? userCache(env, platform);
  return named === undefined ? undefined : join(named, FOLDER);
}

function userCache(env: Environment, platform: NodeJS.Platform): string | undefined {
  const xdg = nonEmpty(env.XDG_CACHE_HOME);
  if (xdg !== undefined) return join(xdg, 'care');
  if (platform === 'win32') {
    const local = nonEmpty(env.LOCALAPPDATA);
    return local === undefined ? undefined : join(local, 'care', 'cache');
  }
  const home = nonEmpty(env.HOME);
  return home === undefined ? undefined : join(home, '.cache', 'care');
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
