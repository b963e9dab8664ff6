import { createHash } from 'node:crypto';
import type { LoadedFile, LoadedModel } from '@care/registry-core';
import type { OrtOptions } from '../options.js';
import { processorIdentity } from './processor-identity.js';

/** Raised whenever what is kept, or how it is opened, changes. */
const GENERATION = 1;

/**
 * SHA-256 over everything that decides what the engine's optimisation yields: the bytes of the model and of its external
 * data, the engine's version, the options that change the graph, and the processor, for whose instruction set and cache
 * lines weights are laid out. The numbers of threads do not change the graph and are left out.
 */
export function optimizedModelKey(model: LoadedModel, engineVersion: string, options: OrtOptions): Buffer {
  const external = model.externalData.map((file) => [file.name, sha256Of(file)]);
  const facts = [
    GENERATION,
    engineVersion,
    process.platform,
    process.arch,
    processorIdentity(),
    options.graphOptimizationLevel,
    Object.entries(options.sessionConfig).toSorted(byName),
    sha256Of(model.model),
    external.toSorted(byName),
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest();
}

function sha256Of({ bytes, sha256 }: LoadedFile): string {
  return sha256 ?? createHash('sha256').update(bytes).digest('hex');
}

function byName([left = '']: readonly string[], [right = '']: readonly string[]): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
