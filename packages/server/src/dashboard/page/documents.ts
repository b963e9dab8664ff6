import type {
  DeploymentEvent,
  DeploymentRecord,
  HistogramSnapshot,
  Traffic,
  VersionState,
} from '@care/model-manager';

/** An estimate as JSON carries it: a bound that is infinite has become null. */
export interface EstimateDocument {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** What an error answer or a problem of a deployment says; the server may keep the remedy to itself. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly remedy?: string;
}

export interface MetricsDocument {
  readonly requests: number;
  readonly errors: number;
  readonly errors_by_code: Readonly<Record<string, number>>;
  readonly latency: HistogramSnapshot;
  readonly error_rate: EstimateDocument | null;
  readonly p50: EstimateDocument | null;
  readonly p95: EstimateDocument | null;
  readonly predictions_per_image: EstimateDocument | null;
  readonly mean_confidence: EstimateDocument | null;
  readonly agreement: EstimateDocument | null;
  readonly dropped: number;
}

/** What a version is watched for, in the words of the deployment file. */
export interface GuardDocument {
  readonly min_requests: number;
  readonly max_error_rate?: number;
  readonly max_p95_ratio?: number;
  readonly probe_interval_ms?: number;
  readonly max_missed_probes?: number;
  readonly on_breach: 'rollback' | 'alert';
}

export interface VersionDocument {
  readonly id: string;
  readonly version: string | null;
  readonly state: VersionState;
  readonly role: 'live' | 'shadow' | 'standby' | 'none';
  /** 0..1 */
  readonly share: number;
  readonly in_flight: number;
  readonly ready_at: string | null;
  readonly load_ms: number | null;
  readonly registry?: string;
  readonly variant?: string;
  readonly backend?: string;
  readonly device?: string;
  readonly sha256?: string;
  readonly error?: Failure;
  readonly metrics: MetricsDocument;
}

/** A model as `GET /v1/models` tells it. */
export interface ModelDocument {
  readonly id: string;
  readonly state: string;
  /** Why it is not served. */
  readonly error?: Failure;
  readonly generation: number;
  readonly traffic: Traffic;
  readonly shadow: readonly string[];
  readonly aliases: Readonly<Record<string, string>>;
  readonly sticky_by: string | null;
  readonly guard: GuardDocument | null;
  readonly latched: readonly string[];
  readonly rollback_to: Traffic | null;
  /** Why the last change was not taken. */
  readonly problem: Failure | null;
  readonly versions: readonly VersionDocument[];
}

type Told<Event> = Event extends unknown
  ? Omit<Event, 'modelId' | 'error'> & { readonly model: string } & (Event extends { error: unknown }
        ? { readonly error: Failure }
        : unknown)
  : never;
/** An event as the stream tells it. */
export type EventDocument = Told<DeploymentEvent>;

/** What a model has that is not deployed: loading for the first time, failed, unloaded. */
const NOT_DEPLOYED = {
  generation: 0,
  traffic: {},
  shadow: [],
  aliases: {},
  sticky_by: null,
  guard: null,
  latched: [],
  rollback_to: null,
  problem: null,
  versions: [],
};

/** The models in an answer of the server; what does not look like one is left out. */
export function readModels(body: unknown): ModelDocument[] {
  return listIn(body, 'models')
    .filter(isModel)
    .map((model) => ({ ...NOT_DEPLOYED, ...model }));
}

function isModel(value: unknown): value is Omit<ModelDocument, keyof typeof NOT_DEPLOYED> {
  return typeof value === 'object' && value !== null && 'id' in value && 'state' in value;
}

/** Oldest first. */
export function readHistory(body: unknown): DeploymentRecord[] {
  return listIn(body, 'history').filter(isRecord);
}

function isRecord(value: unknown): value is DeploymentRecord {
  return typeof value === 'object' && value !== null && 'generation' in value && 'traffic' in value;
}

function listIn(body: unknown, name: string): unknown[] {
  if (typeof body !== 'object' || body === null) return [];
  const list: unknown = Object.entries(body).find(([key]) => key === name)?.[1];
  return Array.isArray(list) ? list : [];
}

/** An event in the text of a stream; undefined when it is none. */
export function readEvent(text: unknown): EventDocument | undefined {
  try {
    const event: unknown = typeof text === 'string' ? JSON.parse(text) : undefined;
    return isEvent(event) ? event : undefined;
  } catch {
    return undefined;
  }
}

function isEvent(value: unknown): value is EventDocument {
  return typeof value === 'object' && value !== null && 'kind' in value && 'model' in value;
}

/** The failure that an answer tells, whether as an object with code, message and remedy or as a text. */
export function readFailure(status: number, body: unknown): Failure {
  const fallback = { code: `HTTP_${String(status)}`, message: `The server answered ${String(status)}.` };
  if (typeof body !== 'object' || body === null) return fallback;
  const error = 'error' in body ? body.error : body;
  const inText = typeof error === 'string' ? { message: error } : {};
  const source = typeof error === 'object' && error !== null ? error : body;
  return { ...fallback, ...texts(source), ...inText };
}

function texts(value: object): Partial<Failure> {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([key, text]) => ['code', 'message', 'remedy'].includes(key) && typeof text === 'string',
    ),
  );
}
