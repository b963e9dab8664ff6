import { resolve } from 'node:path';
import { cacheDirectory } from '@care/artifact-store';
import { CareError, type PluginContext } from '@care/registry-core';
import { z } from 'zod';

const pollSeconds = z.number().min(0).max(86_400);
const DEFAULT_POLL_SECONDS = 30;

/** Options of the `http` registry; `{}` is valid. */
export const optionsSchema = z.strictObject({
  /** URL of the index; `CARE_HTTP_INDEX` when absent. Without either there are no models. */
  index: z.url({ protocol: /^https?$/ }).optional(),
  /** Where files and answers are kept, relative to the host's root; default: the cache of all remote registries. */
  cacheDir: z.string().min(1).optional(),
  /** Seconds between two looks at the server while it is watched; `CARE_HTTP_POLL_SECONDS` when absent, then 30. 0: it is not watched. */
  pollSeconds: pollSeconds.optional(),
  /** Seconds in which what was read is answered again without asking. */
  freshSeconds: z.number().min(0).max(86_400).default(5),
});

export type HttpOptions = z.output<typeof optionsSchema>;

/** Options with the environment applied. */
export interface Settings {
  readonly index?: URL;
  /** Sent as `Authorization: Bearer`, to the server of the index alone. */
  readonly token?: string;
  /** Absolute. */
  readonly cacheDir: string;
  readonly pollMs: number;
  readonly freshMs: number;
  readonly offline: boolean;
}

/** Reads `CARE_HTTP_INDEX`, `CARE_HTTP_TOKEN` and `CARE_HTTP_POLL_SECONDS`. @throws CareError OPTIONS_INVALID */
export function settingsOf(options: HttpOptions, { env, rootDir, offline = false }: PluginContext): Settings {
  const { CARE_HTTP_INDEX: fromEnv = '', CARE_HTTP_TOKEN: token = '' } = env;
  const index = options.index ?? fromEnv;
  return {
    ...(index === '' ? {} : { index: indexUrl(index) }),
    ...(token === '' ? {} : { token }),
    cacheDir: options.cacheDir === undefined ? cacheDirectory(env) : resolve(rootDir, options.cacheDir),
    pollMs: (options.pollSeconds ?? pollSecondsOf(env)) * 1000,
    freshMs: options.freshSeconds * 1000,
    offline,
  };
}

function indexUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new CareError('OPTIONS_INVALID', 'CARE_HTTP_INDEX is no http or https address.', {
      remedy: 'Write the whole address of the index, e.g. https://models.example/care-index.json.',
      details: { option: 'index' },
    });
  }
  return url;
}

function pollSecondsOf({ CARE_HTTP_POLL_SECONDS: text = '' }: PluginContext['env']): number {
  if (text === '') return DEFAULT_POLL_SECONDS;
  const { success, data } = pollSeconds.safeParse(Number(text));
  if (success) return data;
  throw new CareError('OPTIONS_INVALID', 'CARE_HTTP_POLL_SECONDS is no number of seconds from 0 to 86400.', {
    remedy: 'Write how often the server is looked at, e.g. 30.',
    details: { option: 'pollSeconds' },
  });
}
