import type { ConsistencyProblem } from '../json/parse-by-schema.js';
import { modelIdProblem } from '@care/registry-core';
import type { Manifest } from './manifest-schema.js';

/** What the fields of a manifest say about one another; the schema cannot tell. */
export function checkConsistency(manifest: Manifest): ConsistencyProblem[] {
  return [
    ...checkModelId(manifest.model_id),
    ...checkClassNames(manifest.class_names),
    ...checkChannels(manifest),
    ...checkStaticCrop(manifest),
    ...checkShorterSide(manifest),
    ...checkKeypoints(manifest),
    ...checkVariantIds(manifest),
    ...checkProbes(manifest),
  ];
}

/** A warning only: such files loaded in the predecessor, where an id was looked up as a whole. */
function checkModelId(id: string): ConsistencyProblem[] {
  const problem = modelIdProblem(id);
  if (problem === undefined) return [];
  return [
    {
      path: ['model_id'],
      found: JSON.stringify(id),
      expected: `a name that a model reference can hold: ${problem}`,
      severity: 'warning',
    },
  ];
}

function checkClassNames(names: readonly string[]): ConsistencyProblem[] {
  const first = new Map<string, number>();
  const problems: ConsistencyProblem[] = [];
  for (const [index, name] of names.entries()) {
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, index);
    else {
      const found = `${JSON.stringify(name)}, as in class_names[${earlier}]`;
      problems.push({ path: ['class_names', index], found, expected: 'each name once', severity: 'warning' });
    }
  }
  return problems.slice(0, 10);
}

function checkChannels({ preprocessing }: Manifest): ConsistencyProblem[] {
  const channels = preprocessing?.color === 'gray' ? 1 : 3;
  return (['mean', 'std'] as const).flatMap((field) => {
    const values = preprocessing?.[field];
    if (values === undefined || values.length === 1 || values.length === channels) return [];
    const found = `${values.length} values`;
    const expected =
      channels === 1 ? 'one value for the grey channel' : 'one value, or one for each of the 3 channels';
    return [{ path: ['preprocessing', field], found, expected, severity: 'error' as const }];
  });
}

function checkStaticCrop({ preprocessing }: Manifest): ConsistencyProblem[] {
  const crop = preprocessing?.static_crop;
  if (crop === undefined) return [];
  return (['x', 'y'] as const).flatMap((axis) => {
    const [low, high] = [crop[`${axis}_min`], crop[`${axis}_max`]];
    if (low < high) return [];
    const path = ['preprocessing', 'static_crop', `${axis}_max`];
    return [
      { path, found: String(high), expected: `more than ${axis}_min, ${low}`, severity: 'error' as const },
    ];
  });
}

/** Stated for a mode that does not look at it, it is most likely the mode that is wrong. */
function checkShorterSide({ preprocessing = {} }: Manifest): ConsistencyProblem[] {
  const { resize = 'letterbox' } = preprocessing;
  if (resize === 'center-crop') return [];
  return (['resize_shorter_side', 'resize_to'] as const).flatMap((field) => {
    const value = preprocessing[field];
    if (value === undefined) return [];
    const found = `${JSON.stringify(value)} with the resize "${resize}"`;
    const expected = 'it only with "center-crop"; it is ignored';
    return [{ path: ['preprocessing', field], found, expected, severity: 'warning' as const }];
  });
}

function checkKeypoints({ keypoints }: Manifest): ConsistencyProblem[] {
  if (keypoints === undefined) return [];
  const count = keypoints.names.length;
  const problems: ConsistencyProblem[] = (keypoints.skeleton ?? []).flatMap((pair, index) =>
    pair.every((point) => point < count)
      ? []
      : [
          {
            path: ['keypoints', 'skeleton', index],
            found: JSON.stringify(pair),
            expected: `0-based indices of the ${count} keypoints`,
            severity: 'error' as const,
          },
        ],
  );
  const sigmas = keypoints.sigmas?.length;
  if (sigmas !== undefined && sigmas !== count) {
    const found = `${sigmas} sigmas`;
    problems.push({
      path: ['keypoints', 'sigmas'],
      found,
      expected: `one for each of the ${count} keypoints`,
      severity: 'error',
    });
  }
  return problems;
}

function checkVariantIds({ variants = [] }: Manifest): ConsistencyProblem[] {
  const seen = new Set<string>();
  return variants.flatMap(({ id }, index) => {
    if (id === undefined) return [];
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    const found = `the id ${JSON.stringify(id)} a second time`;
    return [
      {
        path: ['variants', index, 'id'],
        found,
        expected: 'every variant id once',
        severity: 'error' as const,
      },
    ];
  });
}

function checkProbes({ probes = [], class_names: names }: Manifest): ConsistencyProblem[] {
  return probes.flatMap(({ expect = [] }, probe) =>
    expect.flatMap(({ class: name }, index) =>
      names.includes(name)
        ? []
        : [
            {
              path: ['probes', probe, 'expect', index, 'class'],
              found: JSON.stringify(name),
              expected: 'one of class_names',
              severity: 'error' as const,
            },
          ],
    ),
  );
}
