/** What the chain local, Roboflow, Hub is to answer, written down from the design and not from the code. */
export const STATES = ['has it', 'not found', 'unauthorised', 'broken answer', 'timeout', 'down'];

const FAILURES = {
  unauthorised: 'UNAUTHORIZED',
  'broken answer': 'REGISTRY_UNAVAILABLE',
  timeout: 'REGISTRY_TIMEOUT',
  down: 'REGISTRY_UNAVAILABLE',
};

/** Every combination: 6 x 6 x 6 states, with and without cache, offline or not. */
export const CASES = STATES.flatMap((local) =>
  STATES.flatMap((roboflow) =>
    STATES.flatMap((huggingface) =>
      [false, true].flatMap((cached) =>
        [false, true].map((offline) => ({ local, roboflow, huggingface, cached, offline })),
      ),
    ),
  ),
);

/** `decided`: whose answer it is. `answer`: the registry's name, with `from the cache` when it could not be asked, or an error code. */
export function expected({ local, roboflow, huggingface, cached, offline }) {
  if (local === 'has it') return { decided: 'local', answer: 'local-onnx' };
  // A manifest that is there and cannot be read is the host's own mistake, not a registry that is away.
  if (local === 'broken answer') return { decided: 'local', answer: 'MANIFEST_INVALID' };
  if (local !== 'not found') return { decided: 'local', answer: FAILURES[local] };
  const remotes = Object.entries({ roboflow, huggingface });
  if (offline) {
    // Nobody is asked, whatever state they are in.
    if (cached) return { decided: 'roboflow', answer: 'roboflow from the cache' };
    return { decided: 'huggingface', answer: 'OFFLINE' };
  }
  for (const [name, state] of remotes) {
    if (state === 'has it') return { decided: name, answer: name };
    if (state === 'not found') continue;
    // A refusal is an answer; what was remembered stands for silence only.
    if (cached && state !== 'unauthorised') return { decided: name, answer: `${name} from the cache` };
    return { decided: name, answer: FAILURES[state] };
  }
  return { decided: 'huggingface', answer: 'MODEL_NOT_FOUND' };
}

/** Median and longest time of every outcome, for people. */
export function timeTable(results) {
  const rows = new Map();
  for (const { item, outcome, ms } of results) {
    const { decided } = expected(item);
    const key = [
      decided,
      item[decided],
      item.offline ? 'offline' : item.cached ? 'cache' : 'no cache',
      outcome,
    ].join(' | ');
    rows.set(key, [...(rows.get(key) ?? []), ms]);
  }
  const lines = [...rows].map(([key, times]) => {
    const sorted = times.toSorted((a, b) => a - b);
    const median = sorted[sorted.length >> 1] ?? 0;
    return `${key} | ${sorted.length} | ${median.toFixed(0)} | ${(sorted.at(-1) ?? 0).toFixed(0)}`;
  });
  return ['decided by | its state | | answer | cases | median ms | longest ms', ...lines.toSorted()].join(
    '\n',
  );
}
