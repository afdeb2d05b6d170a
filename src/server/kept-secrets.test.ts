import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigRefusal } from '../config.ts';
import { patientKey, signingSecret } from './kept-secrets.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lotkeeper-secret-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('a configured secret is used as it is, and nothing is written', async () => {
  const jwtSecret = 'x'.repeat(32);
  expect(await signingSecret({ jwtSecret, dataFolder: folder })).toBe(jwtSecret);
  await expect(stat(path.join(folder, 'jwt-secret'))).rejects.toThrow();
});

test('else one is made once, for several processes at once too, and readable by its owner alone', async () => {
  const dataFolder = path.join(folder, 'data');
  const secrets = await Promise.all([1, 2, 3].map(() => signingSecret({ jwtSecret: null, dataFolder })));
  expect(new Set(secrets).size).toBe(1);
  expect(secrets[0]?.length).toBeGreaterThanOrEqual(32);
  expect(await signingSecret({ jwtSecret: null, dataFolder })).toBe(secrets[0]);
  expect((await stat(path.join(dataFolder, 'jwt-secret'))).mode & 0o077).toBe(0);
});

test('a kept secret that is too short is refused, not replaced', async () => {
  await writeFile(path.join(folder, 'jwt-secret'), 'short');
  await expect(signingSecret({ jwtSecret: null, dataFolder: folder })).rejects.toThrow(ConfigRefusal);
  expect(await readFile(path.join(folder, 'jwt-secret'), 'utf8')).toBe('short');
});

test('the key of patients is another one', async () => {
  const dataFolder = folder;
  const kept = await patientKey({ patientKey: null, dataFolder });
  expect(kept).not.toBe(await signingSecret({ jwtSecret: null, dataFolder }));
  expect(await patientKey({ patientKey: null, dataFolder })).toBe(kept);
  expect(await patientKey({ patientKey: 'y'.repeat(32), dataFolder })).toBe('y'.repeat(32));
});
