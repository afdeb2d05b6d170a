/**
 * A PostgreSQL of the system's own programs that archives its WAL, as one in production does: base backups by
 * pg_basebackup while it works, and servers restored from one of them and the archive, to an instant.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, appendFile, chmod, chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type pg from 'pg';
import { newPasswords } from '../../src/db/embedded-folder.ts';
import { serverUser, type ServerUser } from '../../src/db/embedded-user.ts';
import { migrate } from '../../src/db/migrate.ts';
import { setUpRoles } from '../../src/db/roles.ts';
import { askOnce } from '../ask-once.ts';
import type { TestDatabase } from '../database.ts';
import { freePort } from '../redis-server.ts';
import { until } from '../faults/waiting.ts';

const template = 'lotkeeper_template';
const debian = '/usr/lib/postgresql';

interface Place {
  readonly programs: string;
  readonly folder: string;
  readonly user: ServerUser | undefined;
}

export class ArchivedCluster {
  readonly #passwords = newPasswords();
  readonly #restored: string[] = [];

  private constructor(
    private readonly place: Place,
    private readonly port: number,
  ) {}

  static async start(): Promise<ArchivedCluster> {
    const programs = await newestPrograms();
    const folder = await mkdtemp(join(tmpdir(), 'lotkeeper-archived-'));
    const user = await serverUser(folder);
    await chmod(folder, 0o755);
    for (const name of ['archive', 'backups']) {
      await mkdir(join(folder, name));
      if (user !== undefined) await chown(join(folder, name), user.uid, user.gid);
    }
    if (user !== undefined) await chown(folder, user.uid, user.gid);
    const cluster = new ArchivedCluster({ programs, folder, user }, await freePort());
    try {
      await cluster.#make();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  async newDatabase(): Promise<TestDatabase & { readonly name: string }> {
    const name = `archived_${randomBytes(6).toString('hex')}`;
    await this.asAdmin('postgres', `CREATE DATABASE ${name} TEMPLATE ${template} OWNER lotkeeper_owner`);
    return {
      name,
      ...this.#addresses(this.port, name),
      drop: () => this.asAdmin('postgres', `DROP DATABASE ${name} WITH (FORCE)`).then(() => undefined),
    };
  }

  async asAdmin<Row extends pg.QueryResultRow>(database: string, sql: string): Promise<Row[]> {
    return askOnce<Row>(this.#addresses(this.port, database).adminUrl, sql);
  }

  /** Of the whole server, without the WAL that it needs: that is in the archive. Answers its folder. */
  async baseBackup(): Promise<string> {
    const folder = join(this.place.folder, 'backups', randomBytes(6).toString('hex'));
    const from = ['-h', '127.0.0.1', '-p', String(this.port), '-U', 'postgres'];
    await this.#run('pg_basebackup', [...from, '-D', folder, '-X', 'none', '-c', 'fast', '--no-sync']);
    return folder;
  }

  /** Settles when everything written so far lies in the archive. */
  async archiveAll(): Promise<void> {
    const [last] = await this.asAdmin<{ file: string }>('postgres', 'SELECT pg_walfile_name(pg_switch_wal()) AS file');
    if (last === undefined) throw new Error('PostgreSQL names no file of WAL');
    await until(
      () => 'the WAL is archived',
      async () => (await readdir(join(this.place.folder, 'archive'))).includes(last.file),
    );
  }

  /** A server of what was committed up to the instant. The base backup becomes it, so it serves once. */
  async restore(backup: string, instant: string): Promise<(database: string) => Omit<TestDatabase, 'drop'>> {
    const port = await freePort();
    await appendFile(
      join(backup, 'postgresql.auto.conf'),
      `restore_command = 'cp ${join(this.place.folder, 'archive')}/%f %p'\nrecovery_target_time = '${instant}'
recovery_target_action = 'promote'\narchive_mode = off\n`,
    );
    await this.#own(join(backup, 'recovery.signal'), '');
    await this.#launch(backup, port);
    this.#restored.push(backup);
    const addresses = (database: string) => this.#addresses(port, database);
    await until(
      () => 'it has been restored',
      async () => {
        const question = 'SELECT pg_is_in_recovery() AS restoring';
        const [row] = await askOnce<{ restoring: boolean }>(addresses('postgres').adminUrl, question);
        return row?.restoring === false;
      },
    );
    return addresses;
  }

  async stop(): Promise<void> {
    for (const data of [...this.#restored, this.#data]) {
      await this.#run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']).catch(() => undefined);
    }
    await rm(this.place.folder, { recursive: true, force: true });
  }

  get #data(): string {
    return join(this.place.folder, 'data');
  }

  async #make(): Promise<void> {
    await this.#run('initdb', ['-D', this.#data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C.UTF-8']);
    await appendFile(
      join(this.#data, 'postgresql.conf'),
      `listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 200\ntimezone = 'UTC'\njit = off
wal_level = replica\narchive_mode = on\narchive_command = 'test ! -f ${this.place.folder}/archive/%f && cp %p ${this.place.folder}/archive/%f'\n`,
    );
    await this.#launch(this.#data, this.port);
    const { adminUrl } = this.#addresses(this.port, 'postgres');
    await setUpRoles(adminUrl, this.#passwords, template);
    await migrate(this.#addresses(this.port, template).ownerUrl);
  }

  async #launch(data: string, port: number): Promise<void> {
    await this.#run('pg_ctl', ['-D', data, '-w', '-t', '120', '-l', `${data}.log`, '-o', `-p ${port}`, 'start']);
  }

  #addresses(port: number, database: string): Omit<TestDatabase, 'drop'> {
    const url = (role: string, password: string) => `postgresql://${role}:${password}@127.0.0.1:${port}/${database}`;
    return {
      appUrl: url('lotkeeper_api', this.#passwords.api),
      ownerUrl: url('lotkeeper_owner', this.#passwords.owner),
      adminUrl: url('postgres', 'none'),
    };
  }

  async #own(file: string, text: string): Promise<void> {
    await writeFile(file, text);
    const { user } = this.place;
    if (user !== undefined) await chown(file, user.uid, user.gid);
  }

  async #run(program: string, args: readonly string[]): Promise<void> {
    const { programs, user } = this.place;
    const as = user === undefined ? {} : { uid: user.uid, gid: user.gid };
    await promisify(execFile)(join(programs, program), args, { ...as, cwd: '/', env: { PATH: '/usr/bin:/bin' } });
  }
}

/** The PostgreSQL that comes along has no pg_basebackup. */
async function newestPrograms(): Promise<string> {
  for (const version of [18, 17, 16, 15]) {
    const programs = join(debian, String(version), 'bin');
    const isThere = await access(join(programs, 'pg_basebackup')).then(
      () => true,
      () => false,
    );
    if (isThere) return programs;
  }
  throw new Error("Debian's PostgreSQL is needed for base backups: apt-get install postgresql.");
}
