import { z } from 'zod';

/** The index: which manifests and deployment files there are, by paths relative to it. */
export const indexSchema = z.strictObject({
  manifests: z.array(z.string().min(1).max(1024)).max(10_000),
  deployments: z.array(z.string().min(1).max(1024)).max(10_000).default([]),
});

/** A document as the server gave it. */
export const servedDocumentSchema = z.object({
  /** Relative to the index, as it names it. */
  path: z.string(),
  etag: z.string().optional(),
  /** Absent when it could not be had; then `missing` says why. */
  text: z.string().optional(),
  missing: z.string().optional(),
});

/** All that the server said. Plain data. */
export const servedModelsSchema = z.object({
  index: servedDocumentSchema,
  manifests: z.array(servedDocumentSchema),
  deployments: z.array(servedDocumentSchema),
});

export type ServedDocument = z.output<typeof servedDocumentSchema>;
export type ServedModels = z.output<typeof servedModelsSchema>;
