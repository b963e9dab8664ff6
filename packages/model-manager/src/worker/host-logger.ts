import type { JsonObject, Logger } from '@care/registry-core';
import type { HostChannel } from './host-channel.js';
import type { FromWorker } from './worker-protocol.js';

/** A logger whose lines are written by the host. */
export function hostLogger(channel: HostChannel): Logger {
  const at =
    (level: Extract<FromWorker, { kind: 'log' }>['level']) =>
    (fields: object, message: string): void =>
      channel.post({ kind: 'log', level, fields: plainFields(fields), message });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** What a plugin logs may hold anything; only plain data crosses to the host. */
function plainFields(fields: object): JsonObject {
  try {
    return JSON.parse(JSON.stringify(fields, errorAsText)) as JsonObject;
  } catch {
    // Cyclic or otherwise not JSON: the message itself is still told.
    return { fields: 'not serializable' };
  }
}

function errorAsText(_key: string, value: unknown): unknown {
  if (value instanceof Error) return value.message;
  return typeof value === 'bigint' ? value.toString() : value;
}
