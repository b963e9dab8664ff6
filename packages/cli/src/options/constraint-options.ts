import { Option, type Command } from 'commander';
import { CareError } from '@care/registry-core';
import type { Constraints, Objective, SelectionRequest, Weights } from '@care/benchmark';
import { definedOnly } from './defined-only.js';
import { names, positiveNumber } from './list-options.js';
import { fraction } from './number-options.js';

/** What is wanted of a choice. */
export interface ConstraintOptions {
  readonly maxLatencyMs?: number;
  readonly percentile: number;
  readonly minAccuracy?: number;
  readonly metric?: string;
  readonly maxMemoryMb?: number;
  readonly maxLoadMs?: number;
  readonly minThroughput?: number;
  readonly hardware?: readonly string[];
  readonly objective?: Objective;
}

const NAMED = ['fastest', 'most-accurate', 'balanced', 'smallest'] as const;

export function withConstraintOptions(command: Command): Command {
  return command
    .option('--max-latency-ms <ms>', 'latency at most, at the percentile, by its upper bound', positiveNumber)
    .addOption(
      new Option('--percentile <number>', 'of the latency: 50, 90, 95, 99 or another')
        .argParser(positiveNumber)
        .default(95),
    )
    .option('--min-accuracy <number>', 'accuracy at least, 0 to 1, by its lower bound', fraction)
    .option(
      '--metric <name>',
      'accuracy that counts: mAP50_95, mAP50, top1, ... (default: the first measured)',
    )
    .option('--max-memory-mb <mb>', 'memory at its peak at most', positiveNumber)
    .option('--max-load-ms <ms>', 'time until it is ready at most', positiveNumber)
    .option('--min-throughput <images>', 'images a second at least, within the latency', positiveNumber)
    .option('--hardware <devices>', 'devices it may run on, e.g. cpu,cuda', names)
    .option('--objective <name>', `${NAMED.join(', ')}, or weights: accuracy=4,latency=1`, objective);
}

/** A name, or weights as `accuracy=4,latency=1`. @throws CareError OPTIONS_INVALID */
export function objective(text: string): Objective {
  const named = NAMED.find((name) => name === text);
  if (named !== undefined) return named;
  const pairs = text.split(',').map((part) => /^\s*([a-z]+)\s*=\s*(\d+(?:\.\d+)?)\s*$/.exec(part));
  if (pairs.some((pair) => pair === null)) {
    throw new CareError('OPTIONS_INVALID', `"${text}" is no objective.`, {
      remedy: `Name ${NAMED.join(', ')}, or weights as accuracy=4,latency=1.`,
    });
  }
  return Object.fromEntries(pairs.map((pair) => [pair?.[1], Number(pair?.[2])])) as Weights;
}

export function selectionRequest(options: ConstraintOptions): SelectionRequest {
  const { maxLatencyMs, percentile, minAccuracy, maxMemoryMb, maxLoadMs, minThroughput, hardware } = options;
  return {
    constraints: definedOnly<Constraints>({
      ...{ maxLatencyMs, percentile, minAccuracy, maxMemoryMb, maxLoadMs, minThroughput, hardware },
    }),
    ...definedOnly<Pick<SelectionRequest, 'metric' | 'objective'>>({
      metric: options.metric,
      objective: options.objective,
    }),
  };
}
