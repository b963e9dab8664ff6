import type { LoadedModel, TensorSpec } from '@care/registry-core';
import type { CompiledModel, Core, InferRequest, Model, Output } from 'openvino-node';
import { openError } from './open-error.js';
import type { OpenVinoAddon } from './openvino-runtime.js';
import type { ReadModel } from './read-model.js';
import { elementTypeOf, type ElementType } from './tensor-conversion.js';

/** An input or output of a compiled model with what carries its elements through the binding. */
export interface Port extends TensorSpec {
  readonly carrier: ElementType['carrier'];
}

export interface CompiledPorts {
  readonly compiled: CompiledModel;
  readonly request: InferRequest;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/**
 * Compiles a model for a device. The binding passes neither half precision nor booleans on: where the model has such inputs or
 * outputs it is compiled once more with a conversion at its edge, which loses nothing.
 * @throws CareError MODEL_INCOMPATIBLE
 */
export function compileModel(
  addon: OpenVinoAddon,
  core: Core,
  { model, names }: ReadModel,
  device: string,
  properties: Record<string, string>,
  loaded: LoadedModel,
): CompiledPorts {
  const compile = () => {
    try {
      const compiled = core.compileModelSync(model, device, properties);
      return { compiled, request: compiled.createInferRequest() };
    } catch (cause) {
      throw openError(cause, loaded);
    }
  };
  const first = compile();
  const inputs = first.compiled.inputs.map((output, index) => ({
    name: portName(output, names?.inputs, first.compiled.inputs.length, index),
    engineType: String(first.request.getInputTensor(index).getElementType()),
    shape: shapeOf(output),
  }));
  const outputs = first.compiled.outputs.map((output, index) => ({
    name: portName(output, names?.outputs, first.compiled.outputs.length, index),
    engineType: String(first.request.getOutputTensor(index).getElementType()),
    shape: shapeOf(output),
  }));
  const typed = ({ engineType, ...port }: (typeof inputs)[number]) => ({
    port,
    element: elementTypeOf(engineType, port.name),
  });
  const [typedInputs, typedOutputs] = [inputs.map(typed), outputs.map(typed)];
  const converted = [...typedInputs, ...typedOutputs].some(({ element }) => element.converted);
  if (converted) convertEdges(addon, model, typedInputs, typedOutputs);
  return {
    ...(converted ? compile() : first),
    inputs: typedInputs.map(toPort),
    outputs: typedOutputs.map(toPort),
  };
}

interface TypedPort {
  readonly port: Pick<TensorSpec, 'name' | 'shape'>;
  readonly element: ElementType;
}

function toPort({ port, element: { type, carrier } }: TypedPort): Port {
  return { ...port, type, carrier };
}

function convertEdges(
  addon: OpenVinoAddon,
  model: Model,
  inputs: readonly TypedPort[],
  outputs: readonly TypedPort[],
): void {
  const steps = new addon.preprocess.PrePostProcessor(model);
  for (const [index, { element }] of inputs.entries()) {
    if (element.converted) steps.input(index).tensor().setElementType(element.carrier);
  }
  for (const [index, { element }] of outputs.entries()) {
    if (element.converted) steps.output(index).tensor().setElementType(element.carrier);
  }
  steps.build();
}

/** The file's name for it where that is known: the engine may know one tensor by several names and give any of them. */
function portName(
  output: Output,
  names: readonly string[] | undefined,
  count: number,
  index: number,
): string {
  return (names?.length === count ? names[index] : undefined) ?? output.anyName;
}

/** A dimension with bounds is dynamic for the contract; the engine checks the bounds. */
function shapeOf(output: Output): readonly number[] {
  return output
    .getPartialShape()
    .getDimensions()
    .map((dimension) => (typeof dimension === 'number' ? dimension : -1));
}
