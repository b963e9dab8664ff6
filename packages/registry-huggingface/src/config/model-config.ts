import { z } from 'zod';

const side = z.int().min(1).max(32_768);

/** What is read of a repository's `config.json` (transformers' `PretrainedConfig.to_dict`, timm's for its own models). */
export const modelConfigSchema = z.object({
  architectures: z.array(z.string()).nullish(),
  model_type: z.string().nullish(),
  /** Class names by class id as text. */
  id2label: z.record(z.string(), z.coerce.string()).nullish(),
  num_labels: z.int().min(1).nullish(),
  problem_type: z.string().nullish(),
  image_size: z.union([side, z.tuple([side, side]), z.looseObject({})]).nullish(),
  /** Skeleton of a pose model, pairs of keypoint indices. */
  edges: z.array(z.tuple([z.int().min(0), z.int().min(0)])).nullish(),
  /** timm: names by class id. */
  label_names: z.array(z.string()).nullish(),
  /** timm: input and evaluation transforms. */
  pretrained_cfg: z
    .looseObject({
      input_size: z.tuple([z.int(), side, side]).nullish(),
      test_input_size: z.tuple([z.int(), side, side]).nullish(),
      interpolation: z.string().nullish(),
      crop_pct: z.number().positive().nullish(),
      test_crop_pct: z.number().positive().nullish(),
      crop_mode: z.string().nullish(),
      mean: z.array(z.number()).min(1).max(4).nullish(),
      std: z.array(z.number().positive()).min(1).max(4).nullish(),
      num_classes: z.int().nullish(),
    })
    .nullish(),
});

export type ModelConfig = z.output<typeof modelConfigSchema>;

/** Class names in order of their ids; undefined when they are not stated or have gaps, which is no list of classes. */
export function classNamesOf({ id2label, label_names: labels }: ModelConfig): readonly string[] | undefined {
  if (id2label === undefined || id2label === null) return labels ?? undefined;
  const ids = Object.keys(id2label);
  const names = ids.map((_, id) => id2label[String(id)]);
  const complete = names.filter((name) => name !== undefined);
  return complete.length === ids.length && complete.length > 0 ? complete : undefined;
}
