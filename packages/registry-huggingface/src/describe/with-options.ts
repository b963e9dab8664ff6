import type { Manifest } from '@care/model-manifest';
import type { ModelOptions } from '../options.js';

/** Fields that the host states, over what the repository says. */
export function withOptions(manifest: Manifest, options: ModelOptions): Manifest {
  const { task, classes, inputSize, preprocessing, postprocessing, keypoints } = options;
  return {
    ...manifest,
    ...(task === undefined ? {} : { task_type: task }),
    ...(classes === undefined ? {} : { class_names: classes }),
    ...(inputSize === undefined ? {} : { input_size: inputSize }),
    ...(keypoints === undefined ? {} : { keypoints }),
    ...(preprocessing === undefined
      ? {}
      : { preprocessing: { ...manifest.preprocessing, ...preprocessing } }),
    ...(postprocessing === undefined
      ? {}
      : { postprocessing: { ...manifest.postprocessing, ...postprocessing } }),
  };
}
