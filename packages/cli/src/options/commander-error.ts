import type { CareError } from '@care/registry-core';
import type { CommanderError } from 'commander';
import { usageError } from './usage-error.js';

/** Commander's complaint in our form: its message without the label, its suggestion as the remedy. */
export function usageErrorFrom(error: CommanderError, args: readonly string[]): CareError {
  const [first = '', ...rest] = error.message.split('\n');
  const message = first.replace(/^error: /, '');
  const suggestion = rest
    .join(' ')
    .trim()
    .replace(/^\((.*)\)$/, '$1');
  const command = args.find((argument) => !argument.startsWith('-'));
  const known = error.code !== 'commander.unknownCommand' && command !== undefined;
  const help = `\`care ${known ? `${command} ` : ''}--help\` shows what is possible.`;
  return usageError(upperFirst(message), suggestion === '' ? upperFirst(help) : `${suggestion} ${help}`);
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
