import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { CareError } from '../errors/care-error.js';
import { deploymentSpecSchema } from '../deployment-spec-schema.js';
import type { DeploymentSpec } from '../deployment-spec.js';
import { modelPackageSchema, modelSummarySchema } from '../model-package-schema.js';
import type { ModelPackage } from '../model-package.js';
import type { ModelSummary } from '../model-registry.js';
import { copyPlainData, formatPath, NotPlainData } from '../plain-data.js';

const MAX_PROBLEMS = 5;
const summaries = z.array(modelSummarySchema);

/** A registry's answer as a checked copy. @throws CareError PLUGIN_INVALID naming registry and field */
export function checkModelPackage(value: unknown, registry: string): ModelPackage {
  return check(value, registry, 'model package', modelPackageSchema);
}

/** @throws CareError PLUGIN_INVALID naming registry and field */
export function checkModelSummaries(value: unknown, registry: string): readonly ModelSummary[] {
  return check(value, registry, 'list of models', summaries);
}

/** @throws CareError PLUGIN_INVALID naming registry and field */
export function checkDeploymentSpec(value: unknown, registry: string): DeploymentSpec | undefined {
  return value === undefined ? undefined : check(value, registry, 'deployment', deploymentSpecSchema);
}

/** @throws CareError PLUGIN_INVALID when `fetch` left an artifact of the variant without a local path */
export function checkFetched(model: ModelPackage, variantId: string, registry: string): ModelPackage {
  const variant = model.variants.find((candidate) => candidate.id === variantId);
  const missing = variant?.artifacts.find(
    (artifact) => artifact.path === undefined || !isAbsolute(artifact.path),
  );
  if (variant !== undefined && missing === undefined) return model;
  const field =
    variant === undefined ? `variant "${variantId}"` : `a path of artifact "${missing?.name ?? ''}"`;
  throw invalidAnswer(registry, 'fetched model package', [`${field} is missing`]);
}

function check<T>(value: unknown, registry: string, what: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(plainCopy(value, registry, what));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    return `${formatPath(issue.path) || 'the answer'}: ${issue.message}`.slice(0, 200);
  });
  throw invalidAnswer(registry, what, problems);
}

function plainCopy(value: unknown, registry: string, what: string): unknown {
  try {
    return copyPlainData(value);
  } catch (error) {
    const problem = error instanceof NotPlainData ? error.message : 'it cannot be read';
    throw invalidAnswer(registry, what, [problem.slice(0, 200)], error);
  }
}

function invalidAnswer(
  registry: string,
  what: string,
  problems: readonly string[],
  cause?: unknown,
): CareError {
  const shown = problems.slice(0, MAX_PROBLEMS);
  const count = problems.length > shown.length ? ` (${problems.length} problems)` : '';
  return new CareError(
    'PLUGIN_INVALID',
    `Registry "${registry}" gave an invalid ${what}${count}: ${shown.join('; ')}.`,
    {
      remedy: `Update the plugin that provides registry "${registry}", or tell its author.`,
      details: { registry, problems: shown },
      cause,
    },
  );
}
