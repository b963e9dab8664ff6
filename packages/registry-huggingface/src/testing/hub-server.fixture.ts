import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commitOf, writeFiles, type ServedCommit, type ServedRepository } from './hub-repository.fixture.js';
import { sendFile, type Fault } from './send-file.fixture.js';

export interface SeenRequest {
  readonly host: 'hub' | 'cdn';
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

export interface PublishOptions {
  readonly branch?: string;
  readonly tags?: readonly string[];
  readonly pipelineTag?: string;
  readonly readers?: readonly string[];
  readonly accepted?: readonly string[];
}

/**
 * The Hub's protocol over real files: its API (revision, tree in pages), `resolve` with its headers, large files at a second server with
 * signed addresses. Error codes are those of the Hub. Faults are answered in its place as often as they are ordered.
 */
export class HubServer {
  readonly requests: SeenRequest[] = [];
  readonly repositories = new Map<string, ServedRepository>();
  /** Tokens that the Hub knows. */
  readonly tokens = new Set<string>();
  pageSize = 1000;
  private readonly faults: { readonly match: RegExp; readonly fault: Fault; left: number }[] = [];
  private readonly signatures = new Map<string, string>();
  private folders = 0;

  private constructor(
    private readonly root: string,
    private readonly hub: Server,
    private readonly cdn: Server,
  ) {}

  static async start(): Promise<HubServer> {
    const root = await mkdtemp(join(tmpdir(), 'care-hub-'));
    const server = new HubServer(root, createServer(), createServer());
    server.hub.on('request', (request, response) => server.answer('hub', request, response));
    server.cdn.on('request', (request, response) => server.answer('cdn', request, response));
    await Promise.all([server.hub, server.cdn].map(listen));
    return server;
  }

  get endpoint(): string {
    return addressOf(this.hub);
  }

  /** A commit on a branch (default `main`). */
  async publish(
    id: string,
    files: Parameters<typeof writeFiles>[1],
    { branch = 'main', tags = [], pipelineTag, readers, accepted }: PublishOptions = {},
  ): Promise<ServedCommit> {
    const folder = join(this.root, String(this.folders++));
    await writeFiles(folder, files);
    const commit = await commitOf(folder);
    const known = this.repositories.get(id);
    const refs = known?.refs ?? new Map<string, string>();
    const commits = known?.commits ?? new Map<string, ServedCommit>();
    commits.set(commit.sha, commit);
    for (const ref of [branch, ...tags]) refs.set(ref, commit.sha);
    this.repositories.set(id, { id, commits, refs, pipelineTag, readers, accepted });
    return commit;
  }

  /** The next `times` requests whose `host METHOD url` matches are answered by the fault. */
  fail(match: RegExp, fault: Fault, times = Infinity): void {
    this.faults.push({ match, fault, left: times });
  }

  recover(): void {
    this.faults.length = 0;
  }

  async stop(): Promise<void> {
    for (const server of [this.hub, this.cdn]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    await rm(this.root, { recursive: true, force: true });
  }

  private answer(host: 'hub' | 'cdn', request: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', url = '/', headers } = request;
    this.requests.push({ host, method, url, headers });
    const fault = this.faults.find(({ match, left }) => left > 0 && match.test(`${host} ${method} ${url}`));
    if (fault !== undefined) fault.left--;
    if (fault?.fault.status !== undefined) {
      response.writeHead(fault.fault.status, fault.fault.headers).end(fault.fault.body ?? 'fault');
      return;
    }
    const at = new URL(url, 'http://host');
    if (host === 'cdn') this.answerCdn(at, request, response, fault?.fault);
    else this.answerHub(at, request, response, fault?.fault);
  }

  private answerCdn(at: URL, request: IncomingMessage, response: ServerResponse, fault?: Fault): void {
    const disk = this.signatures.get(at.searchParams.get('X-Amz-Signature') ?? '');
    if (disk === undefined) response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>');
    else sendFile(request, response, disk, { etag: `"${at.pathname.slice(1)}"` }, fault);
  }

  private answerHub(at: URL, request: IncomingMessage, response: ServerResponse, fault?: Fault): void {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (token !== undefined && !this.tokens.has(token)) {
      refuse(response, 401, undefined, 'Invalid credentials in Authorization header');
      return;
    }
    const path = decodeURIComponent(at.pathname);
    const api = /^\/api\/models\/(.+?)(?:\/(revision|tree)\/(.+))?$/.exec(path);
    const resolve = /^\/(.+?)\/resolve\/(.+)$/.exec(path);
    const id = api?.[1] ?? resolve?.[1] ?? '';
    const repository = this.repositories.get(id);
    const readable = repository?.readers === undefined || repository.readers.includes(token ?? '');
    if (repository === undefined || !readable) {
      const said = token === undefined ? 'Invalid username or password.' : 'Repository not found';
      refuse(response, token === undefined ? 401 : 404, 'RepoNotFound', said);
      return;
    }
    if (api !== null) {
      this.answerApi(repository, api, at, response);
      return;
    }
    this.answerResolve(repository, resolve?.[2] ?? '', token, request, response, fault);
  }

  private answerApi(
    repository: ServedRepository,
    [, , kind = 'revision', revision = 'main']: readonly string[],
    at: URL,
    response: ServerResponse,
  ): void {
    const { id, pipelineTag, accepted, readers } = repository;
    const commit = commitAt(repository, revision);
    if (commit === undefined) {
      refuse(response, 404, 'RevisionNotFound', `Invalid rev id: ${revision}`);
      return;
    }
    if (kind === 'revision') {
      const answer = {
        _id: 'x',
        id,
        sha: commit.sha,
        private: readers !== undefined,
        gated: accepted === undefined ? false : 'manual',
        pipeline_tag: pipelineTag,
        tags: [],
        downloads: 0,
        likes: 0,
        lastModified: '2025-01-01T00:00:00.000Z',
        siblings: commit.files.map(({ path }) => ({ rfilename: path })),
      };
      json(response, 200, answer);
      return;
    }
    const from = Number(at.searchParams.get('cursor') ?? 0);
    const page = commit.files.slice(from, from + this.pageSize);
    const next = from + this.pageSize;
    if (next < commit.files.length) {
      at.searchParams.set('cursor', String(next));
      response.setHeader('Link', `<${this.endpoint}${at.pathname}${at.search}>; rel="next"`);
    }
    const entries = page.map(({ path, size, oid, sha256 }) => ({
      type: 'file',
      path,
      size,
      oid,
      ...(sha256 === undefined ? {} : { lfs: { oid: sha256, size, pointerSize: 130 } }),
    }));
    json(response, 200, [{ type: 'directory', oid: '0'.repeat(40), size: 0, path: 'onnx' }, ...entries]);
  }

  private answerResolve(
    repository: ServedRepository,
    rest: string,
    token: string | undefined,
    request: IncomingMessage,
    response: ServerResponse,
    fault?: Fault,
  ): void {
    const names = [...repository.refs.keys(), ...repository.commits.keys()];
    const revision = names.find((name) => rest.startsWith(`${name}/`));
    const commit = revision === undefined ? undefined : commitAt(repository, revision);
    if (revision === undefined || commit === undefined) {
      refuse(response, 404, 'RevisionNotFound', 'Invalid rev id');
      return;
    }
    response.setHeader('X-Repo-Commit', commit.sha);
    if (repository.accepted !== undefined && !repository.accepted.includes(token ?? '')) {
      const said = `Access to model ${repository.id} is restricted.`;
      refuse(response, token === undefined ? 401 : 403, 'GatedRepo', said);
      return;
    }
    const file = commit.files.find(({ path }) => path === rest.slice(revision.length + 1));
    if (file === undefined) {
      refuse(response, 404, 'EntryNotFound', 'Entry not found');
      return;
    }
    if (file.sha256 === undefined) {
      sendFile(request, response, file.disk, { etag: `"${file.oid}"` }, fault);
      return;
    }
    const signature = randomUUID();
    this.signatures.set(signature, file.disk);
    response.setHeader('X-Linked-Etag', `"${file.sha256}"`);
    response.setHeader('X-Linked-Size', file.size);
    response.setHeader('ETag', `"${file.oid}"`);
    const location = `${addressOf(this.cdn)}/${file.sha256}?X-Amz-Expires=3600&X-Amz-Signature=${signature}`;
    response.writeHead(302, { Location: location }).end(`Found. Redirecting to ${location}`);
  }

  /** Signed addresses stop working. */
  expireSignatures(): void {
    this.signatures.clear();
  }
}

function commitAt({ commits, refs }: ServedRepository, revision: string): ServedCommit | undefined {
  return commits.get(refs.get(revision) ?? revision);
}

function refuse(response: ServerResponse, status: number, code: string | undefined, said: string): void {
  if (code !== undefined) response.setHeader('X-Error-Code', code);
  response.setHeader('X-Error-Message', said);
  json(response, status, { error: said });
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function addressOf(server: Server): string {
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}
