export interface DownloadSource {
  /** For progress and messages. */
  readonly name: string;
  /** Fixed, or asked anew when it has expired: 400, 401, 403 or 410 of a signed URL. */
  readonly url: string | ((attempt: { readonly expired: boolean }) => Promise<string>);
  /** To the first origin only, but for harmless ones as `Accept`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes. */
  readonly size?: number;
  /** Hex. */
  readonly sha256?: string;
  /** Hex. */
  readonly md5?: string;
}

export interface DownloadProgress {
  readonly name: string;
  /** Includes what earlier attempts and processes received. */
  readonly receivedBytes: number;
  readonly totalBytes?: number;
  /** Mean of the last seconds; 0 before anything can be said. */
  readonly bytesPerSecond: number;
}

export interface DownloadOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

export interface DownloadedFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
}
