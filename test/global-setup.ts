import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import pg from 'pg';
import { startEmbedded } from '../src/db/embedded.ts';
import { newPasswords } from '../src/db/embedded-folder.ts';
import { migrate } from '../src/db/migrate.ts';
import { setUpRoles } from '../src/db/roles.ts';
import { build } from './program.ts';

const template = 'lotkeeper_template';

/** Where the tests find their server; addresses without a database's name at the end. */
export interface TestServer {
  readonly adminUrl: string;
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly template: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    testServer: TestServer;
  }
}

/** One server for the whole run, one migrated database on it; each test file clones that one. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_ADMIN_URL'];
  const [{ server, stop }] = await Promise.all([given === undefined ? ownServer() : givenServer(given), build()]);
  try {
    await migrate(`${server.ownerUrl}/${template}`);
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide('testServer', server);
  return stop;
}

async function ownServer(): Promise<{ server: TestServer; stop: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lotkeeper-test-'));
  const started = await startEmbedded({ dataDir, durable: false });
  const admin = new pg.Client({ connectionString: started.adminUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${template} OWNER lotkeeper_owner`);
  await admin.end();
  const withoutDatabase = (url: string) => url.slice(0, url.lastIndexOf('/'));
  return {
    server: {
      adminUrl: withoutDatabase(started.adminUrl),
      ownerUrl: withoutDatabase(started.ownerUrl),
      appUrl: withoutDatabase(started.appUrl),
      template,
    },
    stop: async () => {
      await started.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** TEST_DATABASE_ADMIN_URL: another PostgreSQL, signed in to as a superuser. Its `lotkeeper_*` roles get new passwords. */
async function givenServer(url: string): Promise<{ server: TestServer; stop: () => Promise<void> }> {
  const passwords = newPasswords();
  const { host, username, password } = new URL(url);
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  const dropTemplate = () => admin.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
  await dropTemplate();
  await admin.query(`CREATE DATABASE ${template} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'`);
  await setUpRoles(url, passwords, template);
  await admin.query(`ALTER DATABASE ${template} OWNER TO lotkeeper_owner`);
  return {
    server: {
      adminUrl: `postgresql://${username}:${password}@${host}`,
      ownerUrl: `postgresql://lotkeeper_owner:${passwords.owner}@${host}`,
      appUrl: `postgresql://lotkeeper_api:${passwords.api}@${host}`,
      template,
    },
    stop: async () => {
      await dropTemplate();
      await admin.end();
    },
  };
}
