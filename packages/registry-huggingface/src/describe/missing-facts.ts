import { CareError } from '@care/registry-core';

/** Something that neither the repository nor the host's options tell. */
export interface MissingFact {
  readonly what: string;
  /** Field of the options that states it. */
  readonly option: string;
  /** Why what the repository says does not do. */
  readonly reason?: string;
}

const EXAMPLES: Readonly<Record<string, string>> = {
  task: '"task": "object-detection"',
  classes: '"classes": ["standing", "lying"]',
  inputSize: '"inputSize": [640, 640]',
  family: '"family": "yolov8"',
  preprocessing: '"preprocessing": { "resize": "stretch", "scale": 0.00392156862745098 }',
  file: '"file": "model.onnx"',
};

/** @returns CareError `OPTIONS_INVALID` that tells each missing fact, and the two places where it can be said */
export function missingFacts(repo: string, missing: readonly MissingFact[]): CareError {
  const lines = missing.map(({ what, option, reason }) => {
    return `  ${what}: \`${option}\`${reason === undefined ? '' : ` (${reason})`}`;
  });
  const options = [...new Set(missing.map(({ option }) => option))];
  const example = options.map((option) => EXAMPLES[option] ?? `"${option}": ...`).join(', ');
  return new CareError(
    'OPTIONS_INVALID',
    [`The repository ${repo} does not tell all that is needed to run its model. State:`, ...lines].join('\n'),
    {
      remedy: `Put it into the options of the registry, e.g. { "huggingface": { "models": { "${repo}": { ${example} } } } }, or a manifest care.json into the repository.`,
      details: {
        repo,
        missing: missing.map(({ what, option, reason }) => ({
          what,
          option,
          ...(reason === undefined ? {} : { reason }),
        })),
      },
    },
  );
}
