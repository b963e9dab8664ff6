import {
  CareError,
  createBackend,
  errorMessage,
  type BackendProbe,
  type InferenceBackend,
  type PluginDescriptor,
} from '@care/registry-core';
import type { PluginSet } from '../care/plugin-set.js';
import type { BackendFacts, DeviceFacts } from './negotiation.js';

/** Of a backend that knows without native code that no device of its own works here; a thorough survey tells why. */
const NOTHING_HERE: DeviceFacts = {
  id: 'any',
  available: false,
  reason: 'what it needs is not on this machine; `care doctor` tells what',
};

/**
 * What the installed backends can do here. They are made on the host only for what needs no native code: their formats and the devices
 * that may be there. What that leaves open is probed in a process of its own, once.
 */
export class BackendSurvey {
  readonly #plugins: PluginSet;
  readonly #probe: (descriptor: PluginDescriptor) => Promise<BackendProbe>;
  readonly #backends = new Map<PluginDescriptor, Promise<InferenceBackend>>();
  readonly #probes = new Map<PluginDescriptor, Promise<readonly DeviceFacts[] | undefined>>();

  constructor(plugins: PluginSet, probe: (descriptor: PluginDescriptor) => Promise<BackendProbe>) {
    this.#plugins = plugins;
    this.#probe = probe;
  }

  /**
   * Facts of one backend; a broken one is a fact too.
   * @param thorough probe it even where its devices are no question, so that each is known with its reason
   * @param required the host asks for something in particular: what keeps it from that is to be told with its reason
   */
  async facts(descriptor: PluginDescriptor, thorough: boolean, required: boolean): Promise<BackendFacts> {
    try {
      const backend = await this.#made(descriptor);
      const { formats } = backend;
      const possible = backend.possibleDevices?.();
      const [only] = possible ?? [];
      if (!thorough && only !== undefined && possible?.length === 1)
        return { descriptor, formats, devices: [{ id: only, available: true }] };
      if (!thorough && possible === undefined) return { descriptor, formats };
      if (!thorough && !required && possible?.length === 0)
        return { descriptor, formats, devices: [NOTHING_HERE] };
      const devices = await this.#probed(descriptor);
      return { descriptor, formats, ...(devices === undefined ? {} : { devices }) };
    } catch (error) {
      return { descriptor, formats: [], broken: errorMessage(error) };
    }
  }

  /** @throws what keeps the backend from being made */
  async check(descriptor: PluginDescriptor): Promise<void> {
    await this.#made(descriptor);
  }

  async dispose(): Promise<void> {
    const made = await Promise.allSettled(this.#backends.values());
    for (const outcome of made) if (outcome.status === 'fulfilled') await outcome.value.dispose?.();
  }

  #made(descriptor: PluginDescriptor): Promise<InferenceBackend> {
    let backend = this.#backends.get(descriptor);
    if (backend === undefined) {
      backend = this.#plugins.use(descriptor, (definition, options) => {
        if (definition.kind !== 'backend') {
          throw new CareError('PLUGIN_INVALID', `plugin "${descriptor.name}" is no backend`);
        }
        return createBackend(definition, options, this.#plugins.context);
      });
      this.#backends.set(descriptor, backend);
    }
    return backend;
  }

  #probed(descriptor: PluginDescriptor): Promise<readonly DeviceFacts[] | undefined> {
    let probe = this.#probes.get(descriptor);
    if (probe === undefined) {
      probe = this.#runProbe(descriptor);
      this.#probes.set(descriptor, probe);
    }
    return probe;
  }

  /** A driver that kills the probe says nothing about the other devices: then the choice is the backend's. */
  async #runProbe(descriptor: PluginDescriptor): Promise<readonly DeviceFacts[] | undefined> {
    try {
      const { devices, available, reason } = await this.#probe(descriptor);
      if (!available && devices.length === 0) {
        return [{ id: 'any', available: false, reason: reason ?? 'is not available here' }];
      }
      return devices.map(({ id, available: here, reason: why }) => ({
        id,
        available: here,
        ...(why === undefined ? {} : { reason: why }),
      }));
    } catch (error) {
      this.#plugins.logger.warn(
        { backend: descriptor.name, reason: errorMessage(error) },
        'a backend could not be probed; it chooses its device itself',
      );
      return undefined;
    }
  }
}
