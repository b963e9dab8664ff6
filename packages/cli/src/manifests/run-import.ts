import { resolve } from 'node:path';
import { importModel, readClasses } from '@care/model-manifest';
import type { CliIo } from '../cli-io.js';
import type { ImportCommandOptions } from '../commands/import.js';
import { hostRoot } from '../host/host-root.js';
import { modelsFolder } from '../host/models-folder.js';
import { definedOnly } from '../options/defined-only.js';
import { usageError } from '../options/usage-error.js';
import { colorsFor } from '../output/colors.js';
import { printable, printableLines } from '../output/printable.js';
import { count } from '../output/quantity.js';
import { shownPath } from '../predict/annotated-names.js';

/** Describes an ONNX model in a manifest beside it. */
export async function runImport(file: string, options: ImportCommandOptions, io: CliIo): Promise<void> {
  const { id, task, family, inputSize, modelVersion: version, force = false, dryRun = false } = options;
  const { manifest, manifestPath, notes } = await importModel(resolve(io.cwd, file), {
    ...definedOnly({ id, task, family, inputSize, version }),
    ...(options.classes === undefined ? {} : { classes: await classesFrom(options.classes, io.cwd) }),
    force,
    dryRun,
    signal: io.signal,
  });
  if (options.json === true) {
    io.stdout.write(`${JSON.stringify({ path: manifestPath, written: !dryRun, manifest, notes })}\n`);
    return;
  }
  const colors = colorsFor(io.stderr, io, options.color);
  for (const note of notes) io.stderr.write(`${colors.yellow('note:')} ${printable(note)}\n`);
  if (dryRun) {
    io.stdout.write(`${printableLines(JSON.stringify(manifest, null, 2))}\n`);
    return;
  }
  const { model_id: modelId, task_type: taskType, class_names: classes, input_size: size } = manifest;
  const facts = `${taskType}, ${count(classes.length, 'class', 'classes')}, input ${size.join(' x ')}`;
  io.stdout.write(
    `${printable(shownPath(manifestPath, io.cwd))} written: ${printable(modelId)} (${facts})\n`,
  );
  io.stdout.write(
    `Try it: care predict PICTURE --model ${shellWord(modelId)}${modelsDirHint(manifestPath, options.root, io)}\n`,
  );
}

/** As it can be pasted into a shell. */
const shellWord = (text: string): string =>
  /^[\p{L}\p{N}_./\\:@+-]+$/u.test(text) ? text : `"${printable(text).replace(/(["$`])/g, '\\$1')}"`;

/** A file is meant from where the user is. */
function classesFrom(value: string, cwd: string): Promise<readonly string[]> {
  if (value.trim() === '')
    throw usageError('--classes is empty.', 'Write coco, a file, or names with commas between.');
  const isFile = value.toLowerCase() !== 'coco' && !value.includes(',');
  return readClasses(isFile ? resolve(cwd, value) : value);
}

function modelsDirHint(manifestPath: string, root: string | undefined, io: CliIo): string {
  const folder = resolve(manifestPath, '..');
  const known = modelsFolder(undefined, hostRoot(io.cwd, root) ?? io.cwd, io);
  return folder === known ? '' : ` --models-dir ${shellWord(shownPath(folder, io.cwd))}`;
}
