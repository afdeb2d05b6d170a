/** A file on this machine, measured: how long it is, and what it holds. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { SourceFile } from './file-store.ts';
import { pathParts } from './store-key.ts';

export type NoSourceFile = 'OUTSIDE' | 'ABSENT' | 'NOT_A_FILE' | 'UNREADABLE';

/**
 * By the path that an older system knew it by, within the folder: also where its web server put `media` before it. Links
 * that lead out of the folder are not followed.
 */
export async function findSourceFile(folder: string, told: string): Promise<SourceFile | NoSourceFile> {
  const parts = pathParts(told);
  if (parts === null) return 'OUTSIDE';
  // Any other folder's file of that name may be another patient's.
  const choices = parts.length > 1 && parts[0]?.toLowerCase() === 'media' ? [parts, parts.slice(1)] : [parts];
  const root = await realpath(folder);
  for (const choice of choices) {
    const found = await realpath(path.join(root, ...choice)).catch(() => null);
    if (found === null) continue;
    if (!found.startsWith(root + path.sep)) return 'OUTSIDE';
    return measured(found);
  }
  return 'ABSENT';
}

async function measured(file: string): Promise<SourceFile | NoSourceFile> {
  try {
    if (!(await stat(file)).isFile()) return 'NOT_A_FILE';
    return { path: file, ...(await contentOf(file)) };
  } catch {
    return 'UNREADABLE';
  }
}

export async function contentOf(file: string): Promise<Pick<SourceFile, 'bytes' | 'checksum'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, checksum: hash.digest('hex') };
}
