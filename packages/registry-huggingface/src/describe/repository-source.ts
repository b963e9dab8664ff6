import type { OnnxFacts } from '@care/model-manifest';
import type { HubFile } from '../hub/hub-file.js';

/** A repository at a commit, wherever it is read from: the Hub, or a snapshot in the cache. */
export interface RepositorySource {
  readonly repo: string;
  readonly commit: string;
  readonly files: readonly HubFile[];
  /** The task that the Hub states, in its words. */
  readonly pipelineTag?: string;
  /** A small file. */
  bytes(file: HubFile): Promise<Uint8Array>;
  /** What an ONNX file tells, without its weights. */
  onnx(file: HubFile): Promise<OnnxFacts>;
}

/** The file of that path in the repository. */
export const fileAt = (source: RepositorySource, path: string): HubFile | undefined =>
  source.files.find((file) => file.path === path);
