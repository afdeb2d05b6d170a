/** Files in a folder of this machine. A file is written beside its place, proved against its checksum, and then renamed. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { StorageFailure, type FileStore, type SourceFile, type StoredFile } from './file-store.ts';
import { contentOf } from './source-file.ts';

export class FolderStore implements FileStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = path.resolve(root);
  }

  async check(): Promise<void> {
    try {
      await mkdir(this.#root, { recursive: true, mode: 0o750 });
      await access(this.#root, constants.W_OK);
    } catch (error) {
      throw new StorageFailure(`The folder ${this.#root} of STORAGE_URL cannot be written.`, { cause: error });
    }
  }

  maxBytes(): Promise<number | null> {
    return Promise.resolve(null);
  }

  async has(key: string, file: SourceFile): Promise<boolean> {
    const place = this.#placeOf(key);
    const known = await stat(place).catch(() => null);
    if (known?.size !== file.bytes) return false;
    return (await contentOf(place)).checksum === file.checksum;
  }

  async put(key: string, file: SourceFile): Promise<StoredFile> {
    const place = this.#placeOf(key);
    const url = pathToFileURL(place).href;
    if (await this.has(key, file)) return { url, isNew: false };
    const beside = `${place}.${randomUUID()}.part`;
    try {
      await mkdir(path.dirname(place), { recursive: true, mode: 0o750 });
      await copyFile(file.path, beside, constants.COPYFILE_EXCL);
      await proveAndKeep(beside, file);
      await rename(beside, place);
    } catch (error) {
      await rm(beside, { force: true }).catch(() => undefined);
      throw error instanceof StorageFailure ? error : new StorageFailure(wordsFor(error), { cause: error });
    }
    return { url, isNew: true };
  }

  #placeOf(key: string): string {
    const place = path.resolve(this.#root, key);
    if (!place.startsWith(this.#root + path.sep))
      throw new StorageFailure('The key leads out of the folder of STORAGE_URL.');
    return place;
  }
}

/** On the disk before it is known by its name: after a power cut there is no file rather than an empty one. */
async function proveAndKeep(beside: string, file: SourceFile): Promise<void> {
  const handle = await open(beside, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  const { checksum } = await contentOf(beside);
  if (checksum !== file.checksum) throw new StorageFailure('The file was changed while it was copied.');
}

function wordsFor(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC') return 'The disk of STORAGE_URL is full.';
  return `The folder of STORAGE_URL cannot be written${code === '' ? '' : ` (${code})`}.`;
}
