import type { Care } from '@care/model-manager';
import { CareError, errorMessage, type ModelPackage } from '@care/registry-core';
import { readHardware } from '../hardware/read-hardware.js';
import type { Hardware } from '../hardware/hardware.js';
import { contentHash } from '../profile/canonical-json.js';
import type { ProfileIdentity } from '../profile/profile.js';
import { ArtifactHashes } from './artifact-hashes.js';
import { packageSettings } from './candidate-spec.js';

/** How a model is run; absent is the choice of backend or engine. */
export interface Running {
  readonly variant: string;
  readonly backend: string;
  readonly device?: string | undefined;
  readonly threads?: number | undefined;
  readonly replicas: number;
  readonly batch: number;
  readonly isolation: 'thread' | 'process';
}

/** Tells exactly what a measurement here would be of. */
export class Identities {
  readonly hardware: Hardware;
  readonly #care: Pick<Care, 'plugins' | 'probe'>;
  readonly #hashes = new ArtifactHashes();
  readonly #engines = new Map<string, Promise<string | null>>();

  constructor(care: Pick<Care, 'plugins' | 'probe'>, hardware: Hardware = readHardware()) {
    this.#care = care;
    this.hardware = hardware;
  }

  /** Undefined when a file of the variant is not here yet and its content is not stated. @throws CareError PLUGIN_NOT_FOUND */
  async of(model: ModelPackage, running: Running): Promise<ProfileIdentity | undefined> {
    const variant = model.variants.find(({ id }) => id === running.variant);
    const artifacts = variant === undefined ? undefined : await this.#hashes.of(variant);
    if (artifacts === undefined) return undefined;
    const { device = null, threads = null, replicas, batch, isolation } = running;
    return {
      artifacts,
      settings: contentHash(packageSettings(model)),
      backend: await this.backend(running.backend),
      ...{ device, threads, replicas, batch, isolation },
      hardware: this.hardware,
    };
  }

  /** @throws CareError PLUGIN_NOT_FOUND */
  async backend(name: string): Promise<ProfileIdentity['backend']> {
    const plugin = this.#care.plugins.find(
      ({ descriptor, state }) =>
        descriptor.kind === 'backends' && descriptor.name === name && state !== 'disabled',
    );
    if (plugin === undefined) throw new CareError('PLUGIN_NOT_FOUND', `there is no backend "${name}"`);
    const { packageName, packageVersion } = plugin.descriptor;
    return {
      name,
      package: packageName,
      packageVersion,
      engineVersion: await this.#engineVersion(name),
      options: plugin.options ?? {},
    };
  }

  #engineVersion(name: string): Promise<string | null> {
    let version = this.#engines.get(name);
    if (version === undefined) {
      version = this.#care
        .probe(name)
        .then(({ engineVersion }) => engineVersion ?? null)
        // One that cannot be probed may still run; what cannot run is told when it is opened.
        .catch((error: unknown) => `unknown: ${errorMessage(error)}`.slice(0, 200));
      this.#engines.set(name, version);
    }
    return version;
  }
}
