import { randomBytes } from 'node:crypto';
import { access, chmod, chown, constants, readdir, readFile, realpath, statfs, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { mayEnter, type ServerUser } from './embedded-user.ts';
import { makeFolder } from './make-folder.ts';
import { StartRefusal } from './start-refusal.ts';

const postgresMajor = '18';
/** A new cluster takes about 60 MB, its first day of work some more. */
const roomForNewCluster = 256 * 1024 * 1024;

export interface DataFolder {
  readonly path: string;
  /** PostgreSQL's own data directory in it. */
  readonly pg: string;
  readonly isNew: boolean;
}

/** Makes the folder if need be, hands it to the server's user, and refuses one that is not ours or cannot be used. */
export async function openDataFolder(given: string, user: ServerUser | undefined): Promise<DataFolder> {
  const path = await realFolder(resolve(given));
  const entries = await readdir(path).catch((error: unknown) => notUsable(path, error));
  const strangers = entries.filter(
    (name) => !/^(pg|pg\.new.*|passwords\.json|jwt-secret|patient-key|files|legacy|server-.*|lost\+found)$/.test(name),
  );
  if (strangers.length > 0 && !entries.includes('pg')) {
    throw new StartRefusal(
      `The folder ${path} holds other things than Lotkeeper's data: name an empty folder or one that does not exist yet.`,
    );
  }
  const folder = { path, pg: join(path, 'pg'), isNew: !entries.includes('pg') };
  if (user !== undefined) await handOver(path, user);
  await access(path, constants.R_OK | constants.W_OK | constants.X_OK).catch((error: unknown) =>
    notUsable(path, error),
  );
  await (folder.isNew ? refuseFullDisk(path) : refuseOtherVersion(folder));
  return folder;
}

async function realFolder(path: string): Promise<string> {
  try {
    await makeFolder(path);
    return await realpath(path);
  } catch (error) {
    return notUsable(path, error);
  }
}

async function handOver(path: string, user: ServerUser): Promise<void> {
  try {
    await chown(path, user.uid, user.gid);
    await chmod(path, 0o700);
  } catch (error) {
    notUsable(path, error);
  }
  if (mayEnter(path, user)) return;
  throw new StartRefusal(
    `PostgreSQL runs as the user ${user.name} when Lotkeeper is started by root, and that user may not enter ${path}: name a data folder outside private folders, such as /var/lib/lotkeeper, or start Lotkeeper as an ordinary user.`,
  );
}

function notUsable(path: string, error: unknown): never {
  if (hasCode(error, 'ENOSPC')) throw fullDisk(path);
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  throw new StartRefusal(
    `The data folder ${path} cannot be written by this user (${code}): give the user the right to write there, or name another folder.`,
    { cause: error },
  );
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

export function fullDisk(path: string): StartRefusal {
  return new StartRefusal(
    `The disk that holds the data folder ${path} is full: free some space (a new database needs ${roomForNewCluster / 1024 ** 2} MB) and start again.`,
  );
}

async function refuseFullDisk(path: string): Promise<void> {
  const disk = await statfs(path);
  if (disk.bavail * disk.bsize < roomForNewCluster) throw fullDisk(path);
}

async function refuseOtherVersion(folder: DataFolder): Promise<void> {
  const version = await readFile(join(folder.pg, 'PG_VERSION'), 'utf8').catch((error: unknown) =>
    notUsable(folder.path, error),
  );
  if (version.trim() === postgresMajor) return;
  throw new StartRefusal(
    `The data folder ${folder.path} was made by PostgreSQL ${version.trim()} and this Lotkeeper runs ${postgresMajor}: start it with the Lotkeeper that made it, dump it there, and load it into a new folder.`,
  );
}

export interface Passwords {
  readonly admin: string;
  readonly owner: string;
  readonly api: string;
}

/** Written before the cluster is made, so that a cluster never exists whose passwords are lost. */
export async function passwordsOf(folder: DataFolder): Promise<Passwords> {
  const file = join(folder.path, 'passwords.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const kept: unknown = text === undefined ? undefined : parse(text);
  if (isPasswords(kept)) return kept;
  if (!folder.isNew) {
    throw new StartRefusal(
      `${file} is missing or damaged and the database cannot be entered without it: put it back from a backup.`,
    );
  }
  const made = newPasswords();
  await writeFile(file, JSON.stringify(made), { mode: 0o600 }).catch((error: unknown) => notUsable(folder.path, error));
  return made;
}

export function newPasswords(): Passwords {
  const secret = () => randomBytes(24).toString('hex');
  return { admin: secret(), owner: secret(), api: secret() };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isPasswords(value: unknown): value is Passwords {
  if (typeof value !== 'object' || value === null) return false;
  return ['admin', 'owner', 'api'].every((name) => typeof Reflect.get(value, name) === 'string');
}
