import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { StartRefusal } from '../db/start-refusal.ts';
import { RefusedFile } from './refused-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lotkeeper-refused-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const line = (number: number) => ({ line: number, code: 'BAD_USER_INPUT' as const, reason: 'says "no"' });

it('is there with the first row, whole when it is closed, and an older one is gone', async () => {
  const path = join(folder, 'refused.csv');
  await writeFile(path, 'of another day');
  const file = new RefusedFile(path);
  await file.clear();
  expect(existsSync(path)).toBe(false);
  await file.write([line(2)]);
  await file.write([line(7), line(9)]);
  await file.close();
  expect(await readFile(path, 'utf8')).toBe(
    'line,code,reason\n' + [2, 7, 9].map((at) => `${at},BAD_USER_INPUT,"says ""no"""\n`).join(''),
  );
});

it('says so in one sentence where it cannot be made', async () => {
  const file = new RefusedFile(join(folder, 'missing', 'refused.csv'));
  await expect(file.write([line(2)])).rejects.toThrow(/cannot be written; name another/);
});

// A device on which there is never any room.
it.skipIf(!existsSync('/dev/full'))('says so in one sentence where the disk is full', async () => {
  const file = new RefusedFile('/dev/full');
  const refusal: unknown = await file.write([line(2)]).catch((error: unknown) => error);
  await file.close();
  expect(refusal).toBeInstanceOf(StartRefusal);
  expect(String(refusal)).toMatch(/cannot take all refused rows \(ENOSPC\): make room/);
});
