import { CareError } from '@care/registry-core';
import type { ModelPackage } from '@care/registry-core';
import { describeSpec } from '../../preprocess/input-layout.js';
import type { BoundDecoder, DecoderContext, DetectionDecoder } from './decoder.js';
import { detr } from './decoders/detr.js';
import { end2end } from './decoders/end2end.js';
import { yolov5 } from './decoders/yolov5.js';
import { yolov8 } from './decoders/yolov8.js';
import { yolox } from './decoders/yolox.js';

const DECODERS: readonly DetectionDecoder[] = [yolov8, yolov5, yolox, end2end, detr];

/** Names that `postprocessing.decoder` of a detection package may have. */
export const DETECTION_DECODERS: readonly string[] = ['auto', ...DECODERS.map((decoder) => decoder.name)];

/**
 * Picks the decoder: what the package names; else what the exporter's metadata says; else the only one whose shapes can be
 * nothing else.
 * @throws CareError MODEL_INCOMPATIBLE when the named one does not fit, none fits, or several do: with every reason
 */
export function chooseDecoder(context: DecoderContext): BoundDecoder {
  const stated = statedDecoder(context.model);
  if (stated !== undefined) return bindNamed(stated, context, 'the package');
  const exported = fromExporterMetadata(context);
  if (exported !== undefined) return bindNamed(exported, context, "the exporter's metadata");
  return bindByShape(context);
}

/** @throws CareError MODEL_INCOMPATIBLE when the package names a decoder that does not exist */
export function checkDecoderName(model: ModelPackage): void {
  statedDecoder(model);
}

/** The decoder that the package names; undefined for `auto`. @throws CareError MODEL_INCOMPATIBLE when there is none of that name */
export function statedDecoder(model: ModelPackage): DetectionDecoder | undefined {
  const { decoder } = model.postprocessing;
  return decoder === 'auto' ? undefined : named(decoder, model);
}

function named(name: string, model: ModelPackage): DetectionDecoder {
  const wanted = name.toLowerCase();
  const found = DECODERS.find((decoder) => decoder.name === wanted || decoder.aliases.includes(wanted));
  if (found !== undefined) return found;
  throw new CareError(
    'MODEL_INCOMPATIBLE',
    `model ${model.modelId}: there is no output decoder ${JSON.stringify(name)}`,
    { remedy: `Set \`postprocessing.decoder\` of the manifest to one of ${DETECTION_DECODERS.join(', ')}.` },
  );
}

function bindNamed(decoder: DetectionDecoder, context: DecoderContext, by: string): BoundDecoder {
  const fit = decoder.fits(context);
  if (fit.fit !== 'no') return decoder.bind(context);
  throw new CareError(
    'MODEL_INCOMPATIBLE',
    `model ${context.model.modelId}: decoder ${decoder.name}, named by ${by}, does not fit: ${fit.reason}`,
    { details: facts(context) },
  );
}

/**
 * Ultralytics writes task, names, args, end2end and a description; the older YOLOv5 repository stride and names only, which
 * is a weak hint that counts only where it fits. Undefined when the metadata does not tell.
 */
function fromExporterMetadata(context: DecoderContext): DetectionDecoder | undefined {
  const metadata = context.variant.exporterMetadata ?? {};
  const { task, description = '', args = '', end2end: endToEnd = '', stride, names } = metadata;
  if (stride === undefined || names === undefined) return undefined;
  if (/^true$/i.test(endToEnd) || /['"]nms['"]\s*:\s*true/i.test(args)) return end2end;
  if (/rt-?detr/i.test(description)) return detr;
  // Newer exporters say end2end: False when they have left the one-to-one head of a YOLOv10 out.
  if (/yolov10/i.test(description) && endToEnd === '') return end2end;
  if (task === undefined) return yolov5.fits(context).fit === 'no' ? undefined : yolov5;
  return ['detect', 'segment', 'pose'].includes(task) ? yolov8 : undefined;
}

function bindByShape(context: DecoderContext): BoundDecoder {
  const fits = DECODERS.map((decoder) => ({ decoder, result: decoder.fits(context) }));
  const certain = fits.filter(({ result }) => result.fit === 'certain');
  const [only] = certain;
  if (only !== undefined && certain.length === 1) return only.decoder.bind(context);
  const candidates = (
    only === undefined ? fits.filter(({ result }) => result.fit === 'possible') : certain
  ).map(({ decoder }) => `${decoder.name} (${decoder.reads})`);
  const outputs = context.signature.outputs.map(describeSpec).join(', ');
  const refused = fits.flatMap(({ decoder, result }) =>
    result.fit === 'no' ? [`${decoder.name}: ${result.reason}`] : [],
  );
  const why =
    candidates.length > 0
      ? `could be read as ${candidates.join(' or ')}`
      : `fit no known layout for ${context.model.classNames.length} classes (${refused.join('; ')})`;
  throw new CareError('MODEL_INCOMPATIBLE', `model ${context.model.modelId}: outputs ${outputs} ${why}`, {
    remedy:
      candidates.length > 0
        ? 'State which it is: `"postprocessing": { "decoder": "..." }` in the manifest.'
        : 'Check class_names and input_size of the manifest against the export, or state `postprocessing.decoder`.',
    details: facts(context),
  });
}

function facts({ model, signature }: DecoderContext): { classes: number; outputs: string[] } {
  return { classes: model.classNames.length, outputs: signature.outputs.map(describeSpec) };
}
