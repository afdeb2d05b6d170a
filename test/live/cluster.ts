/** A PostgreSQL for API processes of a check or a benchmark: databases by copy, immediate stops, what its log complains of. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { startEmbedded, type EmbeddedServer } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { askOnce } from '../ask-once.ts';
import type { TestDatabase } from '../database.ts';

const template = 'lotkeeper_template';

export class Cluster {
  private constructor(
    private readonly dataDir: string,
    private server: EmbeddedServer,
  ) {}

  static async start(): Promise<Cluster> {
    const dataDir = await mkdtemp(join(tmpdir(), 'lotkeeper-live-'));
    const cluster = new Cluster(dataDir, await startEmbedded({ dataDir }));
    try {
      await cluster.asAdmin('postgres', `CREATE DATABASE ${template} OWNER lotkeeper_owner`);
      await migrate(cluster.address('owner', template));
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** A migrated, empty one. */
  async newDatabase(): Promise<TestDatabase & { readonly name: string }> {
    const name = `live_${randomBytes(6).toString('hex')}`;
    await this.asAdmin('postgres', `CREATE DATABASE ${name} TEMPLATE ${template} OWNER lotkeeper_owner`);
    return {
      name,
      appUrl: this.address('app', name),
      ownerUrl: this.address('owner', name),
      adminUrl: this.address('admin', name),
      drop: () => this.asAdmin('postgres', `DROP DATABASE ${name} WITH (FORCE)`).then(() => undefined),
    };
  }

  async asAdmin<Row extends pg.QueryResultRow>(database: string, sql: string): Promise<Row[]> {
    return askOnce<Row>(this.address('admin', database), sql);
  }

  /** As a power cut is to it: no connection is ended in order, nothing is written that was not yet. */
  async stopAtOnce(): Promise<void> {
    process.kill(await this.postmaster(), 'SIGQUIT');
    await this.server.ended;
  }

  /** On the same port, after what was written has been read again. */
  async startAgain(): Promise<void> {
    this.server = await startEmbedded({ dataDir: this.dataDir, port: this.server.port });
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private async postmaster(): Promise<number> {
    const pid = Number.parseInt(await readFile(join(this.dataDir, 'pg', 'postmaster.pid'), 'utf8'), 10);
    if (!(pid > 1)) throw new Error('PostgreSQL is not running');
    return pid;
  }

  private address(who: 'admin' | 'owner' | 'app', database: string): string {
    const { adminUrl, ownerUrl, appUrl } = this.server;
    const url = { admin: adminUrl, owner: ownerUrl, app: appUrl }[who];
    return `${url.slice(0, url.lastIndexOf('/'))}/${database}`;
  }
}
