import type { HttpClient } from '@care/artifact-store';
import { CareError, isCareError } from '@care/registry-core';
import { z } from 'zod';
import { boundedResponse } from './bounded-response.js';
import { hubError, type HubQuestion } from './hub-errors.js';
import type { HubFile } from './hub-file.js';

/** What the Hub says of a repository at a branch, tag or commit. */
export interface HubRevision {
  readonly commit: string;
  readonly pipelineTag?: string;
  readonly files: readonly HubFile[];
}

export interface HubClientOptions {
  readonly endpoint: string;
  readonly http: HttpClient;
  readonly token: string | undefined;
}

const COMMIT = /^[0-9a-f]{40}$/;
const MAX_ANSWER = 64 * 1024 * 1024;
const MAX_FILES = 100_000;

const infoSchema = z.object({ sha: z.string().regex(COMMIT), task: z.string().nullish() });
const entrySchema = z.object({
  type: z.string(),
  path: z.string().min(1).max(4096),
  size: z.int().min(0),
  oid: z.string().regex(/^[0-9a-f]{40}$/),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().min(0) }).nullish(),
});

/** The Hub's API by `@huggingface/hub`, and the addresses of its files. */
export class HubClient {
  readonly endpoint: string;
  readonly #http: HttpClient;
  readonly #token: string | undefined;

  constructor({ endpoint, http, token }: HubClientOptions) {
    this.endpoint = endpoint;
    this.#http = http;
    this.#token = token;
  }

  get authorized(): boolean {
    return this.#token !== undefined;
  }

  /** For requests to the Hub itself; a CDN it redirects to is not sent them. */
  get headers(): Record<string, string> {
    return this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
  }

  /** Commit and files of a revision. @throws CareError MODEL_NOT_FOUND, UNAUTHORIZED, REGISTRY_UNAVAILABLE, REGISTRY_TIMEOUT, OFFLINE, ABORTED */
  async revision(repo: string, revision: string, signal?: AbortSignal): Promise<HubRevision> {
    // Loaded when first needed: it is large.
    const { listFiles, modelInfo } = await import('@huggingface/hub');
    const { endpoint } = this;
    const question = { endpoint, repo, revision, authorized: this.authorized };
    const fetch = this.#fetchFor(question, signal);
    return await understood(question, this.#http.redact, async () => {
      const info = infoSchema.parse(
        await modelInfo({ name: repo, revision, hubUrl: endpoint, fetch, additionalFields: ['sha'] }),
      );
      const files: HubFile[] = [];
      const tree = listFiles({ repo, revision: info.sha, recursive: true, hubUrl: endpoint, fetch });
      for await (const entry of tree) {
        if (entry.type !== 'file') continue;
        files.push(toHubFile(entrySchema.parse(entry)));
        if (files.length > MAX_FILES) throw tooLarge(question);
      }
      return {
        commit: info.sha,
        files,
        ...(info.task === null || info.task === undefined ? {} : { pipelineTag: info.task }),
      };
    });
  }

  /** Where a file of a commit is: the Hub answers itself for small ones, and redirects to a CDN for large ones. */
  fileUrl(repo: string, commit: string, path: string): string {
    const encoded = path.split('/').map(encodeURIComponent).join('/');
    return `${this.endpoint}/${repo}/resolve/${commit}/${encoded}`;
  }

  /** A file, or a part of it (`range`). @throws CareError as {@link revision}, ARTIFACT_MISSING */
  async file(
    { repo, commit, path }: { readonly repo: string; readonly commit: string; readonly path: string },
    {
      range,
      signal,
      url,
    }: { readonly range?: string; readonly signal?: AbortSignal; readonly url?: string } = {},
  ): Promise<Response> {
    const { endpoint } = this;
    const question = { endpoint, repo, revision: commit, path, authorized: this.authorized };
    const fetch = this.#fetchFor(question, signal);
    return await fetch(url ?? this.fileUrl(repo, commit, path), {
      headers: range === undefined ? {} : { range: `bytes=${range}` },
    });
  }

  /** A `fetch` that is authorised at the Hub alone, and throws what an answer means. */
  #fetchFor(question: HubQuestion, signal: AbortSignal | undefined): typeof fetch {
    const origin = new URL(this.endpoint).origin;
    return async (input, init) => {
      const url = typeof input === 'string' || input instanceof URL ? new URL(input) : new URL(input.url);
      const headers = new Headers(init?.headers);
      if (url.origin === origin) {
        for (const [name, value] of Object.entries(this.headers)) headers.set(name, value);
      }
      const response = await this.#http.fetch(url, {
        ...init,
        headers,
        ...(signal === undefined ? {} : { signal }),
      });
      if (response.ok) return await boundedResponse(response, MAX_ANSWER, question);
      await response.body?.cancel();
      throw hubError(question, response, this.#http.redact);
    };
  }
}

function toHubFile({ path, size, oid, lfs }: z.output<typeof entrySchema>): HubFile {
  return lfs === null || lfs === undefined
    ? { path, size, oid }
    : { path, size: lfs.size, oid, sha256: lfs.oid };
}

/** What is no error of CARE comes of an answer that is none of the Hub's: a proxy's page, another server. */
async function understood<T>(
  question: HubQuestion,
  redact: (text: string) => string,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (isCareError(error)) throw error;
    const { endpoint, repo, revision } = question;
    const reason =
      error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : '';
    throw new CareError(
      'REGISTRY_UNAVAILABLE',
      `${endpoint} does not answer as a Hub does for ${repo}: ${redact(reason).slice(0, 300)}`,
      {
        remedy: 'Check HF_ENDPOINT, and whether a proxy answers in its place.',
        details: { endpoint, repo, revision },
      },
    );
  }
}

function tooLarge({ endpoint, repo, revision }: HubQuestion): CareError {
  return new CareError('UNSUPPORTED', `The repository ${repo} has more than ${MAX_FILES} files.`, {
    details: { endpoint, repo, revision },
  });
}
