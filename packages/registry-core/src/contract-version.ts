/** Version of the plugin contract. A plugin built for another version is reported, never loaded. */
export const CONTRACT_VERSION = 1;
export type ContractVersion = typeof CONTRACT_VERSION;
