import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { numberAtInsert, raiseAlert, raiseAlerts } from '../../../test/alerts.ts';
import { TestClinic } from '../../../test/clinic.ts';
import { ownerPool } from '../../../test/database.ts';
import { Random } from '../../seed/random.ts';
import { lookAtFeed, numberAlerts } from './number-alerts.ts';

let clinic: TestClinic;
beforeAll(async () => {
  clinic = await TestClinic.open();
});
afterAll(async () => {
  await clinic.close();
});
beforeEach(async () => {
  await emptyFeed(clinic);
});

async function emptyFeed({ owner }: TestClinic): Promise<void> {
  await owner.query('DELETE FROM inventory.alert_feed; DELETE FROM inventory.inventory_alert');
}

const here = () => ({ locationId: clinic.locationId });
const number = (of = clinic) => of.as(of.systemSession().actor, numberAlerts);

/** A reader that knows nothing but the last number it has seen. */
class Reader {
  #cursor = '0';
  readonly seen: string[] = [];

  constructor(private readonly clinic: TestClinic) {}

  async read(): Promise<void> {
    const rows = await this.clinic.all<{ seq: string; alertId: string }>(
      'SELECT seq, alert_id AS "alertId" FROM inventory.alert_feed WHERE seq > $1 ORDER BY seq',
      [this.#cursor],
    );
    this.#cursor = rows.at(-1)?.seq ?? this.#cursor;
    this.seen.push(...rows.map(({ alertId }) => alertId));
  }
}

/** Two writers: the one that wrote first commits last. What a reader has seen at the end, and what there is. */
async function lateCommit(of: TestClinic): Promise<{ seen: readonly string[]; written: readonly string[] }> {
  const reader = new Reader(of);
  const late = await of.owner.connect();
  await late.query('BEGIN');
  const first = await raiseAlert(late, { locationId: of.locationId });
  const second = await raiseAlert(of.owner, { locationId: of.locationId });
  await number(of);
  await reader.read();
  await late.query('COMMIT');
  late.release();
  await number(of);
  await reader.read();
  return { seen: reader.seen, written: [second, first] };
}

describe('who has seen N never misses a smaller one', () => {
  test('that commits later', async () => {
    const { seen, written } = await lateCommit(clinic);
    expect(seen).toEqual(written);
  });

  test('and would, were numbers given at the insert', async () => {
    const mutant = await TestClinic.open();
    await mutant.owner.query(numberAtInsert);
    const { seen, written } = await lateCommit(mutant);
    expect(seen).toEqual(written.slice(0, 1));
    await mutant.close();
  });

  test.each([17, 4_711])('of 24 writers with pauses and rollbacks, seed %i', async (seed) => {
    const { missed, seen, written } = await manyWriters(clinic, seed);
    expect(missed).toEqual([]);
    expect(seen).toBe(written);
  });

  test('and the same 24 show it, were numbers given at the insert', async () => {
    const mutant = await TestClinic.open();
    await mutant.owner.query(numberAtInsert);
    const { missed } = await manyWriters(mutant, 17);
    expect(missed.length).toBeGreaterThan(0);
    await mutant.close();
  });
});

/** Pauses are other writers' turns, in an order drawn from the seed: no clock has a say in what is tried. */
async function manyWriters(of: TestClinic, seed: number) {
  const random = new Random(seed);
  const reader = new Reader(of);
  const open: { readonly client: pg.PoolClient; readonly id: string }[] = [];
  const written: string[] = [];
  const pool = ownerPool(of.database, 24);
  for (let step = 0; step < 600; step += 1) {
    const what = random.between(0, 9);
    if (what < 5 && open.length < 24) {
      const client = await pool.connect();
      await client.query('BEGIN');
      open.push({ client, id: await raiseAlert(client, { locationId: of.locationId }) });
    } else if (what < 8 && open.length > 0) {
      const [writer] = open.splice(random.between(0, open.length - 1), 1);
      if (writer === undefined) continue;
      const keeps = random.between(0, 3) > 0;
      await writer.client.query(keeps ? 'COMMIT' : 'ROLLBACK');
      if (keeps) written.push(writer.id);
      writer.client.release();
    } else if (what === 8) await Promise.all([number(of), number(of)]);
    else await reader.read();
  }
  for (const { client } of open) {
    await client.query('ROLLBACK');
    client.release();
  }
  await pool.end();
  await number(of);
  await reader.read();
  const seen = new Set(reader.seen);
  return { missed: written.filter((id) => !seen.has(id)), seen: reader.seen.length, written: written.length };
}

describe('numbering', () => {
  test('gives dense numbers in the order of the changes, and goes on from the last', async () => {
    const ids = await raiseAlerts(clinic.owner, [here(), here(), here()]);
    expect(await number()).toBe(3);
    ids.push(await raiseAlert(clinic.owner, here()));
    expect(await number()).toBe(1);
    const rows = await clinic.all('SELECT seq::int, alert_id AS id FROM inventory.alert_feed ORDER BY seq');
    expect(rows).toEqual(ids.map((id, index) => ({ seq: index + 1, id })));
    expect(await lookAtFeed(clinic.db)).toEqual({ head: '4', waiting: false });
  });

  test('of nothing is nothing', async () => {
    expect(await lookAtFeed(clinic.db)).toEqual({ head: '0', waiting: false });
    expect(await number()).toBe(0);
    expect(await lookAtFeed(clinic.db)).toEqual({ head: '0', waiting: false });
  });

  test('does not wait where another is at it, and its numbers are seen when all are committed', async () => {
    await raiseAlerts(clinic.owner, [here(), here()]);
    await clinic.as(clinic.systemSession().actor, async (tx) => {
      expect(await numberAlerts(tx)).toBe(2);
      expect(await number()).toBeNull();
      expect(await lookAtFeed(clinic.db)).toEqual({ head: '0', waiting: true });
    });
    expect(await lookAtFeed(clinic.db)).toEqual({ head: '2', waiting: false });
  });

  test('of more than one batch goes on where the batch ended', async () => {
    const many = Array.from({ length: 2_100 }, here);
    const ids = await raiseAlerts(clinic.owner, many);
    expect([await number(), await number(), await number()]).toEqual([2_000, 100, 0]);
    const rows = await clinic.all<{ id: string }>('SELECT alert_id AS id FROM inventory.alert_feed ORDER BY seq');
    expect(rows.map(({ id }) => id)).toEqual(ids);
  });
});
