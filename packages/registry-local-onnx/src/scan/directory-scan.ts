import {
  readManifestFile,
  sortProblems,
  type Manifest,
  type ManifestProblem,
  type ParsedManifest,
} from '@care/model-manifest';
import { isCareError } from '@care/registry-core';
import { readDeployments, type LocalDeployment } from './deployment-files.js';
import { fileSignature, SignatureCache } from './file-signature.js';
import {
  findManifests,
  type FindOptions,
  type FoundFile,
  type FoundFiles,
  type ScanObstacle,
} from './find-manifests.js';

/** A manifest that can be used. */
export interface LocalManifest {
  readonly found: FoundFile;
  readonly parsed: ParsedManifest;
  readonly manifest: Manifest;
}

/** A manifest that cannot be used, and the id it states (or would have, by its file name). */
export interface BrokenManifest {
  readonly found: FoundFile;
  readonly parsed: ParsedManifest;
  readonly modelId: string;
  readonly version?: string;
  readonly problems: readonly ManifestProblem[];
}

/** What a models directory holds at one moment. */
export interface DirectoryScan {
  readonly exists: boolean;
  readonly usable: readonly LocalManifest[];
  readonly broken: readonly BrokenManifest[];
  readonly deployments: readonly LocalDeployment[];
  /** Errors and warnings of all files, sorted by file and position. */
  readonly problems: readonly ManifestProblem[];
  /** Unreadable directories and manifests, so that a model that is not found may still be there. */
  readonly hidden: readonly ScanObstacle[];
  readonly models: readonly FoundFile[];
  readonly directories: readonly string[];
}

const NOTHING: FoundFiles = { manifests: [], deployments: [], models: [], directories: [], obstacles: [] };
const AT_ONCE = 16;
const CACHED = 20_000;

/** Scans one directory again and again; manifests that did not change are not read again. */
export class DirectoryScanner {
  private readonly cache = new SignatureCache<ParsedManifest>(CACHED);

  constructor(
    private readonly root: string,
    private readonly options: FindOptions,
  ) {}

  /** @throws CareError as {@link findManifests}; what is wrong with manifests is in the result */
  async scan(): Promise<DirectoryScan> {
    const files = await findManifests(this.root, this.options);
    const { manifests, models, directories, obstacles, ...found } = files ?? NOTHING;
    const read: Outcome[] = [];
    for (let start = 0; start < manifests.length; start += AT_ONCE) {
      read.push(
        ...(await Promise.all(manifests.slice(start, start + AT_ONCE).map((found) => this.read(found)))),
      );
    }
    const deployments = await readDeployments(found.deployments);
    const { usable, broken } = separateDuplicates(read.filter((one) => one !== undefined));
    const problems = [
      ...usable.flatMap(({ parsed }) => parsed.problems),
      ...broken.flatMap((one) => one.problems),
      ...deployments.flatMap((one) => one.problems),
      ...obstacles.map(obstacleProblem),
    ];
    return {
      exists: files !== undefined,
      usable,
      broken,
      deployments,
      problems: sortProblems(problems),
      hidden: obstacles.filter(({ hidesModels }) => hidesModels),
      models,
      directories,
    };
  }

  private async read(found: FoundFile): Promise<Outcome> {
    try {
      const readAt = Date.now();
      const signature = await fileSignature(found.realPath);
      const known = this.cache.get(found.realPath, signature);
      const parsed =
        known?.file === found.label ? known : await readManifestFile(found.realPath, found.label);
      if (parsed !== known) this.cache.set(found.realPath, signature, readAt, parsed);
      return { found, parsed };
    } catch (error) {
      const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
      // Removed between listing and reading: it is not there, and nothing is lost.
      if (code === 'ENOENT') return undefined;
      const reason = isCareError(error) || error instanceof Error ? error.message : String(error);
      const problem = {
        file: found.label,
        jsonPath: '$',
        found: `an unreadable file (${reason})`,
        expected: 'a file that may be read',
      };
      const problems = [{ ...problem, severity: 'error' as const }];
      return { found, parsed: { file: found.label, problems, locate: () => ({ jsonPath: '$' }) } };
    }
  }
}

type Outcome = { readonly found: FoundFile; readonly parsed: ParsedManifest } | undefined;

/** Two manifests of one model id and version: nobody can tell which is meant, so neither is usable. */
function separateDuplicates(read: readonly NonNullable<Outcome>[]): {
  usable: LocalManifest[];
  broken: BrokenManifest[];
} {
  const groups = new Map<string, LocalManifest[]>();
  const broken: BrokenManifest[] = [];
  for (const { found, parsed } of read) {
    const { manifest } = parsed;
    if (manifest === undefined) {
      const { modelId = nameWithoutExtension(found.label), version, problems } = parsed;
      broken.push({ found, parsed, modelId, ...(version === undefined ? {} : { version }), problems });
      continue;
    }
    const key = JSON.stringify([manifest.model_id, manifest.version ?? null]);
    const group = groups.get(key) ?? [];
    group.push({ found, parsed, manifest });
    groups.set(key, group);
  }
  const usable: LocalManifest[] = [];
  for (const group of groups.values()) {
    const [first, ...others] = group;
    if (others.length === 0) usable.push(...group);
    else if (first !== undefined)
      broken.push(...group.map((one, index) => duplicate(one, index === 0 ? others : [first])));
  }
  return { usable, broken };
}

function duplicate(
  { found, parsed, manifest }: LocalManifest,
  others: readonly LocalManifest[],
): BrokenManifest {
  const { model_id: modelId, version } = manifest;
  const what = version === undefined ? 'without a version' : `version ${version}`;
  const problem: ManifestProblem = {
    file: found.label,
    ...parsed.locate([version === undefined ? 'model_id' : 'version']),
    found: `${JSON.stringify(modelId)} ${what}, as in ${others.map((other) => other.found.label).join(', ')}`,
    expected: 'each model_id and version once; give one of them another model_id or version',
    severity: 'error',
  };
  return {
    found,
    parsed,
    modelId,
    ...(version === undefined ? {} : { version }),
    problems: [...parsed.problems, problem],
  };
}

function obstacleProblem({ label, reason, path }: ScanObstacle): ManifestProblem {
  const manifest = path.endsWith('.json');
  return {
    file: label,
    jsonPath: '$',
    found: manifest
      ? `a manifest that cannot be read: ${reason}`
      : `something that cannot be read: ${reason}`,
    expected: 'a readable file or directory below the models directory',
    severity: manifest ? 'error' : 'warning',
  };
}

const nameWithoutExtension = (label: string): string =>
  label.slice(label.lastIndexOf('/') + 1).replace(/\.json$/, '');
