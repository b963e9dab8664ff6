import { pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';
import { createBackend, silentLogger } from '@care/registry-core';
import { root } from '../../nx.mjs';
import { ORT_DEVIATIONS } from './ort-deviations.mjs';

export const ORT = '@care/backend-ort';
/** Plugins that run ONNX Runtime's operators, natively or compiled to WebAssembly. */
const ORT_KERNELS = new Set([ORT, '@care/backend-wasm']);

/** A backend plugin by the name of its package, with its options; ONNX Runtime when none is named. */
export async function backendUnderTest(packageName = ORT, options = {}) {
  const entry = createRequire(`${root}/package.json`).resolve(packageName);
  const { default: plugin } = await import(pathToFileURL(entry).href);
  const own = packageName === ORT ? { intraOpThreads: 1, logSeverityLevel: 4 } : {};
  const context = { rootDir: root, env: process.env, logger: silentLogger };
  return {
    backend: createBackend(plugin, { ...own, ...options }, context),
    deviations: ORT_KERNELS.has(packageName) ? ORT_DEVIATIONS : {},
  };
}
