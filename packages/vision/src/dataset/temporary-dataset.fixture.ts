import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of files, removed by `dispose`. Pictures may be empty: data sets are opened without looking into them. */
export class TemporaryDataset implements Disposable {
  readonly dir = mkdtempSync(join(tmpdir(), 'care-dataset-'));

  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [file, content] of Object.entries(files)) this.write(file, content);
  }

  path(...parts: string[]): string {
    return join(this.dir, ...parts);
  }

  write(file: string, content: string): void {
    mkdirSync(dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), content);
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
