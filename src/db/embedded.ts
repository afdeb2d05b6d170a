import { execFile } from 'node:child_process';
import { chown, mkdtemp, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type DataFolder, fullDisk, openDataFolder, type Passwords, passwordsOf } from './embedded-folder.ts';
import { clearFolder, launchServer, serverEnvironment, type ServerProcess, takenFolder } from './embedded-process.ts';
import { findPrograms } from './embedded-programs.ts';
import { serverUser, type ServerUser } from './embedded-user.ts';
import { setUpRoles } from './roles.ts';
import { StartRefusal } from './start-refusal.ts';

export interface EmbeddedOptions {
  readonly dataDir: string;
  /** A free one when not given. */
  readonly port?: number;
  /** `false` gives up what was written when the machine fails, for the sake of speed: tests only. */
  readonly durable?: boolean;
  readonly log?: (line: string) => void;
}

export interface EmbeddedServer {
  /** May migrate. */
  readonly ownerUrl: string;
  /** What the API and the workers sign in with. */
  readonly appUrl: string;
  /** Superuser. */
  readonly adminUrl: string;
  readonly port: number;
  /** Settles when the server has ended, asked or not. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

interface Cluster {
  readonly folder: DataFolder;
  readonly user: ServerUser | undefined;
  readonly programs: string;
  readonly durable: boolean;
  readonly log: (line: string) => void;
}

/**
 * Runs a PostgreSQL of our own on 127.0.0.1 in a data folder that is made when missing and kept afterwards. Whatever keeps
 * it from starting is a StartRefusal. It shuts down in order at stop() and also when this process ends in any other way.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  if (process.platform === 'win32') {
    throw new StartRefusal(
      'The PostgreSQL that comes along does not run on Windows itself: use WSL, or set DATABASE_URL to a server of your own.',
    );
  }
  const user = await serverUser(options.dataDir);
  const folder = await openDataFolder(options.dataDir, user);
  const programs = await findPrograms(folder, user);
  const passwords = await passwordsOf(folder);
  const cluster = { folder, user, programs, durable: options.durable ?? true, log: options.log ?? (() => undefined) };
  if (folder.isNew) await makeCluster(cluster, passwords);
  const { server, port } = await startCluster(cluster, options.port);
  const url = (role: string, password: string, database: string) =>
    `postgresql://${role}:${password}@127.0.0.1:${port}/${database}`;
  const adminUrl = url('postgres', passwords.admin, 'postgres');
  try {
    await setUpRoles(adminUrl, passwords, 'lotkeeper');
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    ownerUrl: url('lotkeeper_owner', passwords.owner, 'lotkeeper'),
    appUrl: url('lotkeeper_api', passwords.api, 'lotkeeper'),
    adminUrl,
    port,
    ...server,
  };
}

/** What an operator may tune later in postgresql.conf; what must hold is on the command line. */
const tunable = {
  // Of some ten processes of ours; a slot that nobody uses costs a few kilobytes.
  max_connections: '300',
  shared_buffers: '128MB',
  wal_level: 'replica',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
};

/** Made aside and renamed: a folder named `pg` is always whole, whenever we are killed. */
async function makeCluster({ folder, user, programs, durable }: Cluster, passwords: Passwords): Promise<void> {
  const aside = await mkdtemp(join(folder.path, 'pg.new-'));
  const passwordFile = `${aside}.password`;
  try {
    await writeFile(passwordFile, passwords.admin, { mode: 0o600, flag: 'wx' });
    if (user !== undefined) for (const path of [aside, passwordFile]) await chown(path, user.uid, user.gid);
    const fixed = ['--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--no-instructions'];
    const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
    const settings = Object.entries(tunable).map(([name, value]) => `--set=${name}=${value}`);
    await promisify(execFile)(
      join(programs, 'initdb'),
      [`--pgdata=${aside}`, ...fixed, ...locale, ...settings, ...(durable ? [] : ['--no-sync'])],
      { ...(user && { uid: user.uid, gid: user.gid }), cwd: '/', env: serverEnvironment },
    );
    await rename(aside, folder.pg);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw whyNotStarted(String(error), folder);
  } finally {
    await unlink(passwordFile).catch(() => undefined);
  }
}

/** Another port when ours was taken in between; once more while processes of a server that was killed are still going. */
async function startCluster(
  cluster: Cluster,
  wanted: number | undefined,
): Promise<{ server: ServerProcess; port: number }> {
  const env = await clearFolder(cluster.folder);
  const patience = Date.now() + 10_000;
  for (;;) {
    const port = wanted ?? (await freePort());
    try {
      const command = commandLine(cluster, port);
      return { port, server: await launchServer({ command, user: cluster.user, env, log: cluster.log }) };
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      const passing = said.includes('shared memory block') || (said.includes('could not bind') && wanted === undefined);
      if (!passing || Date.now() > patience) throw whyNotStarted(said, cluster.folder, port);
      await delay(100);
    }
  }
}

function commandLine({ programs, folder, durable }: Cluster, port: number): string[] {
  const settings = {
    // Read back by the next start, to tell whether the Lotkeeper that owns this server still lives.
    cluster_name: `lotkeeper-${process.pid}`,
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    // We wait for a sentence of the log.
    lc_messages: 'C',
    log_destination: 'stderr',
    logging_collector: 'off',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return [
    join(programs, 'postgres'),
    '-D',
    folder.pg,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((settle, reject) => {
    probe.once('error', reject).listen(0, '127.0.0.1', settle);
  });
  const address = probe.address();
  await new Promise((settle) => probe.close(settle));
  if (address === null || typeof address === 'string') throw new StartRefusal('No free port was found on 127.0.0.1.');
  return address.port;
}

/** One sentence from what PostgreSQL said when it did not start. */
export function whyNotStarted(said: string, folder: DataFolder, port?: number): StartRefusal {
  if (said.includes('No space left on device')) return fullDisk(folder.path);
  if (said.includes('lock file "postmaster.pid" already exists')) return takenFolder(folder);
  if (said.includes('could not bind')) {
    return new StartRefusal(
      `Port ${String(port)} on 127.0.0.1 is in use: stop what listens there, or name another port.`,
    );
  }
  const reason = /(?:FATAL|PANIC|initdb: error):\s*(.*)/.exec(said)?.[1] ?? said.trim().split('\n').at(-1) ?? '';
  return new StartRefusal(`PostgreSQL did not start on the data folder ${folder.path}: ${reason}.`);
}
