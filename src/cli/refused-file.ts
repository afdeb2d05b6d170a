/**
 * The list of rows that an import refused: made with the first of them, an older one is gone. What cannot be written ends
 * the import with a sentence, for a list that is not whole would be taken for the whole.
 */
import { open, rm, type FileHandle } from 'node:fs/promises';
import { StartRefusal } from '../db/start-refusal.ts';
import type { RefusedLine } from '../domain/analytics/import-events.ts';

export class RefusedFile {
  #file: FileHandle | null = null;

  constructor(readonly path: string) {}

  async clear(): Promise<void> {
    await rm(this.path, { force: true }).catch(() => {
      throw new StartRefusal(`${this.path} cannot be written anew.`);
    });
  }

  async write(rows: readonly RefusedLine[]): Promise<void> {
    const text = rows.map(({ line, code, reason }) => `${line},${code},"${reason.replaceAll('"', '""')}"\n`).join('');
    if (this.#file === null) {
      this.#file = await this.#open();
      await this.#append(`line,code,reason\n${text}`);
    } else await this.#append(text);
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  async #open(): Promise<FileHandle> {
    return open(this.path, 'w', 0o600).catch(() => {
      throw new StartRefusal(`${this.path} cannot be written; name another with --refused.`);
    });
  }

  async #append(text: string): Promise<void> {
    await this.#file?.appendFile(text).catch((error: unknown) => {
      const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      throw new StartRefusal(
        `${this.path} cannot take all refused rows (${why}): make room, or name another with --refused, and import the file again; what was added stays.`,
      );
    });
  }
}
