/** Where a command finds its database: the one that DATABASE_URL names, one that runs already in the data folder, or one it starts itself. */
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { readConfig, type Config, type Environment } from '../config.ts';
import { startEmbedded, type EmbeddedServer } from '../db/embedded.ts';
import { mayEnter, serverUser } from '../db/embedded-user.ts';
import { nameStatements } from '../db/prepared.ts';
import type { Closers } from './closers.ts';

export interface Database {
  /** What the API and the workers sign in with. */
  readonly appUrl: string;
  /** Owns the tables: migrations and seeds. */
  readonly ownerUrl: string;
  /** The app's sign-in past any pooler: LISTEN and the queue. */
  readonly directUrl: string;
  /** Only where this process runs the server itself. */
  readonly embedded: EmbeddedServer | null;
}

/** The configuration, with a data folder that the database server's user can reach; what holds for the process is set. */
export async function commandConfig(env: Environment = process.env): Promise<Config> {
  const config = readConfig(env);
  nameStatements(config.databasePrepared);
  if ((env['LOTKEEPER_DATA'] ?? '').trim() !== '' || process.getuid?.() !== 0) return config;
  const user = await serverUser(config.dataFolder).catch(() => undefined);
  // Root's own folders are closed to the unprivileged user that PostgreSQL runs as.
  if (user === undefined || mayEnter(process.cwd(), user)) return config;
  return { ...config, dataFolder: '/var/lib/lotkeeper' };
}

/** For `start`, which runs the server itself or not at all. */
export async function startDatabase(config: Config, closers: Closers, log: (line: string) => void): Promise<Database> {
  const given = givenDatabase(config);
  if (given !== null) return given;
  const embedded = await startEmbedded({ dataDir: config.dataFolder, log });
  closers.add(() => embedded.stop());
  return { appUrl: embedded.appUrl, ownerUrl: embedded.ownerUrl, directUrl: embedded.appUrl, embedded };
}

/** For the other commands: a running Lotkeeper's database is used as it is. */
export async function openDatabase(config: Config, closers: Closers): Promise<Database> {
  const found = givenDatabase(config) ?? (await runningDatabase(config.dataFolder));
  return found ?? startDatabase(config, closers, () => undefined);
}

function givenDatabase(config: Config): Database | null {
  const { databaseUrl, databaseOwnerUrl, databaseDirectUrl } = config;
  if (databaseUrl === null) return null;
  return {
    appUrl: databaseUrl,
    ownerUrl: databaseOwnerUrl ?? databaseUrl,
    directUrl: databaseDirectUrl ?? databaseUrl,
    embedded: null,
  };
}

/** The lock file's first line is the server's process, its fourth the port. */
async function runningDatabase(dataFolder: string): Promise<Database | null> {
  const lock = await readFile(join(dataFolder, 'pg', 'postmaster.pid'), 'utf8').catch(() => '');
  const port = Number(lock.split('\n')[3]);
  if (!Number.isInteger(port) || port === 0 || !(await listens(port))) return null;
  const kept: unknown = JSON.parse(await readFile(join(dataFolder, 'passwords.json'), 'utf8'));
  if (typeof kept !== 'object' || kept === null || !('api' in kept) || !('owner' in kept)) return null;
  const url = (user: string, password: unknown) =>
    `postgresql://${user}:${String(password)}@127.0.0.1:${port}/lotkeeper`;
  const appUrl = url('lotkeeper_api', kept.api);
  return { appUrl, ownerUrl: url('lotkeeper_owner', kept.owner), directUrl: appUrl, embedded: null };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
