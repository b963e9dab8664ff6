/**
 * Images of one call in the groups that are run together: as large as one run takes, but no larger than what gives every worker
 * its share. With a batch of 1 each image is a group of its own.
 */
export function batchGroups<Image>(images: readonly Image[], workers: number, batch: number): Image[][] {
  const size = Math.max(1, Math.min(batch, Math.ceil(images.length / workers)));
  return Array.from({ length: Math.ceil(images.length / size) }, (_, group) =>
    images.slice(group * size, (group + 1) * size),
  );
}
