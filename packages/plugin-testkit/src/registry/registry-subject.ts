import type { CareErrorCode, ModelRegistry, RegistryDefinition } from '@care/registry-core';

/** A registry to be checked and what the suite may ask it. */
export interface RegistrySubject {
  readonly registry: ModelRegistry;
  /** A reference to a model that it has, whose artifacts can be made local. */
  readonly has: string;
  /** A reference to a model that it does not have. */
  readonly missing: string;
  /** A reference that it cannot answer, and the code it must fail with. */
  readonly broken?: { readonly reference: string; readonly code: CareErrorCode };
  /** The plugin's default export; its options schema and factory are checked too. */
  readonly definition?: RegistryDefinition;
  /** Removes what `create` made (folders, servers). Called after the registry's own `dispose`. */
  dispose?(): void | Promise<void>;
}

/** Called for each check, so that none sees what another left behind. */
export type CreateRegistrySubject = () => RegistrySubject | Promise<RegistrySubject>;
