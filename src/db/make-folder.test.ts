import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'lotkeeper-folder-'));
});
afterAll(() => rm(home, { recursive: true }));

test('makes what is missing above it, also when many do so at once, and leaves what is there', async () => {
  const path = join(home, 'a', 'b', 'c');
  await Promise.all(Array.from({ length: 8 }, () => makeFolder(path)));
  await makeFolder(path);
  expect((await stat(path)).isDirectory()).toBe(true);
});

test('a file stands in its place, or above it', async () => {
  await writeFile(join(home, 'file'), '');
  await expect(makeFolder(join(home, 'file'))).rejects.toThrow('EEXIST');
  await expect(makeFolder(join(home, 'file', 'below'))).rejects.toThrow('ENOTDIR');
});

test.runIf(process.platform === 'linux')('a file system that takes no folders', async () => {
  await expect(makeFolder('/proc/lotkeeper/data')).rejects.toThrow('ENOENT');
});
