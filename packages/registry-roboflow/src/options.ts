import { resolve } from 'node:path';
import { cacheDirectory } from '@care/artifact-store/cache-directory';
import { CareError, type PluginContext } from '@care/registry-core';
import { z } from 'zod';

const address = z.url({ protocol: /^https?$/, error: 'expected an http or https address' });

/** Options of the `roboflow` registry; `{}` must do. The environment variables they fall back to are named at each. */
export const optionsSchema = z.strictObject({
  /** Key of a Roboflow workspace; public models need none. Default: `ROBOFLOW_API_KEY`, then `API_KEY`. */
  apiKey: z.string().min(1).optional(),
  /** Host of both protocols. Default: `ROBOFLOW_API_HOST` and `API_BASE_URL`, then that of the region. */
  apiUrl: address.optional(),
  /** Default: `ROBOFLOW_REGION`, then us. */
  region: z.enum(['us', 'eu']).optional(),
  /** `auto`: the models protocol, and the classic one when it has not got the model. Default auto. */
  protocol: z.enum(['auto', 'models', 'classic']).default('auto'),
  /**
   * Resize formats that Roboflow's own server replaces by others: `trained` does what the training pictures had, `served` what the
   * server does. Default trained.
   */
  resize: z.enum(['trained', 'served']).default('trained'),
  /**
   * Folder that Roboflow's Python tools fill; models found there are used without asking anybody, as those tools do. False: none.
   * Default: `INFERENCE_HOME`, then `MODEL_CACHE_DIR`.
   */
  pythonCache: z.union([z.string().min(1), z.literal(false)]).optional(),
  /** Folder of downloads and answers. Default: that of all CARE registries (`CARE_CACHE_DIR`, `MODEL_CACHE_DIR`, the user's cache). */
  cacheDir: z.string().min(1).optional(),
  /** Answers younger than this are used without asking again; seconds, default 0. */
  refreshSeconds: z.number().min(0).default(0),
  /** A small request as a whole; default: `ROBOFLOW_API_REQUEST_TIMEOUT`, then 15. */
  timeoutSeconds: z.number().positive().max(3600).optional(),
  /** Attempts of a request that fails for reasons that pass; default 4. */
  attempts: z.int().min(1).max(20).optional(),
});

export type RoboflowOptions = z.input<typeof optionsSchema>;

/** Options with the environment applied. */
export interface Settings {
  readonly apiKey: string | undefined;
  /** Without a slash at the end. */
  readonly modelsHost: string;
  readonly classicHost: string;
  /** Everything is asked through this address, which takes the real one as a parameter. */
  readonly gateway: string | undefined;
  readonly protocol: 'auto' | 'models' | 'classic';
  readonly resize: 'trained' | 'served';
  /** Absolute. */
  readonly pythonCache: string | undefined;
  readonly cacheDir: string;
  readonly cacheMaxBytes: number | undefined;
  readonly refreshMs: number;
  readonly timeoutMs: number | undefined;
  readonly attempts: number | undefined;
  readonly offline: boolean;
}

const HOSTS: Readonly<Record<string, string>> = {
  'us prod': 'https://api.roboflow.com',
  'us staging': 'https://api.roboflow.one',
  'eu prod': 'https://api.roboflow.eu',
  'eu staging': 'https://api.roboflow-eu.one',
};

/** What Roboflow's tools write where a key is wanted, but none is there. */
const NO_KEY = 'local';

/** @throws CareError `OPTIONS_INVALID` naming the variable */
export function settingsOf(options: z.output<typeof optionsSchema>, context: PluginContext): Settings {
  const { env, rootDir } = context;
  const key = options.apiKey ?? filled(env, 'ROBOFLOW_API_KEY') ?? filled(env, 'API_KEY');
  const [modelsUrl, classicUrl] = [hostOf(env, 'ROBOFLOW_API_HOST'), hostOf(env, 'API_BASE_URL')];
  const regional = regionalHost(options.region, env);
  const pythonCache = options.pythonCache ?? filled(env, 'INFERENCE_HOME') ?? filled(env, 'MODEL_CACHE_DIR');
  const bare = (url: string): string => url.replace(/\/+$/, '');
  return {
    apiKey: key === NO_KEY ? undefined : key,
    modelsHost: bare(options.apiUrl ?? modelsUrl ?? classicUrl ?? regional),
    classicHost: bare(options.apiUrl ?? classicUrl ?? modelsUrl ?? regional),
    gateway: gatewayOf(env),
    protocol: options.protocol,
    resize: options.resize,
    pythonCache: typeof pythonCache === 'string' ? resolve(rootDir, pythonCache) : undefined,
    cacheDir:
      options.cacheDir === undefined ? resolve(cacheDirectory(env)) : resolve(rootDir, options.cacheDir),
    cacheMaxBytes: maxBytesOf(env),
    refreshMs: options.refreshSeconds * 1000,
    timeoutMs: timeoutOf(options.timeoutSeconds, env),
    attempts: options.attempts,
    offline: context.offline === true || isTrue(env, 'OFFLINE_MODE') || isTrue(env, 'CARE_OFFLINE'),
  };
}

type Environment = PluginContext['env'];

function filled(env: Environment, name: string): string | undefined {
  const text = env[name]?.trim() ?? '';
  return text === '' ? undefined : text;
}

function hostOf(env: Environment, name: string): string | undefined {
  const text = filled(env, name);
  if (text === undefined || address.safeParse(text).success) return text;
  throw invalid(name, 'is no http or https address', 'Write it as https://host.');
}

function regionalHost(stated: 'us' | 'eu' | undefined, env: Environment): string {
  const region = stated ?? filled(env, 'ROBOFLOW_REGION')?.toLowerCase() ?? 'us';
  const stage = filled(env, 'ROBOFLOW_ENVIRONMENT')?.toLowerCase() ?? 'prod';
  const key = `${region} ${stage}`;
  const host = Object.hasOwn(HOSTS, key) ? HOSTS[key] : undefined;
  if (host !== undefined) return host;
  throw invalid(
    'ROBOFLOW_REGION',
    `and ROBOFLOW_ENVIRONMENT are "${key}"`,
    'Regions are us and eu, environments prod and staging.',
  );
}

/** Roboflow's license server or secure gateway: `host`, `host:port` or an address with a path. */
function gatewayOf(env: Environment): string | undefined {
  const text = filled(env, 'SECURE_GATEWAY') ?? filled(env, 'LICENSE_SERVER');
  if (text === undefined) return undefined;
  const url = (text.includes('://') ? text : `http://${text}`).replace(/\/+$/, '');
  if (address.safeParse(url).success) return url;
  throw invalid('SECURE_GATEWAY', 'is no address', 'Write it as host:port or https://host/path.');
}

function timeoutOf(seconds: number | undefined, env: Environment): number | undefined {
  if (seconds !== undefined) return seconds * 1000;
  const text = filled(env, 'ROBOFLOW_API_REQUEST_TIMEOUT');
  if (text === undefined) return undefined;
  const value = Number(text);
  if (value > 0 && value <= 3600) return value * 1000;
  throw invalid(
    'ROBOFLOW_API_REQUEST_TIMEOUT',
    'is no number of seconds from 0 to 3600',
    'Correct it, or remove it.',
  );
}

function maxBytesOf(env: Environment): number | undefined {
  const text = filled(env, 'CARE_CACHE_MAX_BYTES');
  if (text === undefined) return undefined;
  const bytes = Number(text);
  if (Number.isSafeInteger(bytes) && bytes >= 0) return bytes;
  throw invalid('CARE_CACHE_MAX_BYTES', 'is no whole number of bytes', 'Correct it, or remove it.');
}

function isTrue(env: Environment, name: string): boolean {
  return ['true', '1', 'yes'].includes(filled(env, name)?.toLowerCase() ?? '');
}

/** Without the value: what stands in the wrong variable may be a key. */
function invalid(name: string, problem: string, remedy: string): CareError {
  return new CareError('OPTIONS_INVALID', `${name} ${problem}.`, { remedy, details: { variable: name } });
}
