import type { Profile } from '../profile/profile.js';

/** `yolov8n onnx-int8 ort/cpu 2 threads x 1`: what is measured, for people; unique among profiles of one machine and one version. */
export function candidateName({ subject, identity }: Profile): string {
  const { model, version, variant, device } = subject;
  return [
    version === null ? model : `${model}@${version}`,
    variant,
    `${identity.backend.name}/${device}`,
    runningText(identity),
  ].join(' ');
}

/** `2 threads`, `1 thread x 2 replicas, batch 4`. */
export function runningText({
  threads,
  replicas,
  batch,
}: Pick<Profile['identity'], 'threads' | 'replicas' | 'batch'>): string {
  const thread = threads === null ? 'default threads' : `${threads} thread${threads === 1 ? '' : 's'}`;
  return `${thread}${replicas === 1 ? '' : ` x ${replicas} replicas`}${batch === 1 ? '' : `, batch ${batch}`}`;
}
