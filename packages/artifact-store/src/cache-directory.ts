import { homedir } from 'node:os';
import { join } from 'node:path';
import { variable, type Environment } from './environment.js';

/**
 * Where downloads are kept: `CARE_CACHE_DIR`, else `MODEL_CACHE_DIR`, else `$XDG_CACHE_HOME/care`, else `~/.cache/care`
 * (Windows: `%LOCALAPPDATA%\care\cache`). An empty variable counts as absent.
 */
export function cacheDirectory(env: Environment, platform: NodeJS.Platform = process.platform): string {
  const chosen = variable(env, 'CARE_CACHE_DIR', 'MODEL_CACHE_DIR');
  if (chosen !== undefined) return chosen;
  if (platform === 'win32') {
    return join(variable(env, 'LOCALAPPDATA') ?? join(homedir(), 'AppData', 'Local'), 'care', 'cache');
  }
  return join(variable(env, 'XDG_CACHE_HOME') ?? join(variable(env, 'HOME') ?? homedir(), '.cache'), 'care');
}
