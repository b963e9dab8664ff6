import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cacheDirectory } from './cache-directory.js';

it.each([
  [{ CARE_CACHE_DIR: '/a', MODEL_CACHE_DIR: '/b' }, 'linux', '/a'],
  [{ CARE_CACHE_DIR: '', MODEL_CACHE_DIR: '/b', XDG_CACHE_HOME: '/x' }, 'linux', '/b'],
  [{ XDG_CACHE_HOME: '/x', HOME: '/h' }, 'linux', join('/x', 'care')],
  [{ HOME: '/h' }, 'darwin', join('/h', '.cache', 'care')],
  [{}, 'linux', join(homedir(), '.cache', 'care')],
  [{ LOCALAPPDATA: '/local' }, 'win32', join('/local', 'care', 'cache')],
] as const)('%j on %s is %s', (env, platform, expected) =>
  expect(cacheDirectory(env, platform)).toBe(expected),
);
