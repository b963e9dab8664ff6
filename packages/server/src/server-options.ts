import type { Care, DeploymentOptions } from '@care/model-manager';
import { CareError } from '@care/registry-core';
import type { Logger } from 'pino';

export interface ModelServerOptions {
  /** Where models come from; the server does not dispose it. */
  readonly care: Care;
  /** `id` or `registry:id`; all that the registries list when absent. */
  readonly models?: readonly string[];
  /** How each model is deployed; `observer` hears what the server hears. */
  readonly deployment?: Omit<DeploymentOptions, 'startEmpty'>;
  /** At least 16 characters. Without it there is no admin plane: nobody loads, unloads, deploys or rolls back over HTTP. */
  readonly adminToken?: string;
  /** Bytes of a body, and of what it unpacks to; default 64 MiB. */
  readonly maxBodyBytes?: number;
  /** Milliseconds that a request may take; default 60 000. */
  readonly requestTimeoutMs?: number;
  /** Milliseconds that `close` waits for what was accepted; default 30 000. */
  readonly drainMs?: number;
  /** Tells the metrics by the names of NVIDIA Triton as well. Default false. */
  readonly nvMetrics?: boolean;
  /** Default: pino, level `info`, to stderr. */
  readonly logger?: Logger;
}

export interface ListenOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 8080; 0 takes a free one. */
  readonly port?: number;
}

export interface ServerLimits {
  readonly maxBodyBytes: number;
  readonly requestTimeoutMs: number;
  readonly drainMs: number;
}

const MAX_MILLISECONDS = 2 ** 31 - 1;
const MAX_BODY_BYTES = 2 ** 31 - 1;

/** Fills in the defaults. @throws CareError OPTIONS_INVALID that names the option */
export function serverLimits(options: ModelServerOptions): ServerLimits {
  const { maxBodyBytes = 64 * 1024 * 1024, requestTimeoutMs = 60_000, drainMs = 30_000 } = options;
  checkWhole('maxBodyBytes', maxBodyBytes, 1, MAX_BODY_BYTES);
  checkWhole('requestTimeoutMs', requestTimeoutMs, 1, MAX_MILLISECONDS);
  checkWhole('drainMs', drainMs, 0, MAX_MILLISECONDS);
  return { maxBodyBytes, requestTimeoutMs, drainMs };
}

function checkWhole(option: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new CareError(
    'OPTIONS_INVALID',
    `${option} must be a whole number from ${min} to ${max}, found ${value}`,
    {
      details: { option },
    },
  );
}
