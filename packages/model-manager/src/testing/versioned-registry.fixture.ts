import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CareError,
  CONTRACT_VERSION,
  type DeploymentSpec,
  type ModelPackage,
  type ModelReference,
  type ModelRegistry,
  type RegistryChange,
} from '@care/registry-core';
import { detectorPackage, scriptedVariant } from './scripted-host.fixture.js';

/** A registry in memory whose versions a test puts, changes and takes away, and tells so. */
export class VersionedRegistry implements ModelRegistry {
  readonly contract = CONTRACT_VERSION;
  readonly name = 'test';
  readonly #versions = new Map<string, ModelPackage>();
  readonly #listeners = new Set<(change: RegistryChange) => void>();
  #spec: DeploymentSpec | undefined;

  constructor(private readonly folder: string) {}

  /** A version whose model file says what the scripted backend is to do. `''` is the unversioned one. */
  async put(version: string, says: string, more: Partial<ModelPackage> = {}): Promise<void> {
    const known = this.#versions.has(version);
    await this.write(version, says);
    const variant = scriptedVariant(join(this.folder, `${version}.scripted`));
    const stated = version === '' ? {} : { version };
    this.#versions.set(version, detectorPackage([variant], { ...stated, ...more }));
    this.tell(known ? 'changed' : 'added', version);
  }

  /** The file alone, without telling. */
  async write(version: string, says: string): Promise<void> {
    await writeFile(join(this.folder, `${version}.scripted`), says);
  }

  take(version: string): void {
    this.#versions.delete(version);
    this.tell('removed', version);
  }

  /** Its manifest cannot be read any more. */
  spoil(version: string): void {
    this.#versions.delete(version);
    this.tell('invalid', version, new CareError('MANIFEST_INVALID', `the manifest of ${version} is spoilt`));
  }

  state(spec: Omit<DeploymentSpec, 'modelId'> | undefined): void {
    this.#spec = spec === undefined ? undefined : { modelId: 'grey', ...spec };
    this.tell('deployment');
  }

  tell(kind: RegistryChange['kind'], version = '', error?: unknown): void {
    const stated = version === '' ? {} : { version };
    for (const listener of this.#listeners)
      listener({ kind, modelId: 'grey', ...stated, ...(error === undefined ? {} : { error }) });
  }

  resolve({ modelId, selector }: ModelReference): Promise<ModelPackage> {
    const wanted = selector ?? [...this.#versions.keys()].sort().at(-1) ?? '';
    const found = modelId === 'grey' ? this.#versions.get(wanted) : undefined;
    if (found !== undefined) return Promise.resolve(found);
    return Promise.reject(new CareError('MODEL_NOT_FOUND', `no ${modelId}@${wanted}`));
  }

  deployment(): Promise<DeploymentSpec | undefined> {
    return Promise.resolve(this.#spec);
  }

  watch(listener: (change: RegistryChange) => void): Promise<() => Promise<void>> {
    this.#listeners.add(listener);
    return Promise.resolve(() => {
      this.#listeners.delete(listener);
      return Promise.resolve();
    });
  }
}
