import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestClinic } from '../../../test/clinic.ts';
import { countStatements } from '../../../test/count-statements.ts';
import { outsidePharmacy, told } from '../../../test/received-events.ts';
import { refusalOf } from '../../../test/refusal-of.ts';
import { rewritten } from '../../../test/rewritten.ts';
import type { Actor } from '../../actor.ts';
import { saveOutsidePharmacy } from '../people/save-outside-pharmacy.ts';
import type { EventToRecord } from './event-to-record.ts';
import { listDailySummaries } from './list-daily-summaries.ts';
import { listDispensingEvents } from './list-dispensing-events.ts';
import { listHighRiskAlerts } from './list-high-risk-alerts.ts';
import { recordDispensingEvents } from './record-dispensing-events.ts';
import { reverseDispensingEvents } from './reverse-dispensing-events.ts';

let clinic: TestClinic;
let service: Actor;
let pharmacyId: string;
beforeAll(async () => {
  clinic = await TestClinic.open();
  service = await clinic.actor(['SERVICE']);
  pharmacyId = await outsidePharmacy(clinic);
});
afterAll(() => clinic.close());

const send = (events: readonly EventToRecord[], actor = service) =>
  clinic.as(actor, (tx) => recordDispensingEvents(tx, events));
const takeBack = (dispenseRecordIds: readonly string[], of = pharmacyId) =>
  clinic.as(service, (tx) => reverseDispensingEvents(tx, { pharmacyId: of, dispenseRecordIds, reason: 'not fetched' }));
const all = (many: Partial<EventToRecord>[]) => many.map((given) => told({ pharmacyId, ...given }));

interface Kept {
  readonly rules: string[];
  readonly score: number;
  readonly [column: string]: unknown;
}
const kept = async ({ dispenseRecordId }: EventToRecord) =>
  clinic.one<Kept>(
    `SELECT e.*, e.local_date::text AS day, e.risk_score AS score, ARRAY(SELECT f->>'rule' FROM jsonb_array_elements(risk_flags) f) AS rules
     FROM dpap.dispensing_event e WHERE dispense_record_id = $1`,
    [dispenseRecordId],
  );
const count = async (table: string) => (await clinic.one<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)).n;
const none = { accepted: 0, duplicates: 0, highRisk: 0, refused: [] };

describe('an event of another system', () => {
  it('is kept whole, on the day and in the hour of its pharmacy, with when it was received', async () => {
    const berlin = await outsidePharmacy(clinic, { timeZone: 'Europe/Berlin' });
    const timestamp = new Date('2026-03-28T23:30:00Z');
    const event = told({ pharmacyId: berlin, timestamp, genericName: 'paracetamol', dispensingSeconds: 0 });
    expect(await send([event])).toEqual({ ...none, accepted: 1 });
    expect(await kept(event)).toMatchObject({
      ...{ pharmacy_id: berlin, timestamp, day: '2026-03-29', local_hour: 0, generic_name: 'paracetamol' },
      ...{ patient_age_group: 'ADULT', patient_hash: null, dispensing_seconds: 0, is_injection: null, score: 0 },
      ...{ stg_compliant: true, override_flag: false, is_controlled_drug: false, risk_model_version: 1 },
    });
    const { synced_at: syncedAt, created_at: createdAt } = await kept(event);
    expect(syncedAt).toBeInstanceOf(Date);
    expect(Math.abs(Number(syncedAt) - Number(createdAt))).toBeLessThan(5_000);
    expect(
      await clinic.all(`SELECT FROM dpap.dirty_day WHERE pharmacy_id = $1 AND date = '2026-03-29'`, [berlin]),
    ).toHaveLength(1);
  });

  it('is of a pharmacy by its id, its code or an external id, the nearest of these', async () => {
    const other = await outsidePharmacy(clinic, { externalIds: { chain: 'STORE-7', till: 'HERE' } });
    const events = [
      told({ pharmacyId: other }),
      told({ pharmacyId: `OUT-${other}` }),
      told({ pharmacyId: 'STORE-7' }),
      told({ pharmacyId: 'HERE' }),
    ];
    expect(await send(events)).toEqual({ ...none, accepted: 4 });
    const ids = await Promise.all(events.map(async (event) => (await kept(event))['pharmacy_id']));
    expect(ids).toEqual([other, other, other, clinic.locationId]);
    await outsidePharmacy(clinic, { externalIds: { other: 'STORE-7' } });
    expect((await send([told({ pharmacyId: 'STORE-7' })])).refused).toMatchObject([
      { index: 0, code: 'BAD_USER_INPUT' },
    ]);
  });

  it('is counted once, within a call and beyond, whoever comes first', async () => {
    const [one, two] = all([{}, {}]);
    if (one === undefined || two === undefined) throw new Error('no events');
    expect(await send([one, { ...one, drugName: 'another' }, two])).toEqual({ ...none, accepted: 2, duplicates: 1 });
    expect(await kept(one)).toMatchObject({ drug_name: one.drugName });
    expect(await send([two, one])).toEqual({ ...none, duplicates: 2 });
    // Another sender's id of the same letters is another.
    const elsewhere = await outsidePharmacy(clinic);
    expect(await send([{ ...one, pharmacyId: elsewhere }])).toEqual({ ...none, accepted: 1 });
  });

  it('is refused by its index where it cannot be, and the others are taken', async () => {
    const bad: Partial<EventToRecord>[] = [
      { drugName: ' ' },
      { drugName: 'x'.repeat(501) },
      { userId: 'bell\u0007' },
      { timestamp: new Date(Date.now() + 120_000) },
      { timestamp: new Date('1999-12-31T23:59:59Z') },
      { dispensingSeconds: -1 },
      { dispensingSeconds: 86_401 },
      { deaSchedule: 'CII', isControlledDrug: false },
      { awareClass: 'RESERVE', isAntibiotic: false },
      { patientKey: 'k'.repeat(256) },
    ];
    const events = [
      ...all([{}]),
      ...all(bad),
      ...all([{}]),
      ...all([{ pharmacyId: clinic.elsewhereId }, { pharmacyId: uuid() }]),
    ];
    const before = await count('dpap.dispensing_event');
    const { refused, ...rest } = await send(events);
    expect(rest).toEqual({ accepted: 2, duplicates: 0, highRisk: 0 });
    expect(refused.map(({ index }) => index)).toEqual([...bad.map((_row, index) => index + 1), 12, 13]);
    expect(refused.map(({ code }) => code)).toEqual([...bad.map(() => 'BAD_USER_INPUT'), 'NOT_FOUND', 'NOT_FOUND']);
    expect(JSON.stringify(refused)).not.toContain('kkk');
    expect(await count('dpap.dispensing_event')).toBe(before + 2);
    expect((await refusalOf(send(Array.from({ length: 1_001 }, () => told({ pharmacyId }))))).code).toBe(
      'BAD_USER_INPUT',
    );
    expect(await send([])).toEqual(none);
  });

  it('of a month that nobody has made gets its month; what lay in none gets its own', async () => {
    await clinic.owner
      .query(`INSERT INTO dpap.dispensing_event (id, timestamp, dispense_record_id, pharmacy_id, user_id, drug_id, drug_name, patient_age_group,
      is_prescription, is_controlled_drug, is_antibiotic, stg_compliant, override_flag, patient_is_pregnant, pregnancy_risk, local_date, local_hour)
      VALUES (gen_random_uuid(), '2020-05-05', 'd', gen_random_uuid(), 'u', 'd', 'D', 'ADULT', true, false, false, true, false, false, false, '2020-05-05', 0)`);
    const events = all([
      { timestamp: new Date('2020-02-29T12:00:00Z') },
      { timestamp: new Date('2020-05-31T12:00:00Z') },
    ]);
    expect(await send(events)).toEqual({ ...none, accepted: 2 });
    const parts = await clinic.all<{ part: string }>(
      `SELECT tableoid::regclass::text AS part FROM dpap.dispensing_event WHERE dispense_record_id = ANY($1) ORDER BY timestamp`,
      [events.map((event) => event.dispenseRecordId)],
    );
    expect(parts.map(({ part }) => part)).toEqual(['dpap.dispensing_event_2020_02', 'dpap.dispensing_event_2020_05']);
    expect(await count('ONLY dpap.dispensing_event_default')).toBe(0);
    await expect(clinic.db.query(`DELETE FROM dpap.dispensing_event_2020_02`)).rejects.toThrow(/permission denied/);
  });

  it('costs a handful of statements, whatever the number of rows', async () => {
    const patientKey = uuid();
    const rows = (n: number) =>
      all(Array.from({ length: n }, () => ({ patientKey, deaSchedule: 'CIV' as const, isPrescription: false })));
    const [one, many] = [rows(1), rows(300)];
    const few = (await countStatements(() => send(one))).statements.length;
    const { statements } = await countStatements(() => send(many));
    expect(few).toBeLessThanOrEqual(11);
    expect(statements.length).toBeLessThanOrEqual(11);
    // BEGIN, who sends, lock, months, what is here, write, what follows, COMMIT.
    expect((await countStatements(() => send(all([{ patientKey }])))).statements).toHaveLength(7);
  });

  it('is on the audit trail, by pharmacy, at the location that answers for it, without the patient', async () => {
    const events = all([{ patientKey: 'CANARY-KEY-1' }, {}]);
    await send(events);
    const line = await clinic.one(
      `SELECT actor_id, location_id, after FROM audit.audit_entry WHERE entity_id = $1 AND action = 'recordDispensingEvents' ORDER BY id DESC LIMIT 1`,
      [pharmacyId],
    );
    expect(line).toMatchObject({ actor_id: service.id, location_id: clinic.locationId, after: { events: 2 } });
    const found = await clinic.all(
      `SELECT FROM audit.audit_entry a WHERE a::text LIKE '%CANARY-KEY%' UNION ALL SELECT FROM ops.outbox o WHERE o::text LIKE '%CANARY-KEY%'
       UNION ALL SELECT FROM dpap.dispensing_event e WHERE e::text LIKE '%CANARY-KEY%'`,
    );
    expect(found).toEqual([]);
  });
});

describe('its risk', () => {
  it('is that of the rules, and high risk waits for a review by those of the location that answers for it', async () => {
    const pharmacyId = await outsidePharmacy(clinic);
    const event = told({ pharmacyId, deaSchedule: 'CII', isPrescription: false, patientAgeGroup: 'ELDERLY' });
    expect(await send([event])).toEqual({ ...none, accepted: 1, highRisk: 1 });
    expect(await kept(event)).toMatchObject({
      score: 80,
      rules: ['CONTROLLED_DRUG', 'CONTROLLED_WITHOUT_PRESCRIPTION', 'VULNERABLE_AGE'],
    });
    const analyst = await clinic.actor(['ANALYST']);
    const stranger = await clinic.actor(['ANALYST'], [clinic.elsewhereId]);
    const seen = async (actor: Actor) => ({
      alerts: (await listHighRiskAlerts(clinic.db, actor, { pharmacyId }, { first: 200 })).nodes.length,
      events: (await listDispensingEvents(clinic.db, actor, { pharmacyId }, { first: 200 })).nodes.length > 0,
      days: (await listDailySummaries(clinic.db, actor, { pharmacyId, from: '2026-01-01', to: '2026-01-02' })).length,
    });
    expect(await seen(analyst)).toEqual({ alerts: 1, events: true, days: 2 });
    expect(await seen(stranger)).toEqual({ alerts: 0, events: false, days: 0 });
  });

  const hours = (n: number) => new Date(Date.parse('2026-06-01T00:00:00Z') + n * 3_600_000);
  const given = (patientKey: string, n: number, encounterId?: string) =>
    told({
      pharmacyId,
      patientKey,
      deaSchedule: 'CIV',
      drugId: 'diazepam-5',
      timestamp: hours(n),
      encounterId: encounterId ?? null,
    });
  const repeats = async (events: readonly EventToRecord[]) =>
    Promise.all(events.map(async (event) => (await kept(event)).rules.includes('EARLY_REPEAT')));
  const expected = [false, true, true, true, false];
  /** The last within a week of another one's week; the third in the visit of the second; the last one later than a week. */
  const series = (key = uuid()) => [
    given(key, 0),
    given(key, 24, `v-${key}`),
    given(key, 24, `v-${key}`),
    given(key, 192),
    given(key, 361),
  ];

  it.each([
    ['in one call', [[0, 1, 2, 3, 4]]],
    ['in one call, backwards', [[4, 3, 2, 1, 0]]],
    ['one by one', [[0], [1], [2], [3], [4]]],
    ['one by one, backwards', [[4], [3], [2], [1], [0]]],
    [
      'mixed, doubled',
      [
        [3, 1],
        [1, 0],
        [4, 3, 2],
      ],
    ],
  ])('knows early repeats %s', async (_how, calls) => {
    const events = series();
    for (const call of calls) await send(call.flatMap((n) => events[n] ?? []));
    expect(await repeats(events)).toEqual(expected);
  });

  it('knows no repeat of another patient, drug, sender or of what is not controlled', async () => {
    const key = uuid();
    const other = await outsidePharmacy(clinic);
    const events = [
      given(key, 0),
      { ...given(key, 1), pharmacyId: other },
      { ...given(key, 1), drugId: 'another' },
      { ...given(key, 1), patientKey: uuid() },
      { ...given(key, 1), deaSchedule: null },
      { ...given(key, 1), patientKey: null },
    ];
    await send(events);
    expect(await repeats(events)).toEqual(events.map(() => false));
  });

  it('forgets a repeat of what is taken back; the alert that it raised stays, marked', async () => {
    const key = uuid();
    const pharmacyId = await outsidePharmacy(clinic);
    const [first, second] = [0, 5].map((n) => ({ ...given(key, n), pharmacyId, overrideFlag: n === 5 }));
    if (first === undefined || second === undefined) throw new Error('no events');
    await send([first, second]);
    expect(await kept(second)).toMatchObject({ score: 60 });
    await takeBack([first.dispenseRecordId], pharmacyId);
    expect(await kept(second)).toMatchObject({ score: 40 });
    await takeBack([second.dispenseRecordId], pharmacyId);
    const { id } = await kept(second);
    const { nodes } = await listHighRiskAlerts(clinic.db, service, { pharmacyId }, { first: 200 });
    expect(nodes.find(({ eventId }) => eventId === id)).toMatchObject({ reviewedAt: null, riskScore: 60 });
  });

  /** The later one of two is written and not committed yet; the earlier one comes meanwhile. */
  async function atOnce(): Promise<void> {
    const key = uuid();
    const [earlier, later] = [given(key, 0), given(key, 5)];
    let commit = () => {};
    const mayCommit = new Promise<void>((resolve) => (commit = resolve));
    let first: Promise<unknown> = Promise.resolve();
    await new Promise<void>((isWritten) => {
      first = clinic.as(service, async (tx) => {
        await recordDispensingEvents(tx, [later]);
        isWritten();
        await mayCommit;
      });
    });
    const second = send([earlier]);
    const waiting = () =>
      clinic.all(
        'SELECT FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())',
      );
    // It is done, or it waits.
    await Promise.race([second, expect.poll(waiting, { timeout: 5_000 }).toHaveLength(1)]);
    commit();
    await Promise.all([first, second]);
    expect(await repeats([earlier, later])).toEqual([false, true]);
  }

  it('knows a repeat of what comes at the same time', atOnce);
  it('would not without the lock of the sender', async () => {
    await expect(
      rewritten('pg_advisory_xact_lock(7106035', 'pg_advisory_xact_lock_shared(7106035', atOnce),
    ).rejects.toThrow(/expected/);
  });
});

describe('taking back', () => {
  it('is of events that are known, once, and marks their days', async () => {
    const events = all([{}, { deaSchedule: 'CII', isPrescription: false }, {}]);
    await send(events);
    const [one = '', two = '', three = ''] = events.map((event) => event.dispenseRecordId);
    await clinic.owner.query('DELETE FROM dpap.dirty_day');
    expect(await takeBack([one, 'unknown', two, one])).toEqual({
      ...{ accepted: 2, duplicates: 1, highRisk: 1 },
      refused: [{ index: 1, code: 'NOT_FOUND', message: expect.stringContaining('event of this pharmacy') as string }],
    });
    expect(await takeBack([two, three])).toMatchObject({ accepted: 1, duplicates: 1 });
    expect(await count('dpap.dirty_day')).toBe(2);
    const marks = await clinic.all(
      `SELECT r.reason, r.reversed_by FROM dpap.event_reversal r JOIN dpap.event_key k ON k.event_id = r.event_id WHERE k.dispense_record_id = ANY($1)`,
      [[one, two, three]],
    );
    expect(marks).toEqual(Array.from({ length: 3 }, () => ({ reason: 'not fetched', reversed_by: service.id })));
    // What was taken back does not come again.
    expect(await send(events)).toEqual({ ...none, duplicates: 3 });
  });

  it('is of the own pharmacies, and of another sender’s ids none', async () => {
    const [event] = all([{}]);
    if (event === undefined) throw new Error('no event');
    await send([event]);
    const other = await outsidePharmacy(clinic);
    expect((await takeBack([event.dispenseRecordId], other)).refused).toHaveLength(1);
    expect((await refusalOf(takeBack([event.dispenseRecordId], clinic.elsewhereId))).code).toBe('NOT_FOUND');
    expect((await refusalOf(takeBack(Array.from({ length: 1_001 }, () => 'x')))).code).toBe('BAD_USER_INPUT');
  });
});

describe('an outside pharmacy', () => {
  it('is registered by those of its location, under a code that nobody else has', async () => {
    const admin = await clinic.actor(['ADMIN']);
    const save = (input: object) =>
      clinic.as(admin, (tx) =>
        saveOutsidePharmacy(tx, {
          ...{ locationId: clinic.locationId, code: 'CORNER', name: 'Corner', timeZone: 'Europe/Paris' },
          ...input,
        }),
      );
    const { outsidePharmacy: [id = ''] = [] } = await save({ externalIds: { chain: '17' } });
    await save({ id, name: 'Corner pharmacy' });
    expect(
      await clinic.one('SELECT name, external_ids, time_zone FROM people.outside_pharmacy WHERE id = $1', [id]),
    ).toEqual({
      ...{ name: 'Corner pharmacy', external_ids: { chain: '17' }, time_zone: 'Europe/Paris' },
    });
    const codeOf = async (input: object) => (await refusalOf(save(input))).code;
    expect(await codeOf({})).toBe('DUPLICATE');
    expect(await codeOf({ code: 'HERE' })).toBe('DUPLICATE');
    expect(await codeOf({ code: 'A', timeZone: 'EST5EDT4' })).toBe('BAD_USER_INPUT');
    expect(await codeOf({ code: 'A', externalIds: ['x'] })).toBe('BAD_USER_INPUT');
    expect(await codeOf({ code: 'A', locationId: clinic.elsewhereId })).toBe('NOT_FOUND');
    expect(await codeOf({ id: await outsidePharmacy(clinic, { locationId: clinic.elsewhereId }) })).toBe('NOT_FOUND');
  });
});
