/** What the unversioned one is called in labels. */
const UNVERSIONED = 'unversioned';

export function versionLabel(version: string | null): string {
  return version ?? UNVERSIONED;
}
