import { z } from 'zod';
import { hardwareSchema } from '../hardware/hardware.js';
import { contentHash } from './canonical-json.js';

const text = z.string().max(1024);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const milliseconds = z.number().min(0).max(1e9);
const positive = z.number().int().min(1).max(1e6);
const bytes = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const share = z.number().min(0).max(1);
const MAX_RUNS = 200_000;

/** What a measurement is of. A profile is valid for exactly this, and for nothing that differs in any part of it. */
export const identitySchema = z.strictObject({
  /** Content of every file of the variant, by artifact name. */
  artifacts: z.record(text, sha256),
  /** SHA-256 of what the package says of input, pre- and postprocessing. */
  settings: sha256,
  backend: z.strictObject({
    name: text,
    package: text,
    packageVersion: text,
    /** Of the engine behind it; null when the backend does not tell. */
    engineVersion: text.nullable(),
    /** Options of its plugin. */
    options: z.record(z.string().max(256), z.unknown()),
  }),
  /** As asked for; null: the backend's choice. */
  device: text.nullable(),
  /** Of each worker; null: the engine's default. */
  threads: positive.nullable(),
  replicas: positive,
  /** Images of one call. */
  batch: positive,
  isolation: z.enum(['thread', 'process']),
  hardware: hardwareSchema,
});

export type ProfileIdentity = z.output<typeof identitySchema>;

/** Names an identity, and the file that its profile is kept in: lower-case hexadecimal. */
export function profileKey(identity: ProfileIdentity): string {
  return contentHash(identity);
}

const accuracySchema = z.strictObject({
  /**
   * `measured` on labelled pictures, `declared` by the manifest and by nobody checked here, or `agreement` with the reference variant
   * on pictures without labels.
   */
  kind: z.enum(['measured', 'declared', 'agreement']),
  /** mAP50_95, mAP50, top1, agreement, ... */
  metric: text,
  /** 0..1 */
  value: share,
  /** Bounds of 95 %; those of a declared figure are the figure itself. */
  low: share,
  high: share,
  /** Pictures it was measured on; 0 for a declared one. */
  images: z.number().int().min(0),
  /** Which pictures and labels (or pictures and reference) it is of: figures of different data are not compared. Empty for a declared one. */
  data: z.union([sha256, z.literal('')]),
  /** Of the same resamples for every candidate on the same data, so that differences can be taken pair by pair. */
  replicates: z.array(share).max(10_000),
});

const levelSchema = z.strictObject({
  /** Calls that were under way at any time. */
  inFlight: positive,
  /** Images a second, in each of several windows. */
  windows: z.array(z.number().min(0)).max(MAX_RUNS),
  /** Milliseconds of each call, from call to answer, waiting included. */
  calls: z.array(milliseconds).max(MAX_RUNS),
});

export const profileSchema = z.strictObject({
  schema: z.literal(1),
  identity: identitySchema,
  subject: z.strictObject({
    model: text,
    version: text.nullable(),
    task: text,
    variant: text,
    format: text,
    precision: text,
    /** On which it really ran. */
    device: text,
    /** All files of the variant. */
    sizeBytes: bytes,
  }),
  /** ISO 8601. */
  measuredAt: z.iso.datetime(),
  /** The measuring that it was part of: turns of one session were taken in the same rounds. */
  session: text,
  workload: z.strictObject({ description: text, sha256, images: positive }),
  latency: z.strictObject({
    /** Milliseconds of every run from call to answer, in the order in which they ended. None is left out. */
    endToEnd: z.array(milliseconds).max(MAX_RUNS),
    /** Milliseconds inside the engine, of the same runs. */
    inference: z.array(milliseconds).max(MAX_RUNS),
    /** By round: median of the runs of its turn; null where it had none. */
    turns: z.array(milliseconds.nullable()).max(MAX_RUNS),
    warmUpRuns: z.number().int().min(0),
    /** False: it went on changing until warming up was given up. */
    warmUpStable: z.boolean(),
  }),
  stop: z.strictObject({
    reason: z.enum(['converged', 'budget', 'interrupted', 'eliminated']),
    /** Further bound of the median as a share of it; null when there were too few turns. */
    precision: z.number().min(0).nullable(),
  }),
  /** Milliseconds of each opening, from the call until it was ready and warm. */
  loads: z.array(milliseconds).min(1).max(1000),
  /** Of all processes of the candidate together. Null where the platform does not tell, or it ran in threads. */
  memory: z.strictObject({ residentBytes: bytes, peakBytes: bytes }).nullable(),
  levels: z.array(levelSchema).max(64),
  /** Of the whole package while nothing else was measured, idle use not taken off. Null where the platform does not tell. */
  energy: z.strictObject({ joulesPerImage: z.number().min(0), source: text }).nullable(),
  accuracy: z.array(accuracySchema).max(16),
  /** Of a fixed piece of work that was run in every round. */
  noise: z.strictObject({ spread: z.number().min(0), drift: z.number() }).nullable(),
});

/** All that was measured of one candidate on one machine. Plain JSON. */
export type Profile = z.output<typeof profileSchema>;
export type AccuracyFigure = Profile['accuracy'][number];
export type LoadLevel = Profile['levels'][number];
