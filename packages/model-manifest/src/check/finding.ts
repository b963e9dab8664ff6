import type { OnnxFacts, OnnxValue } from '../onnx/onnx-facts.js';
import type { Manifest } from '../manifest/manifest-schema.js';
import type { JsonPath } from '../json/json-document.js';

/** Where a manifest and its model file disagree, before it gets a file name and a position. */
export interface Finding {
  readonly path: JsonPath;
  readonly found: string;
  readonly expected: string;
  readonly severity: 'error' | 'warning';
}

export type ModelCheck = (manifest: Manifest, facts: OnnxFacts) => Finding[];

/** `output0 1x84x8400`; dynamic dimensions by name or `?`. */
export function describeShape({ name, shape }: OnnxValue): string {
  const dims = (shape ?? []).map((dim) => (dim === -1 ? '?' : String(dim)));
  return shape === undefined ? `${name} (no shape)` : `${name} ${dims.join('x')}`;
}
