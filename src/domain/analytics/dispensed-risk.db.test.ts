import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import pg from 'pg';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { VialTable } from '../../../test/vials.ts';
import type { Actor } from '../../actor.ts';
import { dispense, type DispenseLine } from '../dispensing/dispense.ts';
import { reverseDispense } from '../dispensing/reverse-dispense.ts';
import { reverseVialUsage } from '../vials/reverse-vial-usage.ts';
import { ownPatientHash } from './patient-hash.ts';

let clinic: TestClinic;
let actor: Actor;
let controlledId: string;
beforeAll(async () => {
  clinic = await TestClinic.open();
  actor = await clinic.actor(['PHARMACIST']);
  controlledId = await clinic.product({ deaSchedule: 'CIV' });
  await clinic.stock({ productId: controlledId, quantity: '1000' });
});
afterAll(() => clinic.close());

interface Scored {
  readonly score: number;
  readonly category: string;
  readonly rules: readonly string[];
  readonly version: number;
  readonly hash: Buffer | null;
  readonly alerts: number;
}

async function give(
  line: Partial<DispenseLine>,
  more: { patientId?: string; occurredAt?: Date } = {},
): Promise<string> {
  const input = { idempotencyKey: newKey(), locationId: clinic.locationId, ...more };
  const lines = [{ productId: controlledId, quantity: '1', isPrescription: true, ...line }];
  const { record } = await clinic.as(actor, (tx) => dispense(tx, { ...input, lines }));
  return record?.[0] ?? '';
}

async function scored(recordId: string): Promise<Scored> {
  return clinic.one<Scored & Record<string, unknown>>(
    `SELECT risk_score AS score, risk_category AS category, risk_model_version AS version, patient_hash AS hash,
       ARRAY(SELECT f->>'rule' FROM jsonb_array_elements(risk_flags) f) AS rules,
       (SELECT count(*)::int FROM dpap.high_risk_alert a WHERE a.event_id = e.id AND a.timestamp = e.timestamp) AS alerts
     FROM dpap.dispensing_event e WHERE dispense_record_id = $1`,
    [recordId],
  );
}

describe('a dispensing is scored as it is written', () => {
  it('with its rules, its model and no alert where the risk is not high', async () => {
    expect(await scored(await give({}))).toEqual({
      ...{ score: 20, category: 'LOW', version: 1, rules: ['CONTROLLED_DRUG'], hash: null, alerts: 0 },
    });
  });

  it('with one alert where it is, of what was seen', async () => {
    const recordId = await give({ isPrescription: false });
    expect(await scored(recordId)).toMatchObject({ score: 60, category: 'HIGH', alerts: 1 });
    expect(
      await clinic.one(
        `SELECT a.risk_score, a.risk_category, a.flags = e.risk_flags AS same, a.pharmacy_id, a.local_date = e.local_date AS day, a.seq
         FROM dpap.high_risk_alert a JOIN dpap.dispensing_event e ON e.id = a.event_id WHERE e.dispense_record_id = $1`,
        [recordId],
      ),
    ).toEqual({
      risk_score: 60,
      risk_category: 'HIGH',
      same: true,
      pharmacy_id: clinic.locationId,
      day: true,
      seq: null,
    });
  });

  it('in the four statements that a dispense has, BEGIN and COMMIT among them', async () => {
    const patientId = await clinic.patient();
    await give({ isPrescription: false }, { patientId });
    const query = vi.spyOn(pg.Client.prototype, 'query');
    try {
      await give({ isPrescription: false }, { patientId });
      expect(query).toHaveBeenCalledTimes(4);
    } finally {
      query.mockRestore();
    }
  });

  it('keeps the patient only as a keyed hash, the same each time', async () => {
    const [one, another] = [await clinic.patient(), await clinic.patient()];
    const hashes = await Promise.all(
      [one, one, another].map(async (patientId) => scored(await give({}, { patientId }))),
    );
    const [first, second, third] = hashes.map(({ hash }) => hash?.toString('hex'));
    expect(first).toHaveLength(64);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });
});

describe('an early repeat', () => {
  const isRepeat = async (recordId: string) => (await scored(recordId)).rules.includes('EARLY_REPEAT');

  const toldAt = new Date(Date.now() - 3_600_000);
  const week = 7 * 86_400_000;

  async function hadBefore(patientId: string, ms: number, productId = controlledId): Promise<void> {
    await clinic.owner.query(
      `INSERT INTO dpap.dispensing_event (id, timestamp, dispense_record_id, pharmacy_id, user_id, drug_id, drug_name, patient_hash, patient_age_group,
         is_prescription, is_controlled_drug, is_antibiotic, stg_compliant, override_flag, patient_is_pregnant, pregnancy_risk, local_date, local_hour)
       VALUES (gen_random_uuid(), $1, gen_random_uuid(), $2, 'u', $3, 'Drug', $4, 'ADULT', true, true, false, true, false, false, false, '2026-01-01', 0)`,
      [
        new Date(toldAt.getTime() - ms),
        clinic.elsewhereId,
        productId,
        ownPatientHash(clinic.session(actor), patientId),
      ],
    );
  }

  it.each([
    ['seven days before, at another place', week, true],
    ['a millisecond more than that before', week + 1, false],
    ['at that moment', 0, true],
    ['a millisecond later', -1, false],
  ])('is told of a product that the patient had %s: %s ms, %s', async (_words, ms, isEarly) => {
    const patientId = await clinic.patient();
    await hadBefore(patientId, ms);
    expect(await isRepeat(await give({}, { patientId, occurredAt: toldAt }))).toBe(isEarly);
  });

  it('is of the same product and patient only, and not of what the same visit brings', async () => {
    const [patientId, another] = [await clinic.patient(), await clinic.patient()];
    const otherId = await clinic.product({ deaSchedule: 'CIV' });
    await clinic.stock({ productId: otherId });
    await hadBefore(patientId, 1_000, otherId);
    await hadBefore(another, 1_000);
    const line = { productId: controlledId, quantity: '1' };
    const input = { idempotencyKey: newKey(), locationId: clinic.locationId, patientId, lines: [line, line] };
    const { record } = await clinic.as(actor, (tx) => dispense(tx, input));
    for (const id of record ?? []) expect(await isRepeat(id)).toBe(false);
    expect(await isRepeat(await give({}, { patientId }))).toBe(true);
    expect(await isRepeat(await give({}))).toBe(false);
  });

  it('is not what follows one that was taken back', async () => {
    const patientId = await clinic.patient();
    const dispenseRecordId = await give({}, { patientId });
    await clinic.as(actor, (tx) =>
      reverseDispense(tx, { idempotencyKey: newKey(), dispenseRecordId, returnToStock: true, reason: 'wrong patient' }),
    );
    expect(await isRepeat(await give({}, { patientId }))).toBe(false);
  });

  it('is no longer what came after one that is taken back', async () => {
    const patientId = await clinic.patient();
    const dispenseRecordId = await give({}, { patientId });
    const after = await give({}, { patientId });
    expect(await isRepeat(after)).toBe(true);
    await clinic.as(actor, (tx) =>
      reverseDispense(tx, { idempotencyKey: newKey(), dispenseRecordId, returnToStock: true, reason: 'wrong patient' }),
    );
    expect(await isRepeat(after)).toBe(false);
  });
});

describe('a use of a vial', () => {
  it('is scored alike, and repeats what the patient had by another', async () => {
    const table = await VialTable.at(clinic);
    const session = await table.open(await table.vial({ dea_schedule: 'CII' }));
    const patientId = await clinic.patient();
    const use = async () => scored(await table.use(session, '1', { patientId }));
    expect(await use()).toMatchObject({ score: 30, category: 'MEDIUM', alerts: 0 });
    expect(await use()).toMatchObject({ score: 50, category: 'HIGH', alerts: 1 });
  });

  it('repeats nothing any more when the use before it is taken back', async () => {
    const table = await VialTable.at(clinic);
    const session = await table.open(await table.vial({ dea_schedule: 'CII' }));
    const patientId = await clinic.patient();
    const [first, second] = [
      await table.use(session, '1', { patientId }),
      await table.use(session, '1', { patientId }),
    ];
    expect((await scored(second)).rules).toContain('EARLY_REPEAT');
    await clinic.as(actor, (tx) =>
      reverseVialUsage(tx, { idempotencyKey: newKey(), usageId: first, reason: 'wrong patient' }),
    );
    expect(await scored(second)).toMatchObject({ score: 30, category: 'MEDIUM', alerts: 1 });
    expect(await scored(first)).toMatchObject({ score: 30, category: 'MEDIUM' });
  });
});
