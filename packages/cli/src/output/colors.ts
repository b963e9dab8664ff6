import pc from 'picocolors';
import type { CliIo, OutputStream } from '../cli-io.js';

export type Colors = ReturnType<typeof pc.createColors>;

/**
 * Colours for one stream: `--no-color` and a non-empty `NO_COLOR` (https://no-color.org) switch them off,
 * `FORCE_COLOR` (other than 0) on; otherwise only a terminal gets them.
 */
export function colorsFor(stream: OutputStream, io: Pick<CliIo, 'env'>, wanted = true): Colors {
  const { NO_COLOR: no = '', FORCE_COLOR: force = '', TERM: term } = io.env;
  if (!wanted || no !== '') return pc.createColors(false);
  if (force !== '') return pc.createColors(force !== '0' && force !== 'false');
  return pc.createColors(stream.isTTY === true && term !== 'dumb');
}
