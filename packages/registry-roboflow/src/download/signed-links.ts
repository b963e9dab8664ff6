import type { Described } from '../description/model-description.js';

const MAX_MODELS = 256;

/** Signed URLs of the last answers, in memory only: they are as good as keys for the minutes that they last. */
export class SignedLinks {
  private readonly byModel = new Map<string, ReadonlyMap<string, string>>();

  keep({ description, links }: Described): void {
    this.byModel.delete(description.id);
    this.byModel.set(description.id, links);
    const [oldest] = this.byModel.keys();
    if (this.byModel.size > MAX_MODELS && oldest !== undefined) this.byModel.delete(oldest);
  }

  find(id: string, key: string): string | undefined {
    return this.byModel.get(id)?.get(key);
  }
}
