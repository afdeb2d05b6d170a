/**
 * A PostgreSQL whose clock stands where it is put, to the second: libfaketime answers in the place of the system. Nothing
 * of the product knows of it. What waits by that clock (pg_sleep, a timeout) waits for ever.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { startEmbedded, type EmbeddedServer } from '../../src/db/embedded.ts';
import { openDataFolder } from '../../src/db/embedded-folder.ts';
import { launchServer, type ServerProcess } from '../../src/db/embedded-process.ts';
import { findPrograms } from '../../src/db/embedded-programs.ts';
import { serverUser } from '../../src/db/embedded-user.ts';
import { migrate } from '../../src/db/migrate.ts';
import { askOnce } from '../ask-once.ts';
import type { TestDatabase } from '../database.ts';

const template = 'lotkeeper_template';

export class ClockCluster {
  private constructor(
    private readonly folder: string,
    private readonly urls: EmbeddedServer,
    private readonly server: ServerProcess,
    /** What libfaketime has left in shared memory, and would leave there. */
    private readonly traces: readonly string[],
  ) {}

  /** Its clock stands at `instant` from the start. */
  static async start(instant: Date): Promise<ClockCluster> {
    const library = await libraryPath();
    const folder = await mkdtemp(join(tmpdir(), 'lotkeeper-clock-'));
    // The server's user reads the clock, and its data below.
    await chmod(folder, 0o755);
    const urls = await startEmbedded({ dataDir: join(folder, 'data') });
    const onServer = (role: 'adminUrl' | 'ownerUrl', database: string) => addressOf(urls[role], database);
    await askOnce(onServer('adminUrl', 'postgres'), `CREATE DATABASE ${template} OWNER lotkeeper_owner`);
    await migrate(onServer('ownerUrl', template));
    await urls.stop();
    await setClock(folder, instant);
    const before = await traces();
    const server = await launch(folder, urls.port, library);
    const made = (await traces()).filter((name) => !before.includes(name));
    return new ClockCluster(folder, urls, server, made);
  }

  async set(instant: Date): Promise<void> {
    await setClock(this.folder, instant);
  }

  async newDatabase(): Promise<TestDatabase & { readonly name: string }> {
    const name = `clock_${randomBytes(6).toString('hex')}`;
    await this.asAdmin('postgres', `CREATE DATABASE ${name} TEMPLATE ${template} OWNER lotkeeper_owner`);
    return {
      name,
      appUrl: addressOf(this.urls.appUrl, name),
      ownerUrl: addressOf(this.urls.ownerUrl, name),
      adminUrl: addressOf(this.urls.adminUrl, name),
      drop: () => this.asAdmin('postgres', `DROP DATABASE ${name} WITH (FORCE)`).then(() => undefined),
    };
  }

  async asAdmin<Row extends pg.QueryResultRow>(database: string, sql: string): Promise<Row[]> {
    return askOnce<Row>(addressOf(this.urls.adminUrl, database), sql);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
    for (const name of this.traces) await rm(join(sharedMemory, name), { force: true });
  }
}

const addressOf = (url: string, database: string) => `${url.slice(0, url.lastIndexOf('/'))}/${database}`;

const clockFile = (folder: string) => join(folder, 'clock');

/** In one step: a file that is being written would be read as no time at all. */
async function setClock(folder: string, instant: Date): Promise<void> {
  const next = `${clockFile(folder)}.next`;
  await writeFile(next, instant.toISOString().slice(0, 19).replace('T', ' '), { mode: 0o644 });
  await rename(next, clockFile(folder));
}

async function launch(folder: string, port: number, library: string): Promise<ServerProcess> {
  const dataDir = join(folder, 'data');
  const user = await serverUser(dataDir);
  const data = await openDataFolder(dataDir, user);
  const settings = { port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off' };
  return launchServer({
    command: [
      join(await findPrograms(data, user), 'postgres'),
      ...['-D', data.pg, '-c', 'log_destination=stderr', '-c', 'logging_collector=off', '-c', 'autovacuum=off'],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    user,
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: clockFile(folder),
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    log: () => undefined,
  });
}

async function libraryPath(): Promise<string> {
  for (const place of await namesIn('/usr/lib')) {
    const folder = join('/usr/lib', place, 'faketime');
    if ((await namesIn(folder)).includes('libfaketime.so.1')) return join(folder, 'libfaketime.so.1');
  }
  throw new Error('libfaketime is needed to move a clock: apt-get install libfaketime.');
}

const sharedMemory = '/dev/shm';

async function traces(): Promise<string[]> {
  return (await namesIn(sharedMemory)).filter((name) => name.includes('faketime'));
}

/** None where there is no such folder. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
