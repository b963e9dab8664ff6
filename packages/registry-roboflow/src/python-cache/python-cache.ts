import { isCareError, type Logger, type ModelPackage, type ModelReference } from '@care/registry-core';
import type { ResizeReading } from '../preprocessing/classic-preprocessing.js';
import { fromClassicLayout } from './classic-layout.js';
import { fromModelsLayout } from './models-layout.js';

/** A question to the folder that Roboflow's Python tools fill. */
export interface CachedInquiry {
  /** Absolute path of the folder. */
  readonly root: string;
  readonly id: string;
  readonly reference: ModelReference;
  readonly reading: ResizeReading;
  readonly signal: AbortSignal | undefined;
}

/**
 * The model as it lies in the folder, all of it local; undefined when it is not there. What is there and cannot be used is logged and
 * as good as not there: Roboflow can still be asked. Nothing in the folder is ever written.
 */
export async function fromPythonCache(
  inquiry: CachedInquiry,
  logger: Logger,
): Promise<ModelPackage | undefined> {
  for (const layout of [fromModelsLayout, fromClassicLayout]) {
    try {
      const model = await layout(inquiry);
      if (model !== undefined) return model;
    } catch (error) {
      if (!isCareError(error) || error.code === 'ABORTED') throw error;
      const { root, id } = inquiry;
      logger.warn(
        { folder: root, model: id, code: error.code },
        `${id} in ${root} is not used: ${error.message}`,
      );
    }
  }
  return undefined;
}
