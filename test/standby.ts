/**
 * A migrated primary of the PostgreSQL that comes along, and a streaming standby of it: the folder copied between
 * pg_backup_start and pg_backup_stop, as pg_basebackup would do, which does not come along.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import pg from 'pg';
import { expect, vi } from 'vitest';
import { startEmbedded, type EmbeddedServer } from '../src/db/embedded.ts';
import { findPrograms } from '../src/db/embedded-programs.ts';
import { serverUser, type ServerUser } from '../src/db/embedded-user.ts';
import { migrate } from '../src/db/migrate.ts';
import { askOnce } from './ask-once.ts';
import type { TestDatabase } from './database.ts';
import { freePort } from './redis-server.ts';
import { patience } from './server/settled.ts';

const run = promisify(execFile);

export class PrimaryAndStandby {
  readonly #statements: string[] = [];
  #standby: ChildProcess | null = null;

  private constructor(
    private readonly folder: string,
    private readonly primary: EmbeddedServer,
    private readonly user: ServerUser | undefined,
    private readonly port: number,
  ) {}

  static async start(): Promise<PrimaryAndStandby> {
    const folder = await mkdtemp(join(tmpdir(), 'lotkeeper-standby-'));
    await chmod(folder, 0o755);
    const primary = await startEmbedded({ dataDir: join(folder, 'primary'), durable: false });
    const both = new PrimaryAndStandby(folder, primary, await serverUser(join(folder, 'primary')), await freePort());
    try {
      await migrate(primary.ownerUrl);
      await both.#copy();
      await both.startStandby();
      return both;
    } catch (error) {
      await both.stop();
      throw error;
    }
  }

  /** On the primary. */
  get database(): TestDatabase {
    const { appUrl, ownerUrl, adminUrl } = this.primary;
    return { appUrl, ownerUrl, adminUrl: at(adminUrl, this.primary.port, 'lotkeeper'), drop: async () => undefined };
  }

  get replicaUrl(): string {
    return at(this.primary.appUrl, this.port, 'lotkeeper');
  }

  /** What the application has said to the standby so far, by the standby's own log. */
  get statements(): readonly string[] {
    return this.#statements;
  }

  async pauseReplay(): Promise<void> {
    await this.onStandby('SELECT pg_wal_replay_pause()');
    await this.untilOnStandby(`pg_get_wal_replay_pause_state() = 'paused'`);
  }

  async resumeReplay(): Promise<void> {
    await this.onStandby('SELECT pg_wal_replay_resume()');
  }

  /** Settles when the standby has replayed all that is committed on the primary by now. */
  async caughtUp(): Promise<void> {
    const mark = `SELECT pg_logical_emit_message(false, 'test', 'here', true)::text AS position`;
    const [marked] = await askOnce<{ position: string }>(this.primary.adminUrl, mark);
    await this.untilOnStandby('pg_last_wal_replay_lsn() >= $1::pg_lsn', [marked?.position]);
  }

  async untilOnStandby(condition: string, values: readonly unknown[] = []): Promise<void> {
    await vi.waitFor(async () => {
      expect(await this.onStandby(`SELECT ${condition} AS held`, values)).toEqual([{ held: true }]);
    }, patience);
  }

  async onStandby<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return askOnce<Row>(at(this.primary.adminUrl, this.port, 'postgres'), sql, values);
  }

  async startStandby(): Promise<void> {
    const programs = await findPrograms(
      { path: join(this.folder, 'primary'), pg: this.#primaryData, isNew: false },
      this.user,
    );
    const settings = {
      port: String(this.port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      log_statement: 'all',
      log_line_prefix: '%a|',
      lc_messages: 'C',
      log_destination: 'stderr',
      logging_collector: 'off',
    };
    const told = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const standby = spawn(join(programs, 'postgres'), ['-D', this.#standbyData, ...told], {
      ...this.#as,
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#standby = standby;
    const said: string[] = [];
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: standby.stderr }).on('line', (line) => {
        said.push(line);
        if (/^lotkeeper[^|]*\|LOG:\s+(statement|execute)/.test(line)) this.#statements.push(line);
        if (line.includes('ready to accept read-only connections')) resolve();
      });
      standby.once('exit', () => {
        reject(new Error(said.join('\n')));
      });
    });
  }

  /** At once, as a power cut is to it. */
  async killStandby(): Promise<void> {
    const standby = this.#standby;
    if (standby === null) return;
    const ended = once(standby, 'exit');
    standby.kill('SIGQUIT');
    await ended;
    this.#standby = null;
  }

  async stop(): Promise<void> {
    await this.killStandby();
    await this.primary.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  get #primaryData(): string {
    return join(this.folder, 'primary', 'pg');
  }

  get #standbyData(): string {
    return join(this.folder, 'standby');
  }

  get #as() {
    return this.user === undefined ? {} : { uid: this.user.uid, gid: this.user.gid };
  }

  async #copy(): Promise<void> {
    const client = new pg.Client({ connectionString: this.primary.adminUrl });
    await client.connect();
    try {
      await client.query(`SELECT pg_backup_start('standby', true)`);
      await mkdir(this.#standbyData, { mode: 0o700 });
      if (this.user !== undefined) await chown(this.#standbyData, this.user.uid, this.user.gid);
      // The log comes over the network.
      const without = ['--exclude=./postmaster.*', '--exclude=./pg_wal/*'];
      const pack = [...without, '-C', this.#primaryData, '.'].map((each) => `'${each}'`).join(' ');
      await run('/bin/sh', ['-c', `tar -cf - ${pack} | tar -xf - -C '${this.#standbyData}'`], {
        ...this.#as,
        cwd: '/',
      });
      const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop()');
      await this.#write('backup_label', rows[0]?.labelfile ?? '');
    } finally {
      await client.end();
    }
    await this.#write('standby.signal', '');
    const { username, password } = new URL(this.primary.adminUrl);
    const from = `host=127.0.0.1 port=${this.primary.port} user=${username} password=${password}`;
    await appendFile(join(this.#standbyData, 'postgresql.auto.conf'), `primary_conninfo = '${from}'\n`);
  }

  async #write(name: string, text: string): Promise<void> {
    const file = join(this.#standbyData, name);
    await writeFile(file, text);
    if (this.user !== undefined) await chown(file, this.user.uid, this.user.gid);
  }
}

function at(url: string, port: number, database: string): string {
  const other = new URL(url);
  other.port = String(port);
  other.pathname = `/${database}`;
  return other.href;
}
