import type { AdminGuard } from './http/admin-guard.js';
import type { HostedModels } from './hosting/hosted-models.js';
import type { RequestTotals } from './metrics/request-totals.js';
import type { ServerMetrics } from './metrics/server-metrics.js';

/** What the routes of one server share. */
export interface ServerContext {
  readonly models: HostedModels;
  readonly totals: RequestTotals;
  readonly metrics: ServerMetrics;
  readonly admin: AdminGuard;
  /** Of this package. */
  readonly version: string;
  readonly maxBodyBytes: number;
  readonly requestTimeoutMs: number;
  /** Whether requests should be sent here. */
  readonly ready: boolean;
}
