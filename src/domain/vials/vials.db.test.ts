import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { expectSoundLedger } from '../../../test/ledger-invariants.ts';
import { refusalOf } from '../../../test/refusal-of.ts';
import { bucketsOf, expectRefused, linesOf } from '../../../test/stock-watch.ts';
import { VialTable } from '../../../test/vials.ts';
import type { CloseVial } from './close-vial.ts';
import { changeLotStatus } from '../stock/change-lot-status.ts';
import { reserveStock } from '../stock/reserve-stock.ts';
import { expireVials } from './expire-vials.ts';
import { vialMoney } from './list-vials.ts';
import { openVial } from './open-vial.ts';

let clinic: TestClinic;
let table: VialTable;

beforeAll(async () => {
  clinic = await TestClinic.open();
  table = await VialTable.at(clinic);
});
afterEach(() => expectSoundLedger(clinic));
afterAll(() => clinic.close());

const system = () => clinic.systemSession().actor;
const code = async (work: Promise<unknown>) => (await refusalOf(work)).code;

describe('a vial of 100 units in 2.5 mL', () => {
  it('drawn by three patients and closed: cost and margin per patient, with and without what was wasted, as by hand', async () => {
    const vial = await table.vial({ requires_reconstitution: true });
    const session = await table.open(vial, { diluent: 'NaCl 0.9 %', diluentMl: '2.5' });
    expect(await linesOf(clinic, vial.stockId)).toEqual(['VIAL_OPENED ON_HAND -1']);
    expect(await bucketsOf(clinic, vial.stockId)).toMatchObject({ status: 'LIVE', on_hand: '4' });
    const uses = [
      await table.use(session, '12.5', { charge: '150' }),
      await table.use(session, '20', { charge: '240' }),
      await table.use(session, '12.5', { charge: '150' }),
    ];
    await table.close(session, { wasteReason: 'DRAW_UP_LOSS' });
    expect(await table.state(session)).toEqual({ status: 'CLOSED', used: '45', wasted: '55', remaining: '0' });
    expect(await table.wastes(session)).toEqual(['55 unit DRAW_UP_LOSS 220']);
    const money = (await vialMoney(clinic.db, [session])).get(session);
    expect(money?.session).toMatchObject({
      ...{ costPerDose: '4', cost: '400', wasteCost: '220', revenue: '540', margin: '140' },
      ...{ costPerPatient: '60', costPerPatientWithWaste: '133.3333' },
    });
    expect(uses.map((id) => money?.uses?.get(id))).toEqual([
      { cost: '50', costWithWaste: '111.1111', margin: '100', marginWithWaste: '38.8889' },
      { cost: '80', costWithWaste: '177.7778', margin: '160', marginWithWaste: '62.2222' },
      { cost: '50', costWithWaste: '111.1111', margin: '100', marginWithWaste: '38.8889' },
    ]);
    const events = await clinic.all(
      'SELECT dispense_record_id AS id, is_prescription AS rx FROM dpap.dispensing_event WHERE drug_id = $1 ORDER BY created_at',
      [vial.productId],
    );
    expect(events).toEqual(uses.map((id) => ({ id, rx: true })));
  });

  it('needs its diluent, and mL above 0', async () => {
    const vial = await table.vial({ requires_reconstitution: true });
    const refused = (given: object) => expectRefused(clinic, 'BAD_USER_INPUT', () => table.open(vial, given));
    expect(await refused({})).toMatchObject({ field: 'diluent' });
    expect(await refused({ diluent: 'NaCl' })).toMatchObject({ field: 'diluentMl' });
    expect(await refused({ diluentMl: '2.5' })).toMatchObject({ field: 'diluent' });
    expect(await code(table.open(vial, { diluent: 'NaCl', diluentMl: '0' }))).toBe('INVALID_QUANTITY');
  });
});

describe('openVial', () => {
  it('opens the first to expire that has a whole one, and the same key opens once', async () => {
    const { productId } = await table.vial();
    const half = await clinic.stock({ productId, quantity: '0.5', expiresOn: '2098-01-01' });
    const early = await clinic.stock({ productId, quantity: '1', expiresOn: '2098-06-01' });
    const input = { idempotencyKey: newKey(), productId, locationId: clinic.locationId };
    const once = await clinic.as(table.provider, (tx) => openVial(tx, input));
    expect(await clinic.as(table.provider, (tx) => openVial(tx, input))).toEqual(once);
    expect(await bucketsOf(clinic, early.stockId)).toMatchObject({ status: 'SOLD_OUT', on_hand: '0' });
    expect(await bucketsOf(clinic, half.stockId)).toMatchObject({ on_hand: '0.5' });
  });

  it('takes one out of a reservation and frees the rest of it', async () => {
    const vial = await table.vial();
    const held = { stockId: vial.stockId, quantity: '3', reservedUntil: new Date(Date.now() + 3_600_000) };
    const { reservation } = await clinic.as(table.pharmacist, (tx) =>
      reserveStock(tx, { idempotencyKey: newKey(), ...held }),
    );
    const input = { idempotencyKey: newKey(), reservationId: reservation?.[0] ?? '' };
    await clinic.as(table.provider, (tx) => openVial(tx, input));
    expect(await bucketsOf(clinic, vial.stockId)).toMatchObject({ on_hand: '4', reserved: '0' });
  });

  it('under POLICY beyond the label somebody has to sign; both limits stay visible', async () => {
    const vial = await table.vial({ policy_stability_hours: 48 });
    await expectRefused(clinic, 'AUTHORISER_REQUIRED', () => table.open(vial, { stabilityRule: 'POLICY' }));
    const sessions = [
      await table.open(vial, { stabilityRule: 'POLICY', authoriser: { id: table.pharmacist.id } }),
      await table.open(vial, { stabilityRule: 'POLICY' }, table.pharmacist),
    ];
    const hours = (column: string) => `round(extract(epoch FROM ${column} - opened_at) / 3600)::integer`;
    const rows = await clinic.all(
      `SELECT authorised_by AS by, ${hours('expires_at')} AS hours, ${hours('label_expires_at')} AS label FROM inventory.open_vial_session WHERE id = ANY($1)`,
      [sessions],
    );
    const signed = { by: table.pharmacist.id, hours: 48, label: 24 };
    expect(rows).toEqual([signed, signed]);
  });

  it("ends with the lot's last day at the place", async () => {
    const today = await clinic.one<{ day: string; end: Date }>(
      `SELECT (now() AT TIME ZONE 'America/New_York')::date::text AS day,
         ((now() AT TIME ZONE 'America/New_York')::date + 1)::timestamp AT TIME ZONE 'America/New_York' AS end`,
    );
    const session = await table.open(await table.vial({ label_stability_hours: 1_000 }, today.day));
    const { expires } = await clinic.one<{ expires: Date }>(
      'SELECT expires_at AS expires FROM inventory.open_vial_session WHERE id = $1',
      [session],
    );
    expect(expires).toEqual(today.end);
  });

  it('refuses what is no vial, without hours, elsewhere, or not there', async () => {
    expect(await code(table.open(await clinic.stock({ productId: await clinic.product() })))).toBe('BAD_USER_INPUT');
    const timeless = await table.vial({ label_stability_hours: null });
    expect(await refusalOf(table.open(timeless))).toMatchObject({ context: { field: 'labelStabilityHours' } });
    const { productId } = await table.vial();
    expect(await code(table.open(await clinic.stock({ productId, locationId: clinic.elsewhereId })))).toBe('NOT_FOUND');
    const opening = (source: object) =>
      clinic.as(table.provider, (tx) => openVial(tx, { idempotencyKey: newKey(), ...source }));
    const { stockId } = await table.vial();
    expect(await code(opening({ stockId, locationId: clinic.elsewhereId }))).toBe('NOT_FOUND');
    const unheld = await clinic.product({ dosesPerStockUnit: '10' });
    expect(await code(opening({ productId: unheld, locationId: clinic.locationId }))).toBe('INSUFFICIENT_INVENTORY');
    expect(await code(opening({ productId }))).toBe('BAD_USER_INPUT');
  });
});

describe('useVial', () => {
  it('draws exactly, and is DEPLETED with the last of it', async () => {
    const session = await table.open(await table.vial());
    await table.use(session, '99.9999');
    expect(await table.state(session)).toMatchObject({ status: 'OPEN', remaining: '0.0001' });
    const patientId = await clinic.patient();
    const refused = await expectRefused(clinic, 'VIAL_OVERDRAWN', () => table.use(session, '0.0002', { patientId }));
    expect(refused).toMatchObject({ remaining: '0.0001', requested: '0.0002' });
    await table.use(session, '0.0001');
    expect(await table.state(session)).toEqual({ status: 'DEPLETED', used: '100', wasted: '0', remaining: '0' });
    expect(await code(table.use(session, '1'))).toBe('VIAL_NOT_OPEN');
  });

  it('not after its time, whether the job has run or not', async () => {
    const session = await table.open(await table.vial());
    await table.letPass(session);
    expect(await code(table.use(session, '1'))).toBe('VIAL_EXPIRED');
    await clinic.as(system(), expireVials);
    expect(await code(table.use(session, '1'))).toBe('VIAL_EXPIRED');
  });

  it('not of a lot in quarantine; closing is still possible', async () => {
    const vial = await table.vial();
    const session = await table.open(vial);
    const block = { idempotencyKey: newKey(), lotId: vial.lotId, quarantined: true, reason: 'a look at it' };
    await clinic.as(table.pharmacist, (tx) => changeLotStatus(tx, block));
    expect(await code(table.use(session, '1'))).toBe('LOT_QUARANTINED');
    await table.close(session, { wasteReason: 'CONTAMINATED' });
    expect(await table.state(session)).toMatchObject({ status: 'CLOSED', wasted: '100' });
  });

  it('a second patient where the label says one needs somebody who signs; net doses count', async () => {
    const session = await table.open(await table.vial({ single_patient_vial: true }));
    const [one, other] = [await clinic.patient(), await clinic.patient()];
    const first = await table.use(session, '10', { patientId: one });
    expect(await code(table.use(session, '10', { patientId: other }))).toBe('AUTHORISER_REQUIRED');
    await table.takeBack(first);
    await table.use(session, '10', { patientId: other });
    expect(await code(table.use(session, '10', { patientId: one }))).toBe('AUTHORISER_REQUIRED');
    await table.use(session, '10', { patientId: one, authoriser: { id: table.pharmacist.id } });
  });

  it('a second patient where the policy lets vials be shared, of those opened since', async () => {
    const before = await table.open(await table.vial({ single_patient_vial: true }));
    await clinic.owner.query('UPDATE ops.settings SET policy_vial_sharing = true');
    const since = await table.open(await table.vial({ single_patient_vial: true }));
    await clinic.owner.query('UPDATE ops.settings SET policy_vial_sharing = false');
    const [one, other] = [await clinic.patient(), await clinic.patient()];
    for (const session of [before, since]) await table.use(session, '10', { patientId: one });
    expect(await code(table.use(before, '10', { patientId: other }))).toBe('AUTHORISER_REQUIRED');
    await table.use(since, '10', { patientId: other });
  });

  it('refuses who or what is not known, and a time before the opening', async () => {
    const session = await table.open(await table.vial());
    const stranger = '018f0000-0000-7000-8000-000000000000';
    expect(await code(table.use(session, '1', { patientId: stranger }))).toBe('NOT_FOUND');
    expect(await code(table.use(session, '1', { providerId: table.pharmacist.id }))).toBe('NOT_FOUND');
    expect(await code(table.use(session, '1', {}, table.pharmacist))).toBe('BAD_USER_INPUT');
    expect(await code(table.use(stranger, '1'))).toBe('NOT_FOUND');
    expect(await code(table.use(session, '0'))).toBe('INVALID_QUANTITY');
    expect(await code(table.use(session, '1', { charge: '-1' }))).toBe('BAD_USER_INPUT');
    const before = new Date(Date.now() - 3_600_000);
    expect(await code(table.use(session, '1', { occurredAt: before }))).toBe('BAD_USER_INPUT');
    const foreigner = await clinic.actor(['PROVIDER'], [clinic.elsewhereId]);
    expect(await code(table.use(session, '1', {}, foreigner))).toBe('NOT_FOUND');
  });
});

describe('reverseVialUsage', () => {
  it('gives the doses back while the vial is in time, also to one that was empty; once', async () => {
    const session = await table.open(await table.vial());
    await table.use(session, '60', { charge: '600' });
    const last = await table.use(session, '40', { charge: '400' });
    await table.takeBack(last);
    expect(await table.state(session)).toEqual({ status: 'OPEN', used: '60', wasted: '0', remaining: '40' });
    await expectRefused(clinic, 'ALREADY_REVERSED', () => table.takeBack(last));
    const money = (await vialMoney(clinic.db, [session])).get(session);
    expect(money?.session).toMatchObject({ revenue: '600', cost: '240', patientCount: 1 });
    const marked = await clinic.all(
      'SELECT 1 FROM dpap.event_reversal r JOIN dpap.dispensing_event e ON e.id = r.event_id WHERE e.dispense_record_id = $1',
      [last],
    );
    expect(marked).toHaveLength(1);
  });

  it('after its time the doses are waste, and the session still costs one unit', async () => {
    const session = await table.open(await table.vial());
    const first = await table.use(session, '30');
    await table.use(session, '70');
    await table.letPass(session);
    await table.takeBack(first);
    expect(await table.state(session)).toEqual({ status: 'DEPLETED', used: '70', wasted: '30', remaining: '0' });
    expect(await table.wastes(session)).toEqual(['30 unit OPEN_VIAL_EXPIRED 120']);
    expect((await vialMoney(clinic.db, [session])).get(session)?.session.cost).toBe('400');
  });

  it('of a controlled drug, turned into waste, needs a witness', async () => {
    const session = await table.open(await table.vial({ dea_schedule: 'CII' }));
    const usage = await table.use(session, '30');
    await table.letPass(session);
    await expectRefused(clinic, 'WITNESS_REQUIRED', () => table.takeBack(usage));
    await table.takeBack(usage, { witness: table.witness });
    expect(await table.state(session)).toMatchObject({ wasted: '30', remaining: '70' });
  });
});

describe('closeVial', () => {
  it('wants a reason for what remains, a note for OTHER, a witness for a controlled drug, and ends once', async () => {
    const session = await table.open(await table.vial({ dea_schedule: 'CIII' }));
    const { witness } = table;
    const refused = (wanted: string, more: Partial<CloseVial>) =>
      expectRefused(clinic, wanted, () => table.close(session, more));
    await refused('BAD_USER_INPUT', { witness });
    await refused('BAD_USER_INPUT', { witness, wasteReason: 'OTHER' });
    await refused('WITNESS_REQUIRED', { wasteReason: 'SPILLED' });
    const input = { idempotencyKey: newKey(), witness, wasteReason: 'OTHER' as const, note: 'cap cracked' };
    const closed = await table.close(session, input);
    expect(await table.close(session, input)).toEqual(closed);
    const again = await refused('INVALID_STATUS_TRANSITION', {});
    expect(again).toMatchObject({ from: 'CLOSED', to: 'CLOSED', allowed: [] });
  });
});

describe('expireVials', () => {
  it('ends what is past its time: the rest is waste; of a controlled drug it waits for two people', async () => {
    const plain = await table.open(await table.vial());
    const controlled = await table.open(await table.vial({ dea_schedule: 'CII' }));
    const fresh = await table.open(await table.vial());
    for (const session of [plain, controlled]) {
      await table.use(session, '25');
      await table.letPass(session);
    }
    const ended = await clinic.as(system(), expireVials);
    expect(ended).toEqual(expect.arrayContaining([plain, controlled]));
    expect(ended).not.toContain(fresh);
    expect(await table.state(plain)).toEqual({ status: 'EXPIRED', used: '25', wasted: '75', remaining: '0' });
    expect(await table.wastes(plain)).toEqual(['75 unit OPEN_VIAL_EXPIRED 300']);
    expect(await table.state(controlled)).toEqual({ status: 'EXPIRED', used: '25', wasted: '0', remaining: '75' });
    await table.close(controlled, { wasteReason: 'OPEN_VIAL_EXPIRED', witness: table.witness });
    expect(await table.state(controlled)).toEqual({ status: 'CLOSED', used: '25', wasted: '75', remaining: '0' });
    expect(await clinic.as(system(), expireVials)).toEqual([]);
  });
});

describe('waste of an opened vial that goes on', () => {
  it('takes its share of the cost; what closes the vial takes the rest of it', async () => {
    const session = await table.open(await table.vial());
    await table.spill(session, '10');
    await table.use(session, '33.3333');
    await table.close(session, { wasteReason: 'OPEN_VIAL_EXPIRED' });
    expect(await table.wastes(session)).toEqual(['10 unit SPILLED 40', '56.6667 unit OPEN_VIAL_EXPIRED 226.6668']);
    expect(await code(table.spill(session, '1'))).toBe('VIAL_NOT_OPEN');
    const other = await table.open(await table.vial());
    const refused = await expectRefused(clinic, 'VIAL_OVERDRAWN', () => table.spill(other, '101'));
    expect(refused).toMatchObject({ remaining: '100', requested: '101' });
  });
});
