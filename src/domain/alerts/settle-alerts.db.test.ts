import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertsOf, feedOf, silence } from '../../../test/alert-watch.ts';
import { TestClinic } from '../../../test/clinic.ts';
import { countStatements } from '../../../test/count-statements.ts';
import { oneThenTheOther } from '../../../test/held.ts';
import { rewritten } from '../../../test/rewritten.ts';
import { inTransaction, type Tx } from '../../db/in-transaction.ts';
import { settleAlerts, type Finding, type Settlement } from './settle-alerts.ts';

let clinic: TestClinic;

beforeAll(async () => {
  clinic = await TestClinic.open();
});
afterAll(() => clinic.close());

const settle = (settlement: Settlement) => inTransaction(clinic.systemSession(), (tx) => settleAlerts(tx, settlement));

function finding(subject: string, more: Partial<Finding> = {}): Finding {
  return {
    ...{ type: 'EXPIRING_SOON', locationId: clinic.locationId, subject, severity: 'INFO' },
    ...{ title: 'A lot expires', message: '5 vials' },
    ...more,
  };
}

const gone = (subject: string): Settlement => ({
  found: [],
  within: [{ types: ['EXPIRING_SOON'], locationId: clinic.locationId, subjects: [subject] }],
});

describe('one alert for a subject', () => {
  it('is raised once, told once, and reworded without a word to anybody', async () => {
    const subject = randomUUID();
    expect(await settle({ found: [finding(subject)] })).toEqual({ raised: 1, risen: 0, resolved: 0 });
    expect(await settle({ found: [finding(subject)] })).toEqual({ raised: 0, risen: 0, resolved: 0 });
    await settle({ found: [finding(subject, { message: '4 vials' })] });
    expect(await feedOf(clinic, subject)).toEqual(['EXPIRING_SOON INFO OPEN 1']);
    expect(
      await clinic.one('SELECT message, version FROM inventory.inventory_alert WHERE subject = $1', [subject]),
    ).toEqual({ message: '4 vials', version: 1 });
  });

  it('rises, never falls, and resolves by itself', async () => {
    const subject = randomUUID();
    await settle({ found: [finding(subject, { severity: 'WARNING' })] });
    await settle({ found: [finding(subject, { severity: 'INFO' })] });
    expect(await alertsOf(clinic, subject)).toEqual(['EXPIRING_SOON WARNING OPEN']);
    expect(await settle({ found: [finding(subject, { severity: 'CRITICAL' })] })).toMatchObject({ risen: 1 });
    expect(await settle(gone(subject))).toMatchObject({ resolved: 1 });
    expect(await settle(gone(subject))).toMatchObject({ resolved: 0 });
    expect(await feedOf(clinic, subject)).toEqual([
      'EXPIRING_SOON WARNING OPEN 1',
      'EXPIRING_SOON CRITICAL OPEN 2',
      'EXPIRING_SOON CRITICAL RESOLVED 3',
    ]);
    expect(
      await clinic.one(
        'SELECT resolution, resolved_by, ended_at IS NOT NULL AS ended FROM inventory.inventory_alert WHERE subject = $1',
        [subject],
      ),
    ).toEqual({ resolution: 'The cause is gone.', resolved_by: null, ended: true });
    await settle({ found: [finding(subject)] });
    expect(await alertsOf(clinic, subject)).toEqual([
      'EXPIRING_SOON CRITICAL RESOLVED ended',
      'EXPIRING_SOON INFO OPEN',
    ]);
  });

  it('that is acknowledged stays so when it rises, and the rise is told', async () => {
    const subject = randomUUID();
    await settle({ found: [finding(subject)] });
    await clinic.owner.query(
      `UPDATE inventory.inventory_alert SET status = 'ACKNOWLEDGED', acknowledged_at = now() WHERE subject = $1`,
      [subject],
    );
    await settle({ found: [finding(subject, { severity: 'CRITICAL' })] });
    expect(await feedOf(clinic, subject)).toEqual([
      'EXPIRING_SOON INFO OPEN 1',
      'EXPIRING_SOON CRITICAL ACKNOWLEDGED 2',
    ]);
  });

  it('that was resolved by hand is silent until its cause ends', async () => {
    const subject = randomUUID();
    await settle({ found: [finding(subject)] });
    await silence(clinic, subject);
    await settle({ found: [finding(subject, { message: '4 vials' })] });
    expect(await alertsOf(clinic, subject)).toEqual(['EXPIRING_SOON INFO RESOLVED silent']);
    expect(await settle(gone(subject))).toEqual({ raised: 0, risen: 0, resolved: 0 });
    await settle({ found: [finding(subject)] });
    expect(await alertsOf(clinic, subject)).toEqual(['EXPIRING_SOON INFO RESOLVED ended', 'EXPIRING_SOON INFO OPEN']);
    expect(await feedOf(clinic, subject)).toEqual(['EXPIRING_SOON INFO OPEN 1', 'EXPIRING_SOON INFO OPEN 1']);
  });

  it('that was resolved by hand is raised anew when its severity rises', async () => {
    const subject = randomUUID();
    await settle({ found: [finding(subject)] });
    await silence(clinic, subject);
    expect(await settle({ found: [finding(subject, { severity: 'WARNING' })] })).toMatchObject({ raised: 1 });
    expect(await alertsOf(clinic, subject)).toEqual([
      'EXPIRING_SOON INFO RESOLVED ended',
      'EXPIRING_SOON WARNING OPEN',
    ]);
    expect(await feedOf(clinic, subject)).toEqual(['EXPIRING_SOON INFO OPEN 1', 'EXPIRING_SOON WARNING OPEN 1']);
  });
});

describe('what was looked at', () => {
  const at = (locationId: string | null, type: Finding['type'] = 'RECALL') => ({ type, locationId });

  it('is a type at a place, at any, or of the organisation; some subjects or all', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    const places = [clinic.locationId, clinic.elsewhereId, null];
    const raiseAll = () =>
      settle({ found: places.flatMap((place) => [one, other].map((subject) => finding(subject, at(place)))) });
    const open = async () =>
      (
        await clinic.all<{ name: string }>(
          `SELECT format('%s %s', coalesce(o.code, '-'), CASE a.subject WHEN $1 THEN 'one' ELSE 'other' END) AS name
           FROM inventory.inventory_alert a LEFT JOIN people.location o ON o.id = a.location_id
           WHERE a.subject IN ($1, $2) AND a.ended_at IS NULL ORDER BY 1`,
          [one, other],
        )
      ).map(({ name }) => name);
    const all = ['- one', '- other', 'ELSE one', 'ELSE other', 'HERE one', 'HERE other'];
    for (const [within, left] of [
      [{ locationId: clinic.locationId, subjects: [one] }, all.filter((name) => name !== 'HERE one')],
      [{ locationId: clinic.locationId }, all.filter((name) => !name.startsWith('HERE'))],
      [{ locationId: null, subjects: [one] }, all.filter((name) => name !== '- one')],
      [{ locationId: null }, all.filter((name) => !name.startsWith('-'))],
      [{ subjects: [one] }, all.filter((name) => !name.endsWith('one'))],
      [{}, []],
      [{ subjects: [] }, all],
    ] as const) {
      await raiseAll();
      expect(await open()).toEqual(all);
      await settle({ found: [], within: [{ types: ['RECALL', 'EXPIRED'], ...within }] });
      expect(await open()).toEqual(left);
    }
  });

  it('leaves what is found, and takes one type for another in one go', async () => {
    const subject = randomUUID();
    const within = [
      { types: ['LOW_STOCK', 'OUT_OF_STOCK'] as const, locationId: clinic.locationId, subjects: [subject] },
    ];
    await settle({ found: [finding(subject, { type: 'LOW_STOCK', severity: 'WARNING' })], within });
    await settle({ found: [finding(subject, { type: 'OUT_OF_STOCK', severity: 'CRITICAL' })], within });
    expect(await alertsOf(clinic, subject)).toEqual(['LOW_STOCK WARNING RESOLVED ended', 'OUT_OF_STOCK CRITICAL OPEN']);
  });
});

describe('at once', () => {
  const twenty = async () => {
    const subjects = [randomUUID(), randomUUID(), randomUUID()];
    const found = subjects.map((subject) => finding(subject));
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => settle({ found: i % 2 === 0 ? found : [...found].reverse() })),
    );
    return clinic.one<{ alerts: number; told: number }>(
      `SELECT count(DISTINCT a.id)::integer AS alerts, count(f.id)::integer AS told
       FROM inventory.inventory_alert a JOIN inventory.alert_feed f ON f.alert_id = a.id WHERE a.subject = ANY($1)`,
      [subjects],
    );
  };

  it('twenty that find the same make one alert of each, told once', async () => {
    expect(await twenty()).toEqual({ alerts: 3, told: 3 });
  });

  it('the second to find something more severe lets the first one’s alert rise', async () => {
    const subject = randomUUID();
    const system = clinic.systemSession().actor;
    const results = await oneThenTheOther(
      clinic,
      { as: system, work: (tx) => settleAlerts(tx, { found: [finding(subject)] }) },
      { as: system, work: (tx) => settleAlerts(tx, { found: [finding(subject, { severity: 'CRITICAL' })] }) },
    );
    expect(results).toMatchObject([{ value: { raised: 1, risen: 0 } }, { value: { raised: 0, risen: 1 } }]);
    expect(await feedOf(clinic, subject)).toEqual(['EXPIRING_SOON INFO OPEN 1', 'EXPIRING_SOON CRITICAL OPEN 2']);
  });

  it('one that ends it and one that finds it: it is raised anew', async () => {
    const subject = randomUUID();
    await settle({ found: [finding(subject)] });
    const system = clinic.systemSession().actor;
    await oneThenTheOther(
      clinic,
      { as: system, work: (tx) => settleAlerts(tx, gone(subject)) },
      { as: system, work: (tx) => settleAlerts(tx, { found: [finding(subject)] }) },
    );
    expect(await alertsOf(clinic, subject)).toEqual(['EXPIRING_SOON INFO RESOLVED ended', 'EXPIRING_SOON INFO OPEN']);
  });

  it('without the index two at once make two of the same', async () => {
    const subject = randomUUID();
    const system = clinic.systemSession().actor;
    const found = { as: system, work: (tx: Tx) => settleAlerts(tx, { found: [finding(subject)] }) };
    await clinic.owner.query('DROP INDEX inventory.inventory_alert_current');
    const conflict = 'ON CONFLICT (type, location_id, subject) WHERE ended_at IS NULL DO NOTHING';
    await rewritten(conflict, '', () => oneThenTheOther(clinic, found, found));
    const two = await alertsOf(clinic, subject);
    await clinic.owner.query(
      `UPDATE inventory.inventory_alert SET status = 'RESOLVED', resolved_at = now(), ended_at = now() WHERE ended_at IS NULL`,
    );
    await clinic.owner.query(
      `CREATE UNIQUE INDEX inventory_alert_current ON inventory.inventory_alert (type, location_id, subject) NULLS NOT DISTINCT WHERE ended_at IS NULL`,
    );
    expect(two).toEqual(['EXPIRING_SOON INFO OPEN', 'EXPIRING_SOON INFO OPEN']);
  });
});

it('costs the same statements for one as for three hundred', async () => {
  const counts = [];
  for (const size of [1, 300]) {
    const found = Array.from({ length: size }, () => finding(randomUUID()));
    const { statements } = await countStatements(() => settle({ found }));
    counts.push(statements.length);
  }
  // Begin, lock, raise, commit.
  expect(counts).toEqual([4, 4]);
});
