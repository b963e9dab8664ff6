import { modelPackageSchema, type ModelPackage } from '@care/registry-core';
import { z } from 'zod';

export const PROTOCOLS = ['models', 'classic'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** A file of a variant, and how to ask for it. Never its URL: that is signed, and expires. */
const describedFile = z.object({
  variantId: z.string(),
  /** Name of the artifact. */
  name: z.string(),
  /** Package that holds it; none in the classic protocol. */
  packageId: z.string().optional(),
  handle: z.string(),
  /** Changes with the content, as far as the API tells. */
  identity: z.string(),
  /** Lower-case hexadecimal. */
  md5: z.string().optional(),
});

const described: z.ZodType<ModelPackage> = modelPackageSchema;

/** What Roboflow said of a model, kept for when it cannot be asked. Without local paths, URLs and keys. */
export const modelDescription = z.object({
  protocol: z.enum(PROTOCOLS),
  /** As Roboflow is asked: `coco/3`, not the alias. */
  id: z.string(),
  model: described,
  files: z.array(describedFile),
  /** The description does not say how large the input is; a graph that fixes its sides is right. */
  graphGivesInputSize: z.boolean(),
});

export type DescribedFile = z.output<typeof describedFile>;
export type ModelDescription = z.output<typeof modelDescription>;

/** A description, and where its files are to be had for the next minutes. */
export interface Described {
  readonly description: ModelDescription;
  /** Signed URLs by {@link linkKey}. In memory only. */
  readonly links: ReadonlyMap<string, string>;
}

/** Names a file of a model across answers. */
export function linkKey({
  packageId = '',
  handle,
}: {
  readonly packageId?: string | undefined;
  readonly handle: string;
}): string {
  return `${packageId}/${handle}`;
}
