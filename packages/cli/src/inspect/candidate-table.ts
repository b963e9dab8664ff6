import type { CandidateVerdict } from '@care/model-manager';
import type { Colors } from '../output/colors.js';
import { printable } from '../output/printable.js';
import { formatTable } from '../output/table.js';

/** Every way to run a model with what is thought of it, in the order in which they are tried. */
export function candidateTable(candidates: readonly CandidateVerdict[], colors: Colors): string {
  const rows = candidates.map(({ variant, precision, backend, device, verdict, rank, reason }) => [
    rank === undefined ? '' : String(rank),
    printable(variant),
    printable(precision),
    printable(backend),
    printable(device ?? 'its choice'),
    verdict === 'eligible' || verdict === 'chosen' ? colors.green(verdict) : colors.dim(verdict),
    printable(reason),
  ]);
  const titles = ['', 'variant', 'precision', 'backend', 'device', 'verdict', 'because'];
  const table = formatTable(
    titles.map((title) => ({ title })),
    rows,
  );
  return `${table}\n\`care doctor\` tells what would mend a device that is not available.\n`;
}
