import type { LoadedModel, PluginContext } from '@care/registry-core';
import { errorMessage, silentLogger } from '@care/registry-core';
import { buildOnnxModel, type OnnxModelDescription } from '@care/plugin-testkit/onnx';
import plugin from './index.js';
import { loadOpenVino } from './openvino-runtime.js';

export const context: PluginContext = { rootDir: process.cwd(), env: {}, logger: silentLogger };

/** Why the native part cannot be used here; undefined when it can. Tests that need it are skipped with this reason. */
export const absence: string | undefined = await loadOpenVino().then(() => undefined, errorMessage);

export const onEngine = absence === undefined ? 'the engine' : `the engine (skipped: ${absence})`;

export function backend(options: object = {}) {
  return plugin.create(plugin.options.parse(options), context);
}

export function onnx(
  description: OnnxModelDescription,
  externalData: LoadedModel['externalData'] = [],
): LoadedModel {
  const bytes = buildOnnxModel(description);
  return { format: 'onnx', precision: 'fp32', model: { name: 'model.onnx', bytes }, externalData };
}
