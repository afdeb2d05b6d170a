import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { TestClinic } from '../../../test/clinic.ts';
import { FileTooLarge, type SourceFile, type StoredFile } from '../../storage/file-store.ts';
import { FolderStore } from '../../storage/folder-store.ts';
import { storeFiles, type FilesRun, type MissingFile } from './store-files.ts';

let clinic: TestClinic;
let client: pg.Client;
let folder: string;
let projectId: string;
beforeAll(async () => {
  clinic = await TestClinic.open();
  client = new pg.Client({ connectionString: clinic.database.ownerUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await clinic.close();
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'files-'));
  await mkdir(path.join(folder, 'from', 'scans'), { recursive: true });
  projectId = uuid();
  await clinic.owner.query('DELETE FROM workflow.project_file');
  await clinic.owner.query(
    `INSERT INTO workflow.project (id, name, kind, status, created_at, updated_at) VALUES ($1, 'Crown', 'STL', 'open', now(), now())`,
    [projectId],
  );
  return () => rm(folder, { recursive: true });
});

async function addFile(told: string, version = 1, content?: string): Promise<void> {
  if (content !== undefined) await writeFile(path.join(folder, 'from', told), content);
  await clinic.owner.query(
    `INSERT INTO workflow.project_file (id, project_id, path, kind, version) VALUES ($1, $2, $3, 'STL', $4)`,
    [uuid(), projectId, told, version],
  );
}

/** Takes no file of more than four bytes, and says so beforehand. */
class Limited extends FolderStore {
  override maxBytes(): Promise<number> {
    return Promise.resolve(4);
  }
}

/** Takes no large file, and says so only then. */
class Small extends FolderStore {
  override put(key: string, file: SourceFile): Promise<StoredFile> {
    return key.endsWith('/large.stl') ? Promise.reject(new FileTooLarge('too large')) : super.put(key, file);
  }
}

function run(more: Partial<FilesRun> = {}) {
  const store = new FolderStore(path.join(folder, 'to'));
  return storeFiles({ client, store, folder: path.join(folder, 'from'), dryRun: false, ...more });
}

const rows = () =>
  clinic.all<{ path: string; version: number; bytes: string | null; checksum: string | null; url: string | null }>(
    'SELECT path, version, bytes, checksum, url FROM workflow.project_file ORDER BY path, version',
  );
const hello = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

describe('the files of projects', () => {
  it('are copied under project and version, with length, checksum and address; their paths stay', async () => {
    await addFile('scans/upper.stl', 2, 'hello');
    expect(await run()).toEqual({ files: 1, stored: 1, unchanged: 0, missing: 0, bytes: 5 });
    const place = path.join(folder, 'to', 'projects', projectId, 'v2', 'scans', 'upper.stl');
    expect(await rows()).toEqual([
      { path: 'scans/upper.stl', version: 2, bytes: '5', checksum: hello, url: `file://${place}` },
    ]);
    expect(await readFile(place, 'utf8')).toBe('hello');
  });

  it('are not copied again; a later version stands beside the former', async () => {
    await addFile('a.stl', 1, 'hello');
    await run();
    expect(await run()).toEqual({ files: 1, stored: 0, unchanged: 1, missing: 0, bytes: 5 });
    await addFile('a.stl', 2, 'hello again');
    await run();
    const urls = (await rows()).map(({ url }) => url);
    expect(new Set(urls).size).toBe(2);
    expect(await rows()).toMatchObject([{ version: 1 }, { version: 2, bytes: '11' }]);
  });

  it('that are missing are told with the reason, and keep the others from nothing', async () => {
    await writeFile(path.join(folder, 'secret'), 'x');
    await addFile('../secret');
    await addFile('scans');
    await addFile('scans/none.stl');
    await addFile('z.stl', 1, 'hello');
    const missing: MissingFile[] = [];
    const figures = await run({ onMissing: (file) => missing.push(file) });
    expect(figures).toEqual({ files: 4, stored: 1, unchanged: 0, missing: 3, bytes: 5 });
    expect(missing.map(({ path: told, reason }) => [told, reason]).sort()).toEqual([
      ['../secret', 'OUTSIDE'],
      ['scans', 'NOT_A_FILE'],
      ['scans/none.stl', 'ABSENT'],
    ]);
    expect((await rows()).filter(({ url }) => url !== null)).toMatchObject([{ path: 'z.stl', checksum: hello }]);
  });

  it('that the store does not take for their length are told, and keep the others from nothing', async () => {
    await addFile('large.stl', 1, 'hello');
    await addFile('z.stl', 1, 'hello');
    const missing: MissingFile[] = [];
    const figures = await run({ onMissing: (file) => missing.push(file), store: new Small(path.join(folder, 'to')) });
    expect(figures).toEqual({ files: 2, stored: 1, unchanged: 0, missing: 1, bytes: 5 });
    expect(missing).toMatchObject([{ path: 'large.stl', reason: 'TOO_LARGE' }]);
  });

  it('of which the store says beforehand that they are too long are told in a dry run, too', async () => {
    await addFile('large.stl', 1, 'hello');
    await addFile('small.stl', 1, 'hell');
    const store = new Limited(path.join(folder, 'to'));
    const missing: MissingFile[] = [];
    const onMissing = (file: MissingFile) => missing.push(file);
    const dry = await run({ store, onMissing, dryRun: true });
    expect(dry).toEqual({ files: 2, stored: 1, unchanged: 0, missing: 1, bytes: 4 });
    expect(await run({ store, onMissing })).toEqual(dry);
    expect(missing).toMatchObject([{ reason: 'TOO_LARGE' }, { reason: 'TOO_LARGE' }]);
  });

  it('are counted alike in a dry run, which writes nothing', async () => {
    await addFile('a.stl', 1, 'hello');
    await addFile('none.stl');
    const before = await rows();
    const dry = await run({ dryRun: true });
    expect(await rows()).toEqual(before);
    await expect(readFile(path.join(folder, 'to'))).rejects.toThrow('ENOENT');
    expect(await run()).toEqual(dry);
    expect(await run({ dryRun: true })).toMatchObject({ stored: 0, unchanged: 1 });
  });

  it('beyond one batch are all met, and the progress is told', async () => {
    for (let i = 0; i < 101; i += 1) await addFile(`f${i}.stl`);
    const told: (readonly [number, number])[] = [];
    expect(await run({ progress: (done, total) => told.push([done, total]) })).toMatchObject({
      files: 101,
      missing: 101,
    });
    expect(told).toEqual([
      [100, 101],
      [101, 101],
    ]);
  });

  it('end the run where the store does not work, and when it is stopped', async () => {
    await addFile('a.stl', 1, 'hello');
    await writeFile(path.join(folder, 'to'), 'a file where the folder should be');
    await expect(run()).rejects.toThrow('The folder of STORAGE_URL cannot be written');
    await expect(run({ signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
    expect(await rows()).toMatchObject([{ url: null }]);
  });
});
