import { manifestSchema } from '@care/model-manifest';
import { z } from 'zod';

const hubFile = z.object({
  path: z.string().min(1),
  size: z.int().min(0),
  oid: z.string(),
  sha256: z.exactOptional(z.string().regex(/^[0-9a-f]{64}$/)),
});

const variantFile = hubFile.extend({
  role: z.enum(['model', 'external-data']),
  /** For external data as the model file names it. */
  name: z.string().min(1),
});

const variant = z.object({
  id: z.string().min(1),
  format: z.string().min(1),
  precision: z.string().min(1),
  files: z.array(variantFile).min(1),
});

/** What is known of a model at a commit: all that resolving and fetching need. Plain data, remembered between processes. */
export const descriptionSchema = z.object({
  repo: z.string(),
  commit: z.string(),
  manifest: manifestSchema,
  variants: z.array(variant).min(1),
  /** Pictures of the manifest's probes, in their order. */
  probes: z.array(hubFile),
  /** Other files beside the models: external data whose names do not tell what they belong to. */
  beside: z.array(hubFile),
});

export type Description = z.output<typeof descriptionSchema>;
export type DescribedVariant = Description['variants'][number];
export type VariantFile = DescribedVariant['files'][number];
