import type { EventDocument } from './documents.js';
import { percent, plain, trimmed } from './figures.js';
import { describeTraffic, versionName } from './version-words.js';

/** An event in words, and whether it is worth telling those who do not look at the page just now. */
export interface EventWords {
  readonly text: string;
  readonly loud: boolean;
}

export function eventWords(event: EventDocument): EventWords {
  const { model } = event;
  switch (event.kind) {
    case 'state':
      return {
        text: `${model}: ${versionName(event.version)} is ${event.state}`,
        loud: event.state === 'ready' || event.state === 'failed',
      };
    case 'switched': {
      const { traffic, reason, detail } = event.record;
      return {
        text: `${model}: live is now ${describeTraffic(traffic)} (${reason}: ${detail})`,
        loud: true,
      };
    }
    case 'refused': {
      const { code, message } = event.error;
      return { text: `${model}: a change was not taken. ${code}: ${message}`, loud: true };
    }
    case 'crashed': {
      const { code, message } = event.error;
      return {
        text: `${model}: a worker of ${versionName(event.version)} is lost and will be replaced. ${code}: ${message}`,
        loud: true,
      };
    }
    case 'held':
      return {
        text: `${model}: ${versionName(event.version)} was rolled back before and stays out of the traffic`,
        loud: true,
      };
    case 'breach':
      return {
        text: `${model}: the guard of ${versionName(event.version)} saw ${breachWords(event.breach)}, ${event.action === 'rollback' ? 'and rolls back' : 'and only says so'}`,
        loud: true,
      };
    case 'drained': {
      const cut = event.cut === 0 ? 'nothing was cut off' : `${String(event.cut)} requests were cut off`;
      return { text: `${model}: ${versionName(event.version)} has ended, ${cut}`, loud: event.cut > 0 };
    }
  }
}

type Breach = Extract<EventDocument, { kind: 'breach' }>['breach'];

function breachWords({ metric, value, bound }: Breach): string {
  switch (metric) {
    case 'error_rate':
      return `${percent(value)} errors where ${trimmed(percent)(bound)} are allowed`;
    case 'p95_ratio':
      return `a p95 latency of ${plain(value)} times that of the other version where ${trimmed(plain)(bound)} are allowed`;
    case 'probe':
      return `${trimmed(plain)(value)} missed probes where ${trimmed(plain)(bound)} are allowed`;
  }
}
