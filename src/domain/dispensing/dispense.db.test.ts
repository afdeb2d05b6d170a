import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { countStatements } from '../../../test/count-statements.ts';
import { systemUserId, type Actor } from '../../actor.ts';
import type { DispenseRecord } from '../../entities/dispense-record.ts';
import { Refusal } from '../../refusal.ts';
import { reserveStock } from '../stock/reserve-stock.ts';
import { dispense, type Dispense, type DispenseLine } from './dispense.ts';
import { dispenseRecords } from './list-dispense-records.ts';

let clinic: TestClinic;
let pharmacist: Actor;

beforeAll(async () => {
  clinic = await TestClinic.open();
  pharmacist = await clinic.actor(['PHARMACIST']);
});
afterAll(() => clinic.close());

function give(input: Partial<Dispense> & Pick<Dispense, 'lines'>) {
  return clinic.as(pharmacist, (tx) =>
    dispense(tx, { idempotencyKey: newKey(), locationId: clinic.locationId, ...input }),
  );
}

async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Refusal)) throw error instanceof Error ? error : new Error('was not refused');
  return error;
}

describe('dispense', () => {
  it('takes first expiry first, splits over batches, and accounts for every unit', async () => {
    const productId = await clinic.product({ unitPrice: '19.99' });
    const late = await clinic.stock({ productId, quantity: '10', expiresOn: '2099-06-30' });
    const early = await clinic.stock({ productId, quantity: '4', expiresOn: '2099-01-31' });
    const patientId = await clinic.patient('2020-01-01');

    const { record } = await give({ patientId, lines: [{ productId, quantity: '6.5' }] });

    const [id] = record ?? [];
    const allocations = await clinic.all<{ stock_id: string; quantity: string }>(
      'SELECT stock_id, quantity FROM inventory.dispense_allocation WHERE dispense_record_id = $1 ORDER BY quantity DESC',
      [id],
    );
    expect(allocations).toEqual([
      { stock_id: early.stockId, quantity: '4' },
      { stock_id: late.stockId, quantity: '2.5' },
    ]);
    const rows = await clinic.all(
      'SELECT id, on_hand_quantity AS q, status, ledger_seq FROM inventory.stock WHERE product_id = $1 ORDER BY q',
      [productId],
    );
    expect(rows).toEqual([
      { id: early.stockId, q: '0', status: 'SOLD_OUT', ledger_seq: '2' },
      { id: late.stockId, q: '7.5', status: 'LIVE', ledger_seq: '2' },
    ]);
    const event = await clinic.one(
      'SELECT drug_id, patient_age_group, is_prescription, pharmacy_id FROM dpap.dispensing_event WHERE dispense_record_id = $1',
      [id],
    );
    expect(event).toEqual({
      drug_id: productId,
      patient_age_group: 'CHILD',
      is_prescription: false,
      pharmacy_id: clinic.locationId,
    });
    const audited = await clinic.one(
      `SELECT action, actor_id, before, after->'onHand' AS after FROM audit.audit_entry WHERE entity_id = $1`,
      [id],
    );
    expect(audited).toEqual({
      action: 'dispense',
      actor_id: pharmacist.id,
      before: { onHand: { [early.stockId]: '4', [late.stockId]: '10' } },
      after: { [early.stockId]: '0', [late.stockId]: '7.5' },
    });
  });

  it('takes four statements a line with BEGIN and COMMIT, and five with a reservation', async () => {
    const productId = await clinic.product();
    await clinic.stock({ productId, quantity: '2' });
    await clinic.stock({ productId, quantity: '8' });
    const counted = async (line: DispenseLine) =>
      (await countStatements(() => give({ lines: [line] }))).statements.length;
    expect(await counted({ productId, quantity: '3' })).toBe(4);
    const { reservation } = await clinic.as(pharmacist, (tx) =>
      reserveStock(tx, {
        ...{ idempotencyKey: newKey(), productId, locationId: clinic.locationId, quantity: '2' },
        reservedUntil: new Date(Date.now() + 86_400_000),
      }),
    );
    expect(await counted({ productId, quantity: '1', reservationId: reservation?.[0] ?? '' })).toBe(5);
  });

  it('uses a lot through its last day where it is, and counts the age on the day told', async () => {
    const zones = [
      [clinic.locationId, 'Pacific/Pago_Pago'],
      [clinic.elsewhereId, 'Pacific/Kiritimati'],
    ] as const;
    for (const zone of zones) {
      await clinic.owner.query('UPDATE people.location SET time_zone = $2 WHERE id = $1', [...zone]);
    }
    const actor = await clinic.actor(['PHARMACIST'], [clinic.locationId, clinic.elsewhereId]);
    // The day begins 25 hours earlier on Kiritimati: what ends today in Pago Pago has ended there.
    const { today, birthDate, occurredAt } = await clinic.one<{ today: string; birthDate: string; occurredAt: Date }>(
      `SELECT d.today::text AS today, (d.today - 29)::text AS "birthDate", now() - interval '48 hours' AS "occurredAt"
       FROM (SELECT (now() AT TIME ZONE 'Pacific/Pago_Pago')::date AS today) AS d`,
    );
    const productId = await clinic.product();
    await clinic.stock({ productId, expiresOn: today });
    await clinic.stock({ productId, expiresOn: today, locationId: clinic.elsewhereId });
    const patientId = await clinic.patient(birthDate);
    const at = (locationId: string) =>
      clinic.as(actor, (tx) =>
        dispense(tx, {
          ...{ idempotencyKey: newKey(), locationId, patientId, occurredAt, lines: [{ productId, quantity: '1' }] },
        }),
      );
    const { record } = await at(clinic.locationId);
    expect(
      await clinic.one(
        'SELECT patient_age_group AS age FROM dpap.dispensing_event WHERE dispense_record_id = $1',
        record,
      ),
    ).toEqual({ age: 'NEONATE' });
    expect((await refusalOf(at(clinic.elsewhereId))).context['skipped']).toMatchObject([{ reason: 'EXPIRED' }]);
    await clinic.owner.query(`UPDATE people.location SET time_zone = 'America/New_York'`);
  });

  it.each<[string, Partial<Dispense>]>([
    ['BAD_USER_INPUT', { reason: 'x'.repeat(1_001), patientId: '01890000-0000-7000-8000-000000000000' }],
    ['BAD_USER_INPUT', { startedAt: new Date(0), patientId: '01890000-0000-7000-8000-000000000000' }],
    ['NOT_FOUND', { patientId: '01890000-0000-7000-8000-000000000000' }],
    ['INSUFFICIENT_INVENTORY', {}],
  ])('tells the first of several reasons, %s', async (code, input) => {
    const productId = await clinic.product();
    const lines = [{ productId, quantity: '99' }];
    if (input.startedAt === undefined) expect((await refusalOf(give({ ...input, lines }))).code).toBe(code);
    await clinic.stock({ productId });
    expect((await refusalOf(give({ ...input, lines }))).code).toBe(code);
    const unknown = { productId: '01890000-0000-7000-8000-000000000000', quantity: '1' };
    const both = await refusalOf(give({ ...input, lines: [...lines, unknown] }));
    expect(both.code).toBe(code === 'BAD_USER_INPUT' ? code : 'NOT_FOUND');
  });

  it('refuses as a whole what one line lacks, and changes nothing', async () => {
    const productId = await clinic.product();
    const { stockId } = await clinic.stock({ productId, quantity: '5' });
    const refusal = await refusalOf(
      give({
        lines: [
          { productId, quantity: '3' },
          { productId, quantity: '3' },
        ],
      }),
    );
    expect(refusal.code).toBe('INSUFFICIENT_INVENTORY');
    expect(refusal.context).toMatchObject({ available: '2', requested: '3' });
    expect(
      await clinic.one('SELECT on_hand_quantity AS q, ledger_seq FROM inventory.stock WHERE id = $1', [stockId]),
    ).toEqual({ q: '5', ledger_seq: '1' });
  });

  it('answers a replayed key with the same records and refuses it with another input', async () => {
    const productId = await clinic.product();
    await clinic.stock({ productId, quantity: '5' });
    const idempotencyKey = newKey();
    const first = await give({ idempotencyKey, lines: [{ productId, quantity: '2' }] });
    const again = await give({ idempotencyKey, lines: [{ productId, quantity: '2' }] });
    expect(again).toEqual(first);
    const other = await refusalOf(give({ idempotencyKey, lines: [{ productId, quantity: '3' }] }));
    expect(other.code).toBe('IDEMPOTENCY_CONFLICT');
    expect(
      await clinic.one('SELECT sum(on_hand_quantity) AS q FROM inventory.stock WHERE product_id = $1', [productId]),
    ).toEqual({ q: '3' });
  });

  it('passes expired, recalled and quarantined lots over, and names the reason where a batch is named', async () => {
    const productId = await clinic.product();
    const expired = await clinic.stock({ productId, expiresOn: '2020-01-01' });
    const recalled = await clinic.stock({ productId });
    await clinic.owner.query('UPDATE inventory.stock SET lot_recalled = true WHERE id = $1', [recalled.stockId]);
    const named = (stockId: string) => refusalOf(give({ lines: [{ productId, quantity: '1', stockId }] }));
    expect((await named(expired.stockId)).code).toBe('LOT_EXPIRED');
    expect((await named(recalled.stockId)).code).toBe('LOT_RECALLED');
    const refusal = await refusalOf(give({ lines: [{ productId, quantity: '1' }] }));
    expect(refusal.code).toBe('INSUFFICIENT_INVENTORY');
    expect(refusal.context['skipped']).toEqual([
      { stockId: expired.stockId, reason: 'EXPIRED' },
      { stockId: recalled.stockId, reason: 'RECALLED' },
    ]);
  });

  it('takes as provider only an active user who is one', async () => {
    const productId = await clinic.product();
    await clinic.stock({ productId });
    const provider = await clinic.actor(['PROVIDER']);
    const technician = await clinic.actor(['TECHNICIAN']);
    const lines = [{ productId, quantity: '1' }];
    const { record } = await give({ providerId: provider.id, lines });
    const event = await clinic.one('SELECT is_prescription FROM dpap.dispensing_event WHERE dispense_record_id = $1', [
      record?.[0],
    ]);
    expect(event).toEqual({ is_prescription: true });
    for (const providerId of [technician.id, systemUserId]) {
      const refusal = await refusalOf(give({ providerId, lines }));
      expect(refusal).toMatchObject({ code: 'NOT_FOUND', context: { what: 'provider' } });
    }
  });

  it('tells of the records exactly as they will be read, and of none at a replay', async () => {
    const productId = await clinic.product({ unitPrice: '19.99' });
    await clinic.stock({ productId });
    const patientId = await clinic.patient();
    const heard: (readonly DispenseRecord[])[] = [];
    const input = {
      idempotencyKey: newKey(),
      locationId: clinic.locationId,
      patientId,
      reason: 'told',
      lines: [{ productId, quantity: '1.5' }],
    };
    const tell = () => clinic.as(pharmacist, (tx) => dispense(tx, input, (records) => heard.push(records)));
    const { record } = await tell();
    await tell();
    expect(heard).toHaveLength(1);
    expect(heard[0]).toEqual(await dispenseRecords(clinic.db, pharmacist, record ?? []));
  });
});
