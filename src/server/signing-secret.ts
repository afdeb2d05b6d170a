/** The secret that signs our tokens: the configured one, or one made once and kept in the data folder for its owner alone. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ConfigRefusal, type Config } from '../config.ts';

export async function signingSecret({
  jwtSecret,
  dataFolder,
}: Pick<Config, 'jwtSecret' | 'dataFolder'>): Promise<string> {
  if (jwtSecret !== null) return jwtSecret;
  const file = path.join(dataFolder, 'jwt-secret');
  await mkdir(dataFolder, { recursive: true });
  try {
    await writeFile(file, randomBytes(48).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const secret = (await readFile(file, 'utf8')).trim();
  if (secret.length >= 32) return secret;
  throw new ConfigRefusal(
    'The file jwt-secret in LOTKEEPER_DATA should hold at least 32 characters; remove it to have a new one made.',
  );
}
