/** Through a real PgBouncer in transaction mode: where one is found, and always in CI. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDataSource } from '../ormconfig.ts';
import { directFindings } from '../src/cli/doctor-direct.ts';
import { inVerbTransaction } from '../src/db/in-transaction.ts';
import { namedStatementsHold } from '../src/db/named-statements.ts';
import { nameStatements, read } from '../src/db/prepared.ts';
import { dispense } from '../src/domain/dispensing/dispense.ts';
import { verifyLedger } from '../src/domain/stock/verify-ledger.ts';
import { newKey, TestClinic } from './clinic.ts';
import { freePort } from './redis-server.ts';

const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };
const found = spawnSync('pgbouncer', ['--version'], { env, encoding: 'utf8' });
const hasPooler = found.status === 0 || process.env['CI'] === 'true';
/** From 1.24 on it knows of named statements without being told. */
const [, major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(found.status === 0 ? found.stdout : '')?.map(Number) ?? [];
const carriesNames = major > 1 || minor >= 24;

interface Pooler {
  readonly url: string;
  stop(): Promise<void>;
}

async function startPooler(databaseUrl: string): Promise<Pooler> {
  const folder = await mkdtemp(join(tmpdir(), 'lotkeeper-pooler-'));
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const own = await freePort();
  await writeFile(join(folder, 'users.txt'), `"${username}" "${password}"\n`);
  await writeFile(
    join(folder, 'pgbouncer.ini'),
    `[databases]\n* = host=${hostname} port=${port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${own}\nauth_type = plain
auth_file = ${join(folder, 'users.txt')}\npool_mode = transaction\ndefault_pool_size = 4\nunix_socket_dir =\n`,
  );
  // It refuses to be root, and must read its files as whom it becomes.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) spawnSync('chown', ['-R', 'nobody', folder]);
  const pooler = spawn('pgbouncer', [...(isRoot ? ['-u', 'nobody'] : []), join(folder, 'pgbouncer.ini')], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await isUp(pooler);
  return {
    url: `postgresql://${username}:${password}@127.0.0.1:${own}${pathname}`,
    stop: async () => {
      const ended = new Promise((resolve) => pooler.once('exit', resolve));
      pooler.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function isUp(pooler: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let words = '';
    pooler.once('error', reject);
    pooler.once('exit', () => {
      reject(new Error(`PgBouncer did not start: ${words}`));
    });
    pooler.stderr?.on('data', (text: Buffer) => {
      words += text.toString();
      if (words.includes('process up')) resolve();
    });
  });
}

describe.skipIf(!hasPooler)('through PgBouncer', () => {
  let clinic: TestClinic;
  let pooler: Pooler;
  let pooled: DataSource;
  beforeAll(async () => {
    clinic = await TestClinic.open();
    pooler = await startPooler(clinic.database.appUrl);
    pooled = await createDataSource(pooler.url).initialize();
  });
  afterAll(async () => {
    nameStatements(true);
    await pooled.destroy();
    await pooler.stop();
    await clinic.close();
  });

  test('it is seen that no notice arrives; directly one does', async () => {
    const { appUrl, ownerUrl } = clinic.database;
    const through = (directUrl: string) =>
      directFindings({ database: { appUrl: pooler.url, ownerUrl, directUrl, embedded: null }, db: pooled });
    expect(await through(pooler.url)).toMatchObject([{ health: 'FAIL' }]);
    expect(await through(appUrl)).toMatchObject([{ health: 'OK' }]);
  });

  test('it is seen whether named statements hold; directly they do', async () => {
    expect(await namedStatementsHold(pooler.url)).toBe(carriesNames);
    expect(await namedStatementsHold(clinic.database.appUrl)).toBe(true);
  });

  test('without names dispenses go on, many at a time, and the books agree', async () => {
    nameStatements(false);
    const actor = await clinic.actor(['PHARMACIST']);
    const { locationId } = clinic;
    const products = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const productId = await clinic.product();
        return { productId, ...(await clinic.stock({ productId, quantity: '10' })) };
      }),
    );
    const session = { ...clinic.session(actor), db: pooled };
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(
        products.map(({ productId }) =>
          inVerbTransaction(session, (tx) =>
            dispense(tx, { idempotencyKey: newKey(), locationId, lines: [{ productId, quantity: '2' }] }),
          ),
        ),
      );
    }
    const left = await read<{ left: string }>(
      pooled,
      'SELECT trim_scale(on_hand_quantity)::text AS left FROM inventory.stock WHERE id = ANY($1::uuid[])',
      [products.map(({ stockId }) => stockId)],
    );
    expect(left).toEqual(products.map(() => ({ left: '4' })));
    expect(await verifyLedger(pooled)).toEqual([]);
  });
});
