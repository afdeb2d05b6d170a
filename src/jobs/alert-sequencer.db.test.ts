import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { raiseAlert, raiseAlerts } from '../../test/alerts.ts';
import { TestClinic } from '../../test/clinic.ts';
import { alertFeed } from '../domain/alerts/number-alerts.ts';
import { startAlertSequencer, type Sequencer } from './alert-sequencer.ts';

const patience = { timeout: 15_000, interval: 5 };
const never = 3_600_000;
let clinic: TestClinic;
const open: Sequencer[] = [];

beforeAll(async () => {
  clinic = await TestClinic.open();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
  await clinic.owner.query('DELETE FROM inventory.alert_feed; DELETE FROM inventory.inventory_alert');
});
afterAll(async () => {
  await clinic.close();
});

const here = () => ({ locationId: clinic.locationId });
function start(lookMs?: number) {
  const heads: string[] = [];
  const numbered: string[] = [];
  const errors: unknown[] = [];
  const sequencer = startAlertSequencer({
    db: clinic.db,
    feeds: [
      {
        feed: alertFeed,
        onHead: (head) => heads.push(head),
        onNumbered: (head) => numbered.push(head),
      },
    ],
    onError: (error) => errors.push(error),
    ...(lookMs === undefined ? {} : { lookMs }),
  });
  open.push(sequencer);
  return { sequencer, heads, numbered, errors };
}

test('alerts of others get their numbers by looking', async () => {
  const { heads, numbered } = start();
  await raiseAlerts(clinic.owner, [here(), here()]);
  await vi.waitFor(() => {
    expect(numbered.at(-1)).toBe('2');
  }, patience);
  expect(heads).toContain('2');
});

test('after a commit of one’s own nobody waits for the next look', async () => {
  const { sequencer, heads, numbered } = start(never);
  await vi.waitFor(() => {
    expect(heads.length).toBeGreaterThan(0);
  }, patience);
  await raiseAlert(clinic.owner, here());
  sequencer.poke();
  await vi.waitFor(() => {
    expect(numbered).toEqual(['1']);
  }, patience);
});

test('with nothing to number nothing is locked and nobody is told', async () => {
  const { heads, numbered } = start(1);
  await vi.waitFor(() => {
    expect(heads.length).toBeGreaterThan(20);
  }, patience);
  const locks = await clinic.all(
    `SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE locktype = 'advisory' AND datname = current_database()`,
  );
  expect({ numbered, locks }).toEqual({ numbered: [], locks: [] });
});

test('several number beside each other, each row once', async () => {
  const all = [start(1), start(1), start(1)];
  const ids: string[] = [];
  for (let round = 0; round < 40; round += 1) ids.push(...(await raiseAlerts(clinic.owner, [here(), here(), here()])));
  await vi.waitFor(() => {
    for (const { heads } of all) expect(heads.at(-1)).toBe('120');
  }, patience);
  const rows = await clinic.all<{ id: string }>('SELECT alert_id AS id FROM inventory.alert_feed ORDER BY seq');
  expect(rows.map(({ id }) => id)).toEqual(ids);
  expect(all.flatMap(({ errors }) => errors)).toEqual([]);
});

test('while the database is away it complains once and goes on', async () => {
  let fails = true;
  const db = new Proxy(clinic.db, {
    get(target, name, receiver) {
      if (fails && name === 'driver') throw new Error('away');
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
  const errors: unknown[] = [];
  const numbered: string[] = [];
  const sequencer = startAlertSequencer({
    db,
    feeds: [{ feed: alertFeed, onHead: () => undefined, onNumbered: (head) => numbered.push(head) }],
    onError: (error) => errors.push(error),
  });
  open.push(sequencer);
  await raiseAlert(clinic.owner, here());
  await vi.waitFor(() => {
    sequencer.poke();
    expect(errors).toHaveLength(1);
  }, patience);
  fails = false;
  await vi.waitFor(() => {
    expect(numbered).toEqual(['1']);
  }, patience);
  expect(errors).toHaveLength(1);
});
