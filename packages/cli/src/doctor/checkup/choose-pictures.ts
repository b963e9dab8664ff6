import { resolve } from 'node:path';
import type { ModelPackage } from '@care/registry-core';
import type { ImageInput } from '@care/vision';
import type { CliIo } from '../../cli-io.js';
import { expandImages } from '../../inputs/expand-images.js';
import type { CheckupPictures } from './checkup-report.js';
import { generatedScenes } from './generated-scenes.js';

export interface ChosenPictures extends CheckupPictures {
  readonly inputs: readonly ImageInput[];
}

/**
 * The pictures that were named; else the probe pictures of the package; else generated ones.
 * @throws CareError OPTIONS_INVALID for an argument that matches nothing
 */
export async function choosePictures(
  named: readonly string[],
  { probes = [] }: ModelPackage,
  { cwd, signal }: CliIo,
): Promise<ChosenPictures> {
  if (named.length > 0) {
    const names = await expandImages(named, { cwd, signal });
    return { from: 'given', names, inputs: names.map((name) => resolve(cwd, name)) };
  }
  if (probes.length > 0) {
    const names = [...new Set(probes.map(({ path }) => path))];
    return { from: 'probes', names, inputs: names };
  }
  const inputs = generatedScenes();
  return { from: 'generated', names: inputs.map((_, index) => `generated ${index + 1}`), inputs };
}
