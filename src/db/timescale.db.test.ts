import { afterAll, beforeAll, expect, it } from 'vitest';
import { toHypertable, toMonths } from '../../migrations/optional/timescale.ts';
import { TestClinic } from '../../test/clinic.ts';
import { record, someEvents } from '../../test/dispensing-events.ts';
import { Random } from '../seed/random.ts';
import { inTransaction } from './in-transaction.ts';
import { strayRows } from './month-partitions.ts';
import { keepEventsAs } from './timescale.ts';

let clinic: TestClinic;
beforeAll(async () => {
  clinic = await TestClinic.open();
  const events = someEvents(new Random(5), 40, [clinic.locationId], ['2026-03-01T00:00:00Z', '2020-02-29T12:00:00Z']);
  await inTransaction(clinic.systemSession(), (tx) => record(tx, events));
});
afterAll(() => clinic.close());

it('is refused in one sentence where the extension is not there', async () => {
  await expect(keepEventsAs(clinic.database.ownerUrl, 'hypertable')).rejects.toThrow(
    'This database has no TimescaleDB',
  );
  await expect(keepEventsAs(clinic.database.ownerUrl, 'months')).rejects.toThrow('This database has no TimescaleDB');
});

const shape = () =>
  clinic.one(
    `SELECT (SELECT md5(string_agg(e::text, '|' ORDER BY timestamp, id)) FROM dpap.dispensing_event e) AS rows,
       (SELECT jsonb_agg(replace(indexdef, ' ON ONLY ', ' ON ') ORDER BY indexdef) FROM pg_indexes WHERE tablename = 'dispensing_event') AS indexes,
       (SELECT jsonb_agg(pg_get_triggerdef(oid) || tgenabled::text ORDER BY tgname) FROM pg_trigger WHERE tgrelid = c.oid AND NOT tgisinternal) AS triggers,
       (SELECT jsonb_agg(conname || pg_get_constraintdef(oid) ORDER BY conname) FROM pg_constraint WHERE conrelid = c.oid AND contype <> 'n') AS checks,
       (SELECT jsonb_agg(attname || coalesce(attacl::text, '') || attnotnull ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0) AS columns,
       relacl::text AS rights
     FROM pg_class c WHERE oid = 'dpap.dispensing_event'::regclass`,
  );

async function run(statements: readonly string[]): Promise<void> {
  const owner = await clinic.owner.connect();
  try {
    await owner.query('BEGIN');
    for (const statement of statements) await owner.query(statement);
    await owner.query('COMMIT');
  } finally {
    owner.release();
  }
}

/** What only TimescaleDB knows is left out, so it is one plain table in between. */
const ours = toHypertable.filter((text) => !text.includes('create_hypertable') && !text.includes('timescaledb.'));

it('takes rows, keys, indexes, guards and rights along, there and back', async () => {
  expect(toHypertable.length - ours.length).toBe(2);
  const before = await shape();
  await run(ours);
  expect(await shape()).toEqual(before);
  await expect(clinic.owner.query('DELETE FROM dpap.dispensing_event')).rejects.toThrow('append-only');
  await run(toMonths);
  expect(await shape()).toEqual(before);
  expect(await strayRows(clinic.db)).toEqual([]);
  const months = await clinic.all<{ name: string; guards: number }>(
    `SELECT inhrelid::regclass::text AS name, (SELECT count(*)::integer FROM pg_trigger WHERE tgrelid = inhrelid AND tgenabled = 'A' AND tgname LIKE 'append_only%') AS guards
     FROM pg_inherits WHERE inhparent = 'dpap.dispensing_event'::regclass`,
  );
  expect(months.map(({ name }) => name)).toContain('dpap.dispensing_event_2020_02');
  expect(new Set(months.map(({ guards }) => guards))).toEqual(new Set([2]));
});
