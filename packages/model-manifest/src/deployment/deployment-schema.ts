import { modelIdProblem, selectorProblem } from '@care/registry-core';
import { z } from 'zod';

/** What follows `@` in a reference. */
const version = z
  .string()
  .refine(
    (text) => selectorProblem(text) === undefined,
    'a version, a range of versions, or a name of `aliases`',
  );
const weight = z.number().min(0).max(1e9);

const guard = z.object({
  min_requests: z.int().min(1).optional().describe('Requests before a version is judged. Default 100.'),
  max_error_rate: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('Share of failed requests; more is a breach. Absent: not guarded.'),
  max_p95_ratio: z
    .number()
    .positive()
    .optional()
    .describe('p95 latency over that of the version before; more is a breach. Absent: not guarded.'),
  probe_interval_s: z
    .number()
    .positive()
    .max(86_400)
    .optional()
    .describe('Seconds between probe images. Absent: none are sent.'),
  max_missed_probes: z.int().min(1).optional().describe('Probes in a row that may fail. Default 3.'),
  on_breach: z.enum(['rollback', 'alert']).optional().describe('What a breach does. Default rollback.'),
});

/** `<model_id>.deployment.json`: which versions of a model are live. Every field but the first is optional. */
export const deploymentSchema = z.object({
  $schema: z.string().optional().describe('For editors.'),
  model_id: z
    .string()
    .refine((text) => modelIdProblem(text) === undefined, 'an id that a reference can name')
    .describe('The model whose versions these are.'),
  traffic: z
    .record(version, weight)
    .optional()
    .describe(
      'Weight by version, range or alias; shares are weight / sum. Absent: the highest version has all.',
    ),
  aliases: z
    .record(version, version)
    .optional()
    .describe('Versions by name, e.g. champion and challenger: `model@champion`.'),
  sticky_by: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe('Field of a request that keeps a requester on one version, e.g. camera_id.'),
  shadow: z
    .array(version)
    .max(64)
    .optional()
    .describe('Versions that get a copy of the requests; what they answer is only measured.'),
  guard: guard
    .optional()
    .describe('When a version that has just been given traffic is taken back by itself.'),
});

/** A valid deployment file, as it stands (snake_case, defaults not filled in). */
export type DeploymentFile = z.output<typeof deploymentSchema>;
