import type { Command } from 'commander';

/** Which variants of a model are meant. */
export interface VariantOptions {
  readonly variant?: readonly string[];
  readonly allVariants?: boolean;
}

const another = (id: string, before: readonly string[] = []): readonly string[] => [...before, id];

export function withVariantOptions(command: Command): Command {
  return command
    .option('--variant <id>', 'this variant (`care show REF` lists them); may be repeated', another)
    .option('--all-variants', 'every variant');
}
