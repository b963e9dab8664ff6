import { isCareError, silentLogger } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { optionsSchema, settingsOf, type RoboflowOptions, type Settings } from './options.js';

const settings = (env: Record<string, string> = {}, options: RoboflowOptions = {}): Settings =>
  settingsOf(optionsSchema.parse(options), { rootDir: '/host', env, logger: silentLogger });

const hosts = (env: Record<string, string>, options: RoboflowOptions = {}): string[] => {
  const { modelsHost, classicHost } = settings(env, options);
  return [modelsHost, classicHost];
};

describe('hosts', () => {
  it('are those of the region unless something else is said', () => {
    expect(hosts({})).toEqual(['https://api.roboflow.com', 'https://api.roboflow.com']);
    expect(hosts({ ROBOFLOW_REGION: 'eu' })).toEqual(['https://api.roboflow.eu', 'https://api.roboflow.eu']);
    expect(hosts({ ROBOFLOW_REGION: 'eu' }, { region: 'us' })[0]).toBe('https://api.roboflow.com');
    expect(hosts({ ROBOFLOW_ENVIRONMENT: 'staging' })[0]).toBe('https://api.roboflow.one');
    expect(hosts({ ROBOFLOW_API_HOST: 'http://m/', API_BASE_URL: 'http://c/x/' })).toEqual([
      'http://m',
      'http://c/x',
    ]);
    expect(hosts({ API_BASE_URL: 'http://c' })).toEqual(['http://c', 'http://c']);
    expect(hosts({ API_BASE_URL: 'http://c' }, { apiUrl: 'http://o' })).toEqual(['http://o', 'http://o']);
  });
});

describe('keys, folders, times', () => {
  it('come from the environment that Roboflow’s tools read', () => {
    expect(settings({ API_KEY: 'a', ROBOFLOW_API_KEY: 'b' }).apiKey).toBe('b');
    expect(settings({ API_KEY: 'a' }).apiKey).toBe('a');
    expect(settings({ ROBOFLOW_API_KEY: 'local' }).apiKey).toBeUndefined();
    expect(settings({ ROBOFLOW_API_KEY: ' ' }).apiKey).toBeUndefined();
    expect(settings({ MODEL_CACHE_DIR: '/c' })).toMatchObject({ pythonCache: '/c', cacheDir: '/c' });
    expect(settings({ MODEL_CACHE_DIR: '/c', INFERENCE_HOME: '/h' })).toMatchObject({
      pythonCache: '/h',
      cacheDir: '/c',
    });
    expect(settings({ MODEL_CACHE_DIR: '/c' }, { pythonCache: false }).pythonCache).toBeUndefined();
    expect(settings({}, { cacheDir: 'k', pythonCache: 'p' })).toMatchObject({
      cacheDir: '/host/k',
      pythonCache: '/host/p',
    });
    expect(settings({ ROBOFLOW_API_REQUEST_TIMEOUT: '7' }).timeoutMs).toBe(7000);
    expect(settings({ OFFLINE_MODE: 'True' }).offline).toBe(true);
    expect(settings({ CARE_OFFLINE: '1' }).offline).toBe(true);
    expect(settings({ OFFLINE_MODE: 'false' }).offline).toBe(false);
    expect(settings({ LICENSE_SERVER: 'gw:80' }).gateway).toBe('http://gw:80');
    expect(settings({ SECURE_GATEWAY: 'https://gw/edge/' }).gateway).toBe('https://gw/edge');
  });

  it.each([
    [{ ROBOFLOW_REGION: 'mars' }],
    [{ API_BASE_URL: 'rf_secret' }],
    [{ ROBOFLOW_API_HOST: 'ftp://rf_secret' }],
    [{ ROBOFLOW_API_REQUEST_TIMEOUT: 'rf_secret' }],
    [{ CARE_CACHE_MAX_BYTES: 'rf_secret' }],
  ])('refuses %j, without showing what may be a key', (env) => {
    try {
      settings(env);
      expect.unreachable();
    } catch (error) {
      if (!isCareError(error, 'OPTIONS_INVALID')) throw error;
      expect(JSON.stringify([error.message, error.details])).not.toContain('rf_secret');
    }
  });
});
