import {
  descending,
  isError,
  nearNames,
  problemsError,
  selectVersion,
  type ManifestProblem,
} from '@care/model-manifest';
import {
  CareError,
  CONTRACT_VERSION,
  type DeploymentSpec,
  type Logger,
  type ModelPackage,
  type ModelReference,
  type ModelRegistry,
  type ModelSummary,
  type RegistryCallOptions,
  type RegistryChange,
} from '@care/registry-core';
import { ModelFiles } from './files/model-files.js';
import type { Settings } from './options.js';
import { abortable } from './scan/abortable.js';
import { DirectoryScanner, type DirectoryScan } from './scan/directory-scan.js';
import { LatestRun } from './scan/latest-run.js';
import { watchDirectory } from './watch/watch-directory.js';

export const REGISTRY_NAME = 'local-onnx';
const SHOWN_NAMES = 20;

/** Models described by JSON manifests in a directory. Every call looks at the directory again, so that changes need no restart. */
export class LocalOnnxRegistry implements ModelRegistry {
  readonly contract = CONTRACT_VERSION;
  readonly name = REGISTRY_NAME;
  private readonly files: ModelFiles;
  private readonly scans: LatestRun<DirectoryScan>;
  private readonly watches = new Set<() => Promise<void>>();
  /** The first scan without errors has been: from then on a broken manifest concerns its own model only. */
  private accepted = false;
  private reported = '';

  constructor(
    private readonly settings: Settings,
    private readonly logger: Logger,
  ) {
    const scanner = new DirectoryScanner(settings.dir, settings);
    this.files = new ModelFiles(settings);
    this.scans = new LatestRun(() => scanner.scan());
  }

  async resolve(reference: ModelReference, { signal }: RegistryCallOptions = {}): Promise<ModelPackage> {
    const { modelId } = reference;
    const scan = await this.scan(signal);
    const selector = aliased(reference, scan);
    const versions = scan.usable.filter(({ manifest }) => manifest.model_id === modelId);
    const candidates = versions.map((local) => ({ local, version: local.manifest.version }));
    const chosen = selectVersion(candidates, selector);
    if (chosen === undefined) throw this.notFound(reference, scan);
    const { package: model, problems } = await this.files.readPackage(chosen.local, signal);
    const errors = problems.filter(isError);
    if (errors.length > 0) {
      throw problemsError(
        'MODEL_INCOMPATIBLE',
        `The manifest ${chosen.local.found.path} and its model file disagree`,
        errors,
      );
    }
    for (const problem of problems)
      this.logger.warn({ problem }, `${problem.file}: ${problem.found}; ${problem.expected}`);
    return model;
  }

  async list({ signal }: RegistryCallOptions = {}): Promise<readonly ModelSummary[]> {
    const { usable } = await this.scan(signal);
    const ids = [...new Set(usable.map(({ manifest }) => manifest.model_id))].sort();
    return ids.flatMap((id) => {
      const versions = usable.filter(({ manifest }) => manifest.model_id === id);
      return descending(versions.map((local) => ({ local, version: local.manifest.version }))).map(
        ({ local: { manifest, found } }): ModelSummary => ({
          modelId: id,
          ...(manifest.version === undefined ? {} : { version: manifest.version }),
          task: manifest.task_type === 'keypoint-detection' ? 'pose-estimation' : manifest.task_type,
          source: found.path,
        }),
      );
    });
  }

  async deployment(
    modelId: string,
    { signal }: RegistryCallOptions = {},
  ): Promise<DeploymentSpec | undefined> {
    const scan = await this.scan(signal);
    const stated = scan.deployments.find((one) => one.modelId === modelId);
    if (stated === undefined) return undefined;
    if (stated.spec !== undefined) return stated.spec;
    throw problemsError(
      'MANIFEST_INVALID',
      `The deployment ${stated.found.path} is not valid`,
      stated.problems.filter(isError),
    );
  }

  async watch(listener: (change: RegistryChange) => void): Promise<() => Promise<void>> {
    if (!this.settings.enabled) return () => Promise.resolve();
    const { dir, allowOutside, polling } = this.settings;
    const scan = () => this.scans.run();
    const { logger } = this;
    const stop = await watchDirectory({ dir, allowOutside, polling, scan, listener, logger });
    this.watches.add(stop);
    return async () => {
      this.watches.delete(stop);
      await stop();
    };
  }

  async dispose(): Promise<void> {
    const watches = [...this.watches];
    this.watches.clear();
    await Promise.all(watches.map((stop) => stop()));
  }

  private async scan(signal: AbortSignal | undefined): Promise<DirectoryScan> {
    const { enabled } = this.settings;
    const scan = await abortable(() => (enabled ? this.scans.run() : Promise.resolve(NO_MODELS)), signal);
    if (!enabled) return scan;
    const errors = scan.problems.filter(isError);
    if (this.settings.strict && !this.accepted && errors.length > 0) throw invalid(this.settings.dir, errors);
    this.accepted = true;
    this.report(scan);
    return scan;
  }

  /** Says what is wrong once, and again when it is something else. */
  private report({ exists, usable, broken, problems }: DirectoryScan): void {
    const empty = usable.length === 0 && broken.length === 0;
    const key = JSON.stringify([exists, empty, problems]);
    if (key === this.reported) return;
    this.reported = key;
    const { dir } = this.settings;
    if (!exists)
      this.logger.warn({ dir }, `The models directory ${dir} does not exist; there are no local models.`);
    else if (empty)
      this.logger.warn({ dir }, `There is no manifest (*.json) in ${dir}; there are no local models.`);
    for (const problem of problems) {
      const { file, jsonPath, found, expected, severity } = problem;
      const message = `${file} ${jsonPath}: found ${found}, expected ${expected}`;
      if (severity === 'error') this.logger.error({ problem }, message);
      else this.logger.warn({ problem }, message);
    }
  }

  private notFound({ raw, modelId, selector }: ModelReference, scan: DirectoryScan): CareError {
    const { dir, enabled } = this.settings;
    const broken = scan.broken.filter((one) => one.modelId === modelId);
    if (broken.length > 0) {
      const problems = broken.flatMap((one) => one.problems).filter(isError);
      return problemsError('MANIFEST_INVALID', `The manifest of ${modelId} in ${dir} is not valid`, problems);
    }
    if (scan.hidden.length > 0) {
      const what = scan.hidden.map(({ label, reason }) => `${label} (${reason})`).join(', ');
      return new CareError(
        'REGISTRY_UNAVAILABLE',
        `${raw} was not found in ${dir}, but not all of it could be read: ${what}.`,
        {
          remedy: 'Make it readable, or remove it.',
        },
      );
    }
    const versions = scan.usable
      .filter(({ manifest }) => manifest.model_id === modelId)
      .map(({ manifest }) => manifest.version);
    const details = { dir, modelId, ...(selector === undefined ? {} : { selector }) };
    if (versions.length > 0) {
      const known = versions.map((version) => version ?? 'one without a version').join(', ');
      return new CareError('MODEL_NOT_FOUND', `${dir} has no version "${selector ?? ''}" of ${modelId}.`, {
        remedy: `Ask for one that is there: ${known}.`,
        details,
      });
    }
    const names = [...new Set(scan.usable.map(({ manifest }) => manifest.model_id))].sort();
    const message = enabled
      ? `${dir} has no model "${modelId}".`
      : 'Local models are switched off (LOCAL_MODELS_ENABLED).';
    return new CareError('MODEL_NOT_FOUND', message, { remedy: remedyFor(modelId, names, enabled), details });
  }
}

/** What a name of the model's deployment stands for; anything else stands for itself. */
function aliased({ modelId, selector }: ModelReference, scan: DirectoryScan): string | undefined {
  if (selector === undefined) return undefined;
  const aliases = scan.deployments.find((one) => one.modelId === modelId)?.spec?.aliases ?? {};
  return Object.hasOwn(aliases, selector) ? aliases[selector] : selector;
}

function remedyFor(modelId: string, names: readonly string[], enabled: boolean): string {
  if (!enabled) return 'Set LOCAL_MODELS_ENABLED=true to use them.';
  const near = nearNames(modelId, names);
  if (near.length > 0) return `Did you mean ${near.join(' or ')}?`;
  if (names.length === 0) return 'The directory has no manifests; `care import FILE.onnx` writes one.';
  const more = names.length > SHOWN_NAMES ? `, and ${names.length - SHOWN_NAMES} more` : '';
  return `Models that are there: ${names.slice(0, SHOWN_NAMES).join(', ')}${more}.`;
}

function invalid(dir: string, errors: readonly ManifestProblem[]): CareError {
  const files = new Set(errors.map(({ file }) => file)).size;
  const count = `${errors.length} ${errors.length === 1 ? 'error' : 'errors'} in ${files} ${files === 1 ? 'manifest' : 'manifests'}`;
  return problemsError('MANIFEST_INVALID', `The models directory ${dir} has ${count}`, errors);
}

const NO_MODELS: DirectoryScan = {
  exists: true,
  usable: [],
  broken: [],
  deployments: [],
  problems: [],
  hidden: [],
  models: [],
  directories: [],
};
