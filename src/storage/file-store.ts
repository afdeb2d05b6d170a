/** Where projects' files are kept: a folder, or a bucket. */

export interface SourceFile {
  /** On this machine. */
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 in hexadecimal. */
  readonly checksum: string;
}

export interface StoredFile {
  readonly url: string;
  /** False where the very same content was there before. */
  readonly isNew: boolean;
}

export interface FileStore {
  /** Rejects with StorageFailure where files could not be put; puts none. */
  check(): Promise<void>;
  /** The longest file that it is known to take, in bytes; null where no limit is known. Rejects with StorageFailure. */
  maxBytes(): Promise<number | null>;
  /** Whether the key holds the very same content. */
  has(key: string, file: SourceFile): Promise<boolean>;
  /**
   * Again with the same content it does nothing. A reader never finds half a file. Rejects with StorageFailure: with
   * FileTooLarge where the store works, but takes no file of that length.
   */
  put(key: string, file: SourceFile): Promise<StoredFile>;
}

/** In plain words, without the key or the file's content. */
export class StorageFailure extends Error {
  override readonly name = 'StorageFailure';
}

export class FileTooLarge extends StorageFailure {}
