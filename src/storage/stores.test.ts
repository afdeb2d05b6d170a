import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failWith, hangUp, StorageServer, type Mishap } from '../../test/storage-server.ts';
import { FileTooLarge, type FileStore, type SourceFile } from './file-store.ts';
import { FolderStore } from './folder-store.ts';
import { findSourceFile } from './source-file.ts';
import { openStore, readStorageConfig } from './storage-config.ts';
import { SupabaseStore } from './supabase-store.ts';

let folder: string;
let server: StorageServer;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'stores-'));
  await mkdir(path.join(folder, 'from'));
  server = await StorageServer.open('service-key', 'projects');
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

async function file(content: string, name = 'scan.stl'): Promise<SourceFile> {
  const place = path.join(folder, 'from', name);
  await writeFile(place, content);
  const found = await findSourceFile(path.join(folder, 'from'), name);
  if (typeof found === 'string') throw new Error(found);
  return found;
}

const supabase = (maxRetries = 2, serviceRoleKey = 'service-key') =>
  new SupabaseStore({ url: server.url, serviceRoleKey, bucket: 'projects' }, { maxRetries, pauseMs: 1 });

interface Subject {
  readonly open: () => FileStore;
  readonly read: (key: string) => Promise<string | null>;
  readonly urlOf: (key: string) => string;
}
const subjects: Record<string, Subject> = {
  'a folder': {
    open: () => new FolderStore(path.join(folder, 'to')),
    read: (key) => readFile(path.join(folder, 'to', key), 'utf8').catch(() => null),
    urlOf: (key) => `file://${folder}/to/${key}`,
  },
  'a bucket of Supabase': {
    open: () => supabase(),
    read: async (key) => server.objects.get(`projects/${key}`)?.content.toString('utf8') ?? null,
    urlOf: (key) => `${server.url}/storage/v1/object/authenticated/projects/${key}`,
  },
};

describe.each(Object.entries(subjects))('%s', (_, { open, read, urlOf }) => {
  const key = 'projects/1/v1/scan.stl';

  it('keeps what it is given, and says where', async () => {
    const store = open();
    await store.check();
    const content = 'solid '.repeat(100_000);
    const given = await file(content);
    expect(given).toMatchObject({ bytes: 600_000, checksum: createHash('sha256').update(content).digest('hex') });
    expect(await store.put(key, given)).toEqual({ url: urlOf(key), isNew: true });
    expect(await read(key)).toBe(content);
  });

  it('knows the same content again, and takes other content in its place', async () => {
    const store = open();
    await store.check();
    const first = await file('one');
    expect(await store.has(key, first)).toBe(false);
    await store.put(key, first);
    expect(await store.has(key, first)).toBe(true);
    expect((await store.put(key, first)).isNew).toBe(false);
    const second = await file('two');
    expect(await store.has(key, second)).toBe(false);
    expect((await store.put(key, second)).isNew).toBe(true);
    expect(await read(key)).toBe('two');
  });

  it('keeps nothing under the name when the file is gone by then', async () => {
    const store = open();
    await store.check();
    const gone = await file('gone');
    await rm(gone.path);
    await expect(store.put(key, gone)).rejects.toThrow();
    expect(await read(key)).toBeNull();
  });
});

describe('a folder', () => {
  it('keeps nothing of a file that changed while it was copied', async () => {
    const store = new FolderStore(path.join(folder, 'to'));
    const before = await file('before');
    await writeFile(before.path, 'after!');
    await expect(store.put('a/scan.stl', before)).rejects.toThrow('The file was changed while it was copied.');
    expect(await readdir(path.join(folder, 'to', 'a'))).toEqual([]);
  });

  it.each(['../out.stl', '/etc/out.stl', 'a/../../out.stl', '.'])('refuses the key %s', async (key) => {
    const store = new FolderStore(path.join(folder, 'to'));
    await expect(store.put(key, await file('x'))).rejects.toThrow('leads out of the folder');
    expect(await readdir(folder)).toEqual(['from']);
  });

  it('that cannot be made is told beforehand', async () => {
    await writeFile(path.join(folder, 'taken'), '');
    await expect(new FolderStore(path.join(folder, 'taken', 'to')).check()).rejects.toThrow(/cannot be written/);
  });
});

describe('a bucket of Supabase', () => {
  it.each<[string, Mishap]>([
    ['500', failWith(500)],
    ['503', failWith(503)],
    ['429', failWith(429)],
    ['a lost connection', hangUp],
  ])('is asked again after %s, for each thing that is asked', async (_, mishap) => {
    const given = await file('content');
    server.mishaps.push(
      mishap,
      () => false,
      mishap,
      () => false,
      mishap,
    );
    expect((await supabase().put('a/scan.stl', given)).isNew).toBe(true);
    expect(server.requests.map((request) => request.split(' ')[0])).toEqual([
      'GET',
      'GET',
      'POST',
      'POST',
      'GET',
      'GET',
    ]);
    expect(server.objects.get('projects/a/scan.stl')?.content.toString()).toBe('content');
  });

  it('that goes on failing is told, after its retries', async () => {
    server.mishaps.push(...Array.from({ length: 9 }, () => failWith(500)));
    await expect(supabase(2).put('a', await file('x'))).rejects.toThrow(
      'The server answered 500, also when asked again.',
    );
    expect(server.requests).toHaveLength(3);
  });

  it('that refuses the key is not asked again, and the key is not repeated', async () => {
    const store = supabase(2, 'wrong-key');
    await expect(store.check()).rejects.toThrow('The server refused SUPABASE_SERVICE_ROLE_KEY (400).');
    await expect(store.put('a', await file('x'))).rejects.toThrow(/^((?!wrong-key).)*$/);
    expect(server.requests).toHaveLength(2);
  });

  it('that takes no file of that length says so of this file', async () => {
    const tooLarge: Mishap = (request, response) => {
      request.resume();
      const body = {
        statusCode: '413',
        error: 'Payload too large',
        message: 'The object exceeded the maximum allowed size',
      };
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      return true;
    };
    server.mishaps.push(() => false, tooLarge);
    await expect(supabase().put('a', await file('x'))).rejects.toThrow(FileTooLarge);
    expect(server.uploads).toBe(1);
  });

  it('tells how long a file it takes, where it has a limit of its own', async () => {
    expect(await supabase().maxBytes()).toBeNull();
    server.fileSizeLimit = 50_000_000;
    expect(await supabase().maxBytes()).toBe(50_000_000);
  });

  it('that is not there is told beforehand', async () => {
    const store = new SupabaseStore(
      { url: server.url, serviceRoleKey: 'service-key', bucket: 'none' },
      { maxRetries: 1 },
    );
    await expect(store.check()).rejects.toThrow('The bucket of STORAGE_URL is not there.');
  });

  it('that lost what it was sent is told', async () => {
    const lose: Mishap = (request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"Id":"1","Key":"a"}');
      return true;
    };
    server.mishaps.push(() => false, lose);
    await expect(supabase().put('a', await file('x'))).rejects.toThrow('The bucket does not hold what was sent to it.');
  });
});

describe('findSourceFile', () => {
  const find = (told: string) => findSourceFile(path.join(folder, 'from'), told);

  it('finds a file by its path, its address, and behind the name of a media folder', async () => {
    await file('x');
    for (const told of ['scan.stl', '/scan.stl', '/media/scan.stl', 'https://old.example/media/scan.stl']) {
      expect(await find(told)).toMatchObject({ bytes: 1 });
    }
  });

  it('takes no other file of the same name: it may be another patient’s', async () => {
    await file('x');
    expect(await find('smith/scan.stl')).toBe('ABSENT');
  });

  it('says why there is none', async () => {
    await mkdir(path.join(folder, 'from', 'scans'));
    expect(await find('none.stl')).toBe('ABSENT');
    expect(await find('../to')).toBe('OUTSIDE');
    expect(await find('scans')).toBe('NOT_A_FILE');
  });

  it('follows no link out of the folder', async () => {
    await writeFile(path.join(folder, 'secret'), 'x');
    await symlink(path.join(folder, 'secret'), path.join(folder, 'from', 'link.stl'));
    await symlink(folder, path.join(folder, 'from', 'up'));
    expect(await find('link.stl')).toBe('OUTSIDE');
    expect(await find('up/secret')).toBe('OUTSIDE');
  });
});

describe('STORAGE_URL', () => {
  const keys = { SUPABASE_URL: 'https://p.supabase.co', SUPABASE_SERVICE_ROLE_KEY: 'k' };

  it.each<[Record<string, string>, object]>([
    [{}, { kind: 'folder', folder: '/data/files' }],
    [{ STORAGE_URL: 'file:///srv/a%20b' }, { kind: 'folder', folder: '/srv/a b' }],
    [
      { STORAGE_URL: 'supabase://scans', ...keys },
      { kind: 'supabase', url: 'https://p.supabase.co', serviceRoleKey: 'k', bucket: 'scans' },
    ],
  ])('%j', (env, config) => {
    expect(readStorageConfig(env, '/data')).toEqual(config);
  });

  it.each<[Record<string, string>, RegExp]>([
    [{ STORAGE_URL: 'scans' }, /^STORAGE_URL/],
    [{ STORAGE_URL: 'file://host/scans' }, /^STORAGE_URL/],
    [{ STORAGE_URL: 'file:///' }, /^STORAGE_URL/],
    [{ STORAGE_URL: 's3://scans' }, /^STORAGE_URL/],
    [{ STORAGE_URL: 'supabase://scans/deep' }, /^STORAGE_URL/],
    [{ STORAGE_URL: 'supabase://scans' }, /^SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY/],
    [{ STORAGE_URL: 'supabase://scans', SUPABASE_URL: keys.SUPABASE_URL }, /^SUPABASE_URL and/],
  ])('%j is refused by name', (env, message) => {
    expect(() => readStorageConfig(env, '/data')).toThrow(message);
  });

  it('opens the store that it names', () => {
    expect(openStore({ kind: 'folder', folder: '/data' }, 1)).toBeInstanceOf(FolderStore);
    expect(openStore({ kind: 'supabase', url: 'https://p', serviceRoleKey: 'k', bucket: 'b' }, 1)).toBeInstanceOf(
      SupabaseStore,
    );
  });
});
