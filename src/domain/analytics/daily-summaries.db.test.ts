import { afterAll, beforeAll, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { countStatements } from '../../../test/count-statements.ts';
import { record, someEvents, takeBack, type TestEvent } from '../../../test/dispensing-events.ts';
import { refusalOf } from '../../../test/refusal-of.ts';
import type { Actor } from '../../actor.ts';
import { inTransaction, type Tx } from '../../db/in-transaction.ts';
import { Random } from '../../seed/random.ts';
import { dispense } from '../dispensing/dispense.ts';
import { reverseDispense } from '../dispensing/reverse-dispense.ts';
import { listDailySummaries } from './list-daily-summaries.ts';
import { readPrescribingIndicators } from './prescribing-indicators.ts';
import { markedStretches, summariseMarked } from './summarise-days.ts';
import { listTopMedicines } from './top-medicines.ts';

let clinic: TestClinic;
let analyst: Actor;
let pharmacist: Actor;
let here: { readonly pharmacyId: string; readonly from: string; readonly to: string };
let events: TestEvent[];

beforeAll(async () => {
  clinic = await TestClinic.open();
  analyst = await clinic.actor(['ANALYST']);
  pharmacist = await clinic.actor(['MANAGER', 'PHARMACIST']);
  here = { pharmacyId: clinic.locationId, from: '2026-03-01', to: '2026-03-31' };
  events = someEvents(new Random(1), 200, [clinic.locationId, clinic.elsewhereId], ['2026-03-10T12:00:00Z']);
  await asSystem((tx) => record(tx, events));
});
afterAll(() => clinic.close());

const asSystem = <T>(work: (tx: Tx) => Promise<T>) => inTransaction(clinic.systemSession(), work);

async function countMarked(): Promise<void> {
  for (const days of await markedStretches(clinic.db)) await asSystem((tx) => summariseMarked(tx, days));
}

const own = () => events.filter(({ pharmacyId }) => pharmacyId === clinic.locationId);
const today = async () =>
  (await clinic.one<{ day: string }>(`SELECT (now() AT TIME ZONE 'America/New_York')::date::text AS day`)).day;

it('tells every day, before it was counted and afterwards: without events all is 0', async () => {
  const before = await listDailySummaries(clinic.db, analyst, here);
  expect(before).toHaveLength(31);
  expect(before.map(({ date }) => date).sort()).toEqual(before.map(({ date }) => date));
  const total = before.reduce((sum, day) => sum + day.totalPrescriptions + day.totalOTC, 0);
  expect(total).toBe(own().length);
  expect(before[0]).toMatchObject({ date: '2026-03-01', totalOTC: 0, stgComplianceRate: 100, topMedicines: [] });
  expect(before[0]?.hourlyDistribution).toEqual(Array.from({ length: 24 }, () => 0));
  const indicators = await readPrescribingIndicators(clinic.db, analyst, here);
  await countMarked();
  const after = await listDailySummaries(clinic.db, analyst, here);
  const undated = (days: typeof before) =>
    JSON.stringify(days, (key, value: unknown) => (key === 'updatedAt' ? undefined : value));
  expect(undated(after)).toEqual(undated(before));
  expect(await readPrescribingIndicators(clinic.db, analyst, here)).toEqual(indicators);
});

it('gives indicators as a count by hand does, over any range', async () => {
  const visits = new Map<string, TestEvent[]>();
  for (const event of own()) {
    // A visit is one on each day that it touches; none here goes over midnight but by its seconds.
    const visit = event.encounterId ?? event.id;
    visits.set(visit, [...(visits.get(visit) ?? []), event]);
  }
  const rate = (part: number, whole: number) => part / whole;
  const count = (is: (event: TestEvent) => boolean) => own().filter(is).length;
  const known = count((e) => e.prescribedByGenericName !== null);
  const found = await readPrescribingIndicators(clinic.db, analyst, here);
  expect(found.encounters).toBe(visits.size);
  expect(found.medicinesPerEncounter).toBeCloseTo(own().length / visits.size);
  const withOne = (is: (event: TestEvent) => boolean) =>
    rate([...visits.values()].filter((visit) => visit.some(is)).length, visits.size);
  expect(found.antibioticEncounterRate).toBeCloseTo(withOne((e) => e.isAntibiotic));
  expect(found.injectionEncounterRate).toBeCloseTo(withOne((e) => e.isInjection === true));
  expect(found.genericRate).toBeCloseTo(
    rate(
      count((e) => e.prescribedByGenericName === true),
      known,
    ),
  );
  expect(found.awareAccessShare).toBeCloseTo(
    rate(
      count((e) => e.awareClass === 'ACCESS'),
      count((e) => e.isAntibiotic),
    ),
  );
  expect(found.controlledRate).toBeCloseTo(
    rate(
      count((e) => e.isControlledDrug),
      own().length,
    ),
  );
  expect(found.overrideRate).toBeCloseTo(
    rate(
      count((e) => e.overrideFlag),
      own().length,
    ),
  );
  const nothing = await readPrescribingIndicators(clinic.db, analyst, {
    ...here,
    from: '2025-01-01',
    to: '2025-01-02',
  });
  expect(Object.values(nothing)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
});

it('names what was dispensed most often', async () => {
  const counts = new Map<string, number>();
  for (const { drugId } of own()) counts.set(drugId, (counts.get(drugId) ?? 0) + 1);
  const top = await listTopMedicines(clinic.db, analyst, here, 100);
  expect(new Map(top.map(({ drugId, count }) => [drugId, count]))).toEqual(counts);
  expect(top.map(({ count }) => count)).toEqual(top.map(({ count }) => count).sort((a, b) => b - a));
  expect(await listTopMedicines(clinic.db, analyst, here, 3)).toEqual(top.slice(0, 3));
  expect((await refusalOf(listTopMedicines(clinic.db, analyst, here, 101))).code).toBe('BAD_USER_INPUT');
});

it('of a year of days reads two statements, and none of its events', async () => {
  const year = { ...here, from: '2026-01-01', to: '2026-12-31' };
  const { statements } = await countStatements(() => listDailySummaries(clinic.db, analyst, year));
  expect(statements).toHaveLength(2);
  expect(statements.join()).not.toContain('dispensing_event');
});

it('what is taken back counts no more, at once; of the last event of a day nothing is left', async () => {
  const [event] = someEvents(new Random(2), 1, [clinic.locationId], ['2026-02-10T12:00:00Z']);
  if (event === undefined) throw new Error('no event');
  const february = { ...here, from: '2026-02-01', to: '2026-02-28' };
  const told = async () =>
    (await listDailySummaries(clinic.db, analyst, february)).reduce(
      (n, day) => n + day.totalPrescriptions + day.totalOTC,
      0,
    );
  await asSystem((tx) => record(tx, [event]));
  await countMarked();
  expect(await told()).toBe(1);
  await asSystem((tx) => takeBack(tx, [event]));
  expect(await told()).toBe(0);
  expect((await readPrescribingIndicators(clinic.db, analyst, february)).encounters).toBe(0);
  expect(await listTopMedicines(clinic.db, analyst, february, 10)).toEqual([]);
  await countMarked();
  expect(await told()).toBe(0);
});

it('a dispense and its reversal mark their day in their own transaction', async () => {
  await countMarked();
  const { stockId } = await clinic.stock({ productId: await clinic.product() });
  const day = await today();
  const marked = () => clinic.all('SELECT pharmacy_id AS at, date::text AS day FROM dpap.dirty_day');
  const line = async () =>
    clinic.one<{ id: string }>('SELECT product_id AS id FROM inventory.stock WHERE id = $1', [stockId]);
  const given = await clinic.as(pharmacist, async (tx) =>
    dispense(tx, {
      idempotencyKey: newKey(),
      locationId: clinic.locationId,
      lines: [{ productId: (await line()).id, quantity: '1' }],
    }),
  );
  expect(await marked()).toEqual([{ at: clinic.locationId, day }]);
  const now = { pharmacyId: clinic.locationId, from: day, to: day };
  expect(await listDailySummaries(clinic.db, analyst, now)).toMatchObject([{ totalOTC: 1 }]);
  await countMarked();
  const { id } = await clinic.one<{ id: string }>('SELECT id FROM inventory.dispense_record');
  expect(Object.keys(given).length).toBeGreaterThan(0);
  await clinic.as(pharmacist, (tx) =>
    reverseDispense(tx, {
      idempotencyKey: newKey(),
      dispenseRecordId: id,
      returnToStock: true,
      reason: 'wrong patient',
    }),
  );
  expect(await marked()).toEqual([{ at: clinic.locationId, day }]);
  expect(await listDailySummaries(clinic.db, analyst, now)).toMatchObject([{ totalOTC: 0 }]);
});

it('refuses more than can be answered, and does not know other places', async () => {
  expect((await refusalOf(listDailySummaries(clinic.db, analyst, { ...here, to: '2026-02-28' }))).code).toBe(
    'BAD_USER_INPUT',
  );
  await clinic.owner.query(
    `INSERT INTO people.outside_pharmacy (id, location_id, code, name, time_zone)
     SELECT gen_random_uuid(), $1, 'MANY-' || n, 'One of many', 'UTC' FROM generate_series(1, 10) n`,
    [clinic.elsewhereId],
  );
  const many = { ...analyst, locationIds: [clinic.elsewhereId] };
  const year = { pharmacyId: null, from: '2026-01-01', to: '2026-12-31' };
  expect((await refusalOf(listDailySummaries(clinic.db, many, year))).code).toBe('BAD_USER_INPUT');
  expect(await listDailySummaries(clinic.db, analyst, { ...here, pharmacyId: clinic.elsewhereId })).toEqual([]);
  const ofAll = await listDailySummaries(clinic.db, analyst, { ...here, pharmacyId: null });
  expect(new Set(ofAll.map(({ pharmacyId }) => pharmacyId))).toEqual(new Set([clinic.locationId]));
});
