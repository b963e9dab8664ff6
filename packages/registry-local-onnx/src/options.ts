import { resolve } from 'node:path';
import { CareError, type PluginContext } from '@care/registry-core';
import { z } from 'zod';

const WORDS: Readonly<Record<string, boolean>> = {
  true: true,
  false: false,
  '1': true,
  '0': false,
  yes: true,
  no: false,
};

/** Options of the plugin; `{}` is valid. */
export const optionsSchema = z.strictObject({
  /** Directory with manifests; relative to the host's root. Default: `LOCAL_MODELS_DIR`, then `./models/local`. */
  dir: z.string().min(1).optional(),
  /** False: the registry has no models. Default: `LOCAL_MODELS_ENABLED`, then true. */
  enabled: z.boolean().optional(),
  /** Paths in manifests, and symbolic links, may leave the directory. Default false. */
  allowOutside: z.boolean().default(false),
  /** True: the first scan fails as a whole when one manifest is broken. False: broken ones are reported and the rest is used. */
  strict: z.boolean().default(true),
  /** True: changes are looked for every second instead of waiting for the file system to tell; for network file systems. Default false. */
  polling: z.boolean().default(false),
});

export type LocalOnnxOptions = z.input<typeof optionsSchema>;

/** Options with the environment applied. */
export interface Settings {
  /** Absolute. */
  readonly dir: string;
  readonly enabled: boolean;
  readonly allowOutside: boolean;
  readonly strict: boolean;
  readonly polling: boolean;
}

/**
 * Applies `LOCAL_MODELS_DIR` (relative to the working directory, as in the predecessor) and `LOCAL_MODELS_ENABLED` (true, false, 1, 0, yes,
 * no). An option wins over its variable; an empty variable counts as absent.
 * @throws CareError `OPTIONS_INVALID`
 */
export function settingsOf(options: z.output<typeof optionsSchema>, context: PluginContext): Settings {
  const { LOCAL_MODELS_DIR: envDir = '', LOCAL_MODELS_ENABLED: envEnabled = '' } = context.env;
  const fromEnv = envDir === '' ? undefined : resolve(envDir);
  const dir = options.dir === undefined ? undefined : resolve(context.rootDir, options.dir);
  return {
    dir: dir ?? fromEnv ?? resolve(context.rootDir, 'models', 'local'),
    enabled: options.enabled ?? parseEnabled(envEnabled),
    allowOutside: options.allowOutside,
    strict: options.strict,
    polling: options.polling,
  };
}

function parseEnabled(text: string): boolean {
  const word = text.trim().toLowerCase();
  if (word === '') return true;
  const value = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  if (value !== undefined) return value;
  throw new CareError(
    'OPTIONS_INVALID',
    `LOCAL_MODELS_ENABLED is ${JSON.stringify(text)}, which is neither true nor false.`,
    {
      remedy: 'Set LOCAL_MODELS_ENABLED to true, false, 1, 0, yes or no, or remove it.',
    },
  );
}
