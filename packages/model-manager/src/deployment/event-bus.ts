import { errorMessage, type Logger } from '@care/registry-core';
import type { DeploymentEvent, DeploymentObserver, RequestObservation } from './deployment.js';

/** Tells events to whoever listens; one that fails keeps no other from hearing, nor the deployment from going on. */
export class EventBus {
  readonly #listeners = new Set<(event: DeploymentEvent) => void>();

  constructor(
    private readonly observer: DeploymentObserver | undefined,
    private readonly logger: Logger,
  ) {}

  subscribe(listener: (event: DeploymentEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  emit(event: DeploymentEvent): void {
    this.#safely(() => this.observer?.event?.(event));
    for (const listener of this.#listeners) this.#safely(() => listener(event));
  }

  request(observation: RequestObservation): void {
    this.#safely(() => this.observer?.request?.(observation));
  }

  #safely(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.logger.error({ error: errorMessage(error) }, 'a listener of deployment events failed');
    }
  }
}
