/** Secrets that are configured, or made once and kept in the data folder for its owner alone. */
import { randomBytes, randomUUID } from 'node:crypto';
import { access, link, readFile, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../db/make-folder.ts';
import { ConfigRefusal, type Config } from '../config.ts';

/** Signs our tokens. */
export async function signingSecret(config: Pick<Config, 'jwtSecret' | 'dataFolder'>): Promise<string> {
  return config.jwtSecret ?? keptSecret(config.dataFolder, 'jwt-secret');
}

/** Under which analytics know a patient again. */
export async function patientKey(config: Pick<Config, 'patientKey' | 'dataFolder'>): Promise<string> {
  return config.patientKey ?? keptSecret(config.dataFolder, 'patient-key');
}

async function keptSecret(dataFolder: string, name: string): Promise<string> {
  const file = path.join(dataFolder, name);
  await makeFolder(dataFolder);
  if (!(await isThere(file))) await writeWhole(file, randomBytes(48).toString('base64url'));
  const secret = (await readFile(file, 'utf8')).trim();
  if (secret.length >= 32) return secret;
  throw new ConfigRefusal(
    `The file ${name} in LOTKEEPER_DATA should hold at least 32 characters; remove it to have a new one made.`,
  );
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** Appears with its whole content, or is left to whoever was first: another process never reads half of it. */
async function writeWhole(file: string, content: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, content, { mode: 0o600 });
  try {
    await link(draft, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
}
