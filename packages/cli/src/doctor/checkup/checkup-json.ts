import type { OutputAgreement } from '@care/registry-core/agreement';
import type { CheckupReport } from './checkup-report.js';

/** The report with the figures of each output; what is known of single channels is left to the reasons. */
export function checkupJson({ ways, ...report }: CheckupReport): object {
  return {
    ...report,
    ways: ways.map(({ agreement, ...way }) => {
      if (agreement === undefined) return way;
      const { predictions, tensors, precision } = agreement;
      return {
        ...way,
        judged_as: precision,
        predictions,
        tolerance: tensors.tolerance,
        outputs: tensors.outputs.map(outputJson),
      };
    }),
  };
}

function outputJson({ channels, ...output }: OutputAgreement): object {
  const lost = channels?.flat.candidate.filter(({ collapsed }) => collapsed) ?? [];
  return { ...output, collapsed_channels: lost.map(({ channel }) => channel) };
}
