import { z } from 'zod';
import type { DeploymentSpec, GuardSpec } from './deployment-spec.js';
import { modelIdProblem, selectorProblem } from './model-reference.js';

/** Holds a schema to its interface: no field may be missing, too many, or of another type. */
type ShapeOf<T> = { [K in keyof T]-?: z.ZodType<T[K]> };

const MAX_VERSIONS = 64;

const problemOf = (check: (text: string) => string | undefined) =>
  z.string().superRefine((text, context) => {
    const message = check(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
const modelId = problemOf(modelIdProblem);
const selector = problemOf(selectorProblem);

const guard = z.object({
  minRequests: z.int().min(1),
  maxErrorRate: z.exactOptional(z.number().min(0).max(1)),
  maxP95Ratio: z.exactOptional(z.number().positive()),
  probeIntervalMs: z.exactOptional(z.int().min(1)),
  maxMissedProbes: z.exactOptional(z.int().min(1)),
  onBreach: z.enum(['rollback', 'alert']),
} satisfies ShapeOf<GuardSpec>);

const traffic = z
  .record(selector, z.number().min(0).max(1e9))
  .refine((weights) => Object.keys(weights).length <= MAX_VERSIONS, `at most ${MAX_VERSIONS} versions`)
  .refine(
    (weights) => Object.values(weights).some((weight) => weight > 0),
    'at least one weight must be above 0',
  );

/** What crosses the boundary from a registry: the fields of {@link DeploymentSpec}. */
export const deploymentSpecSchema = z.object({
  modelId,
  traffic: z.exactOptional(traffic),
  aliases: z.exactOptional(z.record(selector, selector)),
  stickyBy: z.exactOptional(z.string().min(1).max(128)),
  shadow: z.exactOptional(z.array(selector).max(MAX_VERSIONS)),
  guard: z.exactOptional(guard),
  source: z.exactOptional(z.string()),
} satisfies ShapeOf<DeploymentSpec>);
