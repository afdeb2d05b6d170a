/**
 * Files in a bucket of Supabase Storage, through its official client. Each bears its SHA-256, by which the same content is
 * known again. After 408, 429, 5xx and lost connections it is tried again, `maxRetries` times, each time after a longer
 * pause.
 */
import { open } from 'node:fs/promises';
import { StorageApiError, StorageClient, StorageUnknownError, type StorageError } from '@supabase/storage-js';
import { FileTooLarge, StorageFailure, type FileStore, type SourceFile, type StoredFile } from './file-store.ts';

export interface SupabaseBucket {
  /** The project's address. */
  readonly url: string;
  readonly serviceRoleKey: string;
  readonly bucket: string;
}

export interface SupabasePatience {
  readonly maxRetries: number;
  /** Before the first retry; each further one waits twice as long. */
  readonly pauseMs?: number;
}

type Answer<T> = { readonly data: T; readonly error: null } | { readonly data: null; readonly error: StorageError };

export class SupabaseStore implements FileStore {
  readonly #client: StorageClient;
  readonly #maxRetries: number;
  readonly #pauseMs: number;

  constructor(
    private readonly at: SupabaseBucket,
    { maxRetries, pauseMs = 500 }: SupabasePatience,
  ) {
    const { serviceRoleKey } = at;
    const headers = { apikey: serviceRoleKey, authorization: `Bearer ${serviceRoleKey}` };
    this.#client = new StorageClient(`${at.url.replace(/\/+$/, '')}/storage/v1`, headers);
    this.#maxRetries = maxRetries;
    this.#pauseMs = pauseMs;
  }

  async check(): Promise<void> {
    await this.#bucket();
  }

  /** The bucket's own limit: that of the whole project is told to nobody. */
  async maxBytes(): Promise<number | null> {
    const { file_size_limit: limit } = await this.#bucket();
    return limit ?? null;
  }

  async has(key: string, file: SourceFile): Promise<boolean> {
    const known = await this.#insist('A file', () => this.#infoOf(key));
    return known?.size === file.bytes && known.metadata?.['sha256'] === file.checksum;
  }

  async put(key: string, file: SourceFile): Promise<StoredFile> {
    const url = this.#urlOf(key);
    if (await this.has(key, file)) return { url, isNew: false };
    await this.#insist('A file', () => this.#upload(key, file));
    if (!(await this.has(key, file))) throw new StorageFailure('The bucket does not hold what was sent to it.');
    return { url, isNew: true };
  }

  #bucket() {
    return this.#insist<{ file_size_limit?: number | null }>('The bucket of STORAGE_URL', () =>
      this.#client.getBucket(this.at.bucket),
    );
  }

  /** A stream is read once: each try opens the file anew. */
  async #upload(key: string, file: SourceFile): Promise<Answer<unknown>> {
    const handle = await open(file.path).catch((error: unknown) => {
      throw new StorageFailure('A file can no longer be read.', { cause: error });
    });
    const body = handle.createReadStream();
    // What breaks it off is told by the answer.
    body.on('error', () => undefined);
    try {
      return await this.#client.from(this.at.bucket).upload(key, body, {
        upsert: true,
        contentType: 'application/octet-stream',
        metadata: { sha256: file.checksum },
        duplex: 'half',
      });
    } finally {
      body.destroy();
    }
  }

  /** Asks for the key of the one who reads, too: patients' scans are for nobody else. */
  #urlOf(key: string): string {
    return `${this.at.url.replace(/\/+$/, '')}/storage/v1/object/authenticated/${this.at.bucket}/${key}`;
  }

  async #infoOf(key: string): Promise<Answer<{ size?: number; metadata?: Record<string, unknown> } | null>> {
    const answer = await this.#client.from(this.at.bucket).info(key);
    if (answer.error !== null) return isAbsent(answer.error) ? { data: null, error: null } : answer;
    return { data: { ...answer.data }, error: null };
  }

  async #insist<T>(what: string, ask: () => Promise<Answer<T>>): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      const { data, error } = await ask();
      if (error === null) return data;
      if (attempt >= this.#maxRetries || !isPassing(error)) throw failureOf(what, error);
      await new Promise((resolve) => setTimeout(resolve, this.#pauseMs * 2 ** attempt));
    }
  }
}

/** The server tells it in the body, under a status of 400. */
function isAbsent(error: StorageError): boolean {
  return error.status === 404 || error.statusCode === '404';
}

function isPassing(error: StorageError): boolean {
  if (error instanceof StorageUnknownError) return true;
  const status = error.status ?? 0;
  return status >= 500 || status === 408 || status === 429;
}

/** A bucket has a limit of its own for each file. */
function failureOf(what: string, error: StorageError): StorageFailure {
  if (error.status === 413 || error.statusCode === '413')
    return new FileTooLarge('The bucket takes no file of that length.', { cause: error });
  return new StorageFailure(wordsFor(what, error), { cause: error });
}

function wordsFor(what: string, error: StorageError): string {
  if (!(error instanceof StorageApiError)) return 'SUPABASE_URL could not be reached, also when asked again.';
  if (isAbsent(error)) return `${what} is not there.`;
  if (error.status === 401 || error.status === 403 || error.statusCode === '403') {
    return `The server refused SUPABASE_SERVICE_ROLE_KEY (${error.status}).`;
  }
  return `The server answered ${error.status}${isPassing(error) ? ', also when asked again' : ''}.`;
}
