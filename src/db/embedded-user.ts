import { execFile, spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StartRefusal } from './start-refusal.ts';

/** Whom the database server runs as. PostgreSQL refuses root, so root lends it an unprivileged user. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const run = promisify(execFile);

/** `undefined` means "as ourselves". A folder that has a database already keeps the user who owns it. */
export async function serverUser(dataDir: string): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(join(dataDir, 'pg')).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { name: `number ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  return (await knownUser('postgres')) ?? (await knownUser('nobody')) ?? noUser();
}

async function knownUser(name: string): Promise<ServerUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

function noUser(): never {
  throw new StartRefusal(
    'PostgreSQL does not run as root and this system has neither a user "postgres" nor "nobody": start Lotkeeper as an ordinary user, or set DATABASE_URL to a server of your own.',
  );
}

/** Asks the system itself, as that user: modes, ACLs and mounts all have their say. */
export function mayEnter(folder: string, user: ServerUser): boolean {
  const { uid, gid } = user;
  return spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { uid, gid, cwd: '/', env: {} }).status === 0;
}
