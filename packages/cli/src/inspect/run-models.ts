import type { ListedModel } from '@care/registry-core';
import type { CliIo } from '../cli-io.js';
import { EXIT } from '../exit-code.js';
import { openCare } from '../host/open-care.js';
import type { CommonOptions } from '../options/common-options.js';
import { colorsFor } from '../output/colors.js';
import { formatError } from '../output/print-error.js';
import { printable } from '../output/printable.js';
import { formatTable } from '../output/table.js';
import { shownPath } from '../predict/annotated-names.js';

/** Lists the models of all registries. @returns the exit code */
export async function runModels(options: CommonOptions, io: CliIo): Promise<number> {
  await using care = await openCare(options, io);
  const list = await care.list({ signal: io.signal });
  // A registry that offers no list is no failure: nobody lists all models of the world.
  const failures = list.failures.filter(({ outcome }) => outcome === 'failed');
  const unlisted = list.failures.filter(({ outcome }) => outcome === 'skipped');
  const exitCode = failures.length === 0 ? EXIT.done : EXIT.failed;
  if (options.json === true) {
    io.stdout.write(`${JSON.stringify(list)}\n`);
    return exitCode;
  }
  const colors = colorsFor(io.stdout, io, options.color);
  const row = (model: ListedModel): string[] => {
    const shadowed =
      model.shadowedBy === undefined ? '' : colors.yellow(`shadowed by ${printable(model.shadowedBy)}`);
    return [referenceOf(model), model.registry, model.task ?? '', sourceOf(model, io.cwd), shadowed].map(
      (cell, index) => (index < 4 ? printable(cell) : cell),
    );
  };
  if (list.models.length > 0) {
    const titles = ['model', 'registry', 'task', 'source', ''].map((title) => ({ title }));
    io.stdout.write(formatTable(titles, list.models.map(row)));
  } else if (failures.length === 0) {
    io.stdout.write('No registry offers a model.\n');
    io.stdout.write(
      '`care import FILE.onnx` describes an exported model; `npm install @care/registry-demo` brings one to try.\n',
    );
  }
  if (unlisted.length > 0) {
    const names = unlisted.map(({ registry }) => printable(registry)).join(', ');
    io.stdout.write(`\nNot listed: the models of ${names}; name them, e.g. \`care show REGISTRY:ID\`.\n`);
  }
  for (const { registry, error } of failures) {
    const message = `registry ${registry} could not list: ${error?.message ?? 'no reason given'}`;
    const report = { code: error?.code ?? 'REGISTRY_UNAVAILABLE', remedy: error?.remedy ?? '', message };
    io.stderr.write(formatError({ ...report, causes: error?.causes ?? [] }, io, options));
  }
  return exitCode;
}

const referenceOf = ({ modelId, version }: ListedModel): string =>
  version === undefined ? modelId : `${modelId}@${version}`;

function sourceOf({ source }: ListedModel, cwd: string): string {
  if (source === undefined) return '';
  return source.startsWith(cwd) ? shownPath(source, cwd) : source;
}
