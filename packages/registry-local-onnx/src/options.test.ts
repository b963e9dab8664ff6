import { resolve } from 'node:path';
import { silentLogger } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { optionsSchema, settingsOf } from './options.js';

const rootDir = resolve('/host');
const settings = (options: object, env: Record<string, string> = {}) =>
  settingsOf(optionsSchema.parse(options), { rootDir, env, logger: silentLogger });

describe('settingsOf', () => {
  it('has defaults', () => {
    expect(settings({})).toEqual({
      dir: resolve('/host/models/local'),
      enabled: true,
      allowOutside: false,
      strict: true,
      polling: false,
    });
  });

  it('takes options relative to the root, the variable relative to the working directory', () => {
    expect(settings({}, { LOCAL_MODELS_DIR: './m' }).dir).toBe(resolve('m'));
    expect(settings({ dir: 'm' }, { LOCAL_MODELS_DIR: './other' }).dir).toBe(resolve('/host/m'));
    expect(settings({}, { LOCAL_MODELS_DIR: '' }).dir).toBe(resolve('/host/models/local'));
  });

  it.each<[string, boolean]>([
    ['true', true],
    ['False', false],
    ['1', true],
    ['0', false],
    ['YES', true],
    ['no', false],
    ['', true],
  ])('LOCAL_MODELS_ENABLED=%s', (text, enabled) => {
    expect(settings({}, { LOCAL_MODELS_ENABLED: text }).enabled).toBe(enabled);
    expect(settings({ enabled: false }, { LOCAL_MODELS_ENABLED: text }).enabled).toBe(false);
  });

  it('refuses what is neither true nor false, and unknown options', () => {
    expect(() => settings({}, { LOCAL_MODELS_ENABLED: 'maybe' })).toThrow('LOCAL_MODELS_ENABLED is "maybe"');
    expect(optionsSchema.safeParse({ directory: 'x' }).success).toBe(false);
  });
});
