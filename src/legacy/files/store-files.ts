/**
 * Copies the files of projects from the older system's folder into the store, each under its project and version, and keeps
 * their length, SHA-256 and address. Again it copies nothing that is there. A file that is not at hand keeps its row and is
 * told, and so is one that is too large for the store; neither fails the run. A store that does not work does.
 */
import type pg from 'pg';
import { FileTooLarge, StorageFailure, type FileStore, type SourceFile } from '../../storage/file-store.ts';
import { findSourceFile, type NoSourceFile } from '../../storage/source-file.ts';
import { storeKey } from '../../storage/store-key.ts';

export interface FilesRun {
  readonly client: pg.ClientBase;
  readonly store: FileStore;
  /** Where the older system keeps its files. */
  readonly folder: string;
  /** Nothing is written, neither here nor in the store. */
  readonly dryRun: boolean;
  /** SQL that selects id, project_id, path and version; those of workflow.project_file as a rule. */
  readonly files?: string;
  readonly onMissing?: (file: MissingFile) => void;
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface MissingFile {
  readonly id: string;
  readonly projectId: string;
  readonly path: string;
  readonly version: number;
  readonly reason: NoSourceFile | 'TOO_LARGE';
}

export interface FilesFigures {
  readonly files: number;
  readonly stored: number;
  /** In the store before. */
  readonly unchanged: number;
  readonly missing: number;
  /** Of those stored and unchanged. */
  readonly bytes: number;
}

interface FileRow {
  readonly id: string;
  readonly projectId: string;
  readonly path: string;
  readonly version: number;
}

interface Kept {
  readonly id: string;
  readonly bytes: number;
  readonly checksum: string;
  readonly url: string;
}

const batchSize = 100;

export async function storeFiles(run: FilesRun): Promise<FilesFigures> {
  const from = run.files ?? 'SELECT id, project_id, path, version FROM workflow.project_file';
  const { rows: counted } = await run.client.query<{ total: number }>(
    `SELECT count(*)::integer AS total FROM (${from}) f`,
  );
  const total = counted[0]?.total ?? 0;
  const figures = { files: 0, stored: 0, unchanged: 0, missing: 0, bytes: 0 };
  const maxBytes = await maxBytesOf(run);
  for (let after: string | null = null; ;) {
    const { rows }: { rows: FileRow[] } = await run.client.query<FileRow>(
      `SELECT id, project_id AS "projectId", path, version FROM (${from}) f WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT ${batchSize}`,
      [after],
    );
    await storeBatch({ ...run, maxBytes }, rows, figures);
    run.progress?.(figures.files, total);
    if (rows.length < batchSize) return figures;
    after = rows.at(-1)?.id ?? null;
  }
}

interface BatchRun extends FilesRun {
  readonly maxBytes: number | null;
}

type Counting = { -readonly [Figure in keyof FilesFigures]: FilesFigures[Figure] };

async function storeBatch(run: BatchRun, rows: readonly FileRow[], figures: Counting): Promise<void> {
  const kept: Kept[] = [];
  for (const row of rows) {
    run.signal?.throwIfAborted();
    figures.files += 1;
    const file = await findSourceFile(run.folder, row.path);
    const found = typeof file === 'string' ? file : await storeFile(run, row, file);
    if (typeof found === 'string') {
      figures.missing += 1;
      run.onMissing?.({ ...row, reason: found });
      continue;
    }
    figures.bytes += found.bytes;
    figures[found.isNew ? 'stored' : 'unchanged'] += 1;
    if (found.url !== null) kept.push({ id: row.id, bytes: found.bytes, checksum: found.checksum, url: found.url });
  }
  if (kept.length > 0) await keep(run.client, kept);
}

interface Stored {
  readonly bytes: number;
  readonly checksum: string;
  /** Null in a dry run. */
  readonly url: string | null;
  readonly isNew: boolean;
}

async function storeFile(run: BatchRun, row: FileRow, file: SourceFile): Promise<Stored | 'TOO_LARGE'> {
  const key = storeKey(row.projectId, row.version, row.path);
  const { bytes, checksum } = file;
  // What is there already may have come before the limit did.
  if (run.maxBytes !== null && bytes > run.maxBytes && !(await isThere(run, key, file))) return 'TOO_LARGE';
  if (run.dryRun) return { bytes, checksum, url: null, isNew: !(await isThere(run, key, file)) };
  try {
    return { bytes, checksum, ...(await run.store.put(key, file)) };
  } catch (error) {
    if (error instanceof FileTooLarge) return 'TOO_LARGE';
    throw error;
  }
}

/** A store that is not yet there holds nothing. */
function isThere(run: FilesRun, key: string, file: SourceFile): Promise<boolean> {
  return run.store.has(key, file).catch(ifNotThere(false));
}

function maxBytesOf({ store, dryRun }: FilesRun): Promise<number | null> {
  return dryRun ? store.maxBytes().catch(ifNotThere(null)) : store.maxBytes();
}

function ifNotThere<Answer>(answer: Answer): (error: unknown) => Answer {
  return (error) => {
    if (error instanceof StorageFailure) return answer;
    throw error;
  };
}

async function keep(client: pg.ClientBase, kept: readonly Kept[]): Promise<void> {
  await client.query(
    `UPDATE workflow.project_file f SET bytes = k.bytes, checksum = k.checksum, url = k.url
     FROM jsonb_to_recordset($1) AS k(id uuid, bytes bigint, checksum text, url text)
     WHERE f.id = k.id AND (f.bytes, f.checksum, f.url) IS DISTINCT FROM (k.bytes, k.checksum, k.url)`,
    [JSON.stringify(kept)],
  );
}
