export type Environment = Readonly<Record<string, string | undefined>>;

/** The first variable that says something; an empty one counts as absent. */
export function variable(env: Environment, ...names: readonly string[]): string | undefined {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
}
