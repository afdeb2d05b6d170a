import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDataFolder } from './embedded-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lotkeeper-folder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('what Lotkeeper keeps beside a database elsewhere does not stand in the way of one here', async () => {
  for (const name of ['legacy', 'files']) await mkdir(join(folder, name));
  for (const name of ['patient-key', 'jwt-secret']) await writeFile(join(folder, name), 'x');
  expect(await openDataFolder(folder, undefined)).toMatchObject({ isNew: true });
  await writeFile(join(folder, 'thesis.txt'), 'x');
  await expect(openDataFolder(folder, undefined)).rejects.toThrow('holds other things');
});
