import { CareError, type LoadedModel } from '@care/registry-core';
import { checkExternalBytes, readOnnxBytes } from '@care/model-manifest';
import type { Core, Model } from 'openvino-node';
import { openError } from './open-error.js';
import { privateFolder, type PrivateFolder } from './private-folder.js';

export const FORMATS: readonly string[] = ['onnx', 'openvino-ir'];

/** A model as the engine has read it, not compiled yet. */
export interface ReadModel {
  readonly model: Model;
  /** Names of inputs and outputs in the file's order; absent for IR, where the engine's own are the file's. */
  readonly names?: { readonly inputs: readonly string[]; readonly outputs: readonly string[] };
  /** Files that the engine may have mapped; to be removed when the model has been compiled, and again when it is closed. */
  readonly folder?: PrivateFolder;
}

/**
 * Reads ONNX and OpenVINO IR (version 10 and 11) from bytes. ONNX with external data goes through a folder of its own, as the
 * engine takes such data from files only; the weights of an IR are its one `external-data` artifact.
 * @throws CareError ARTIFACT_CORRUPT, ARTIFACT_MISSING, MODEL_INCOMPATIBLE, PATH_FORBIDDEN
 */
export async function readModel(core: Core, loaded: LoadedModel): Promise<ReadModel> {
  return loaded.format === 'onnx' ? await readOnnx(core, loaded) : readIr(core, loaded);
}

async function readOnnx(core: Core, loaded: LoadedModel): Promise<ReadModel> {
  const { model, externalData } = loaded;
  const facts = await readOnnxBytes(model.bytes, model.name);
  checkExternalBytes(facts, loaded);
  const names = {
    inputs: facts.inputs.map(({ name }) => name),
    outputs: facts.outputs.map(({ name }) => name),
  };
  if (facts.externalData.length === 0) {
    return { model: attempt(loaded, () => core.readModelSync(asBuffer(model.bytes))), names };
  }
  const folder = await privateFolder();
  try {
    for (const { name, bytes } of externalData) await folder.write(name, bytes);
    const path = await folder.write(FILE_NAME, model.bytes);
    return { model: attempt(loaded, () => core.readModelSync(path)), names, folder };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** Of the model file beside its external data; a name that no exporter gives to those. */
const FILE_NAME = '.care-model.onnx';

function readIr(core: Core, loaded: LoadedModel): ReadModel {
  const { model, externalData } = loaded;
  if (externalData.length > 1) {
    const names = externalData.map(({ name }) => name).join(', ');
    throw new CareError(
      'MODEL_INCOMPATIBLE',
      `${model.name} is an OpenVINO IR, which has one file of weights, but the variant lists: ${names}`,
      { details: { artifact: model.name, backend: 'openvino' } },
    );
  }
  const [weights] = externalData;
  return {
    model: attempt(loaded, () =>
      weights === undefined
        ? core.readModelSync(asBuffer(model.bytes))
        : core.readModelSync(asBuffer(model.bytes), asBuffer(weights.bytes)),
    ),
  };
}

function attempt<T>(loaded: LoadedModel, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw openError(cause, loaded);
  }
}

/** The binding copies what it is given, so a view will do. */
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
