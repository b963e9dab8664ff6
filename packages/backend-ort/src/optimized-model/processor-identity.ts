import { closeSync, openSync, readSync } from 'node:fs';
import { cpus } from 'node:os';

let known: string | undefined;

/** Model and, where the system tells them, instruction sets of the processor. The same for the life of the process. */
export function processorIdentity(): string {
  known ??= firstOfCpuinfo() ?? cpus()[0]?.model ?? 'unknown';
  return known;
}

/** Lines of /proc/cpuinfo that name the kind of a processor: x86 has `model name` and `flags`, ARM `CPU part` and `Features`. */
const KIND = /^(?:vendor_id|cpu family|model|model name|stepping|flags|CPU [a-z]+|Features)\s*:/;

/** The first processor's block; the whole file takes long to read on a machine with many of them. */
function firstOfCpuinfo(): string | undefined {
  let file: number;
  try {
    file = openSync('/proc/cpuinfo', 'r');
  } catch {
    return undefined; // no Linux
  }
  try {
    const text = Buffer.alloc(8192);
    const [block = ''] = text.toString('latin1', 0, readSync(file, text)).split('\n\n', 1);
    return (
      block
        .split('\n')
        .filter((line) => KIND.test(line))
        .join('\n') || undefined
    );
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}
