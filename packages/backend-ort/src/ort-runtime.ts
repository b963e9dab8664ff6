import { CareError } from '@care/registry-core';
import type * as Ort from 'onnxruntime-node';
import type { OrtOptions } from './options.js';

/** The engine's module. Importing it loads native code, so it happens on first use only. */
export type OrtModule = typeof Ort;

const LOG_LEVELS = ['verbose', 'info', 'warning', 'error', 'fatal'] as const;

/**
 * Loads onnxruntime-node.
 * @throws CareError BACKEND_UNAVAILABLE when its binary is absent or does not load on this machine
 */
export async function loadOrt(logSeverityLevel: OrtOptions['logSeverityLevel']): Promise<OrtModule> {
  try {
    const ort = await import('onnxruntime-node');
    // Read by the binding once, when the first session is made.
    ort.env.logLevel = LOG_LEVELS[logSeverityLevel];
    return ort;
  } catch (cause) {
    const platform = `${process.platform}-${process.arch}`;
    throw new CareError('BACKEND_UNAVAILABLE', `onnxruntime-node does not load on ${platform}`, {
      remedy:
        platform === 'darwin-x64'
          ? 'onnxruntime-node has no binary for Macs with an Intel processor; use another machine or backend.'
          : 'Reinstall onnxruntime-node for this platform (npm install onnxruntime-node@1.30.0); on Linux it needs glibc.',
      details: { backend: 'ort', platform },
      cause,
    });
  }
}

/** Version of the native library, e.g. `1.30.0`. */
export function engineVersion(ort: OrtModule): string {
  return ort.env.versions.node ?? 'unknown';
}
