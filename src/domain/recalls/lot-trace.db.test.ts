import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { expectSoundLedger } from '../../../test/ledger-invariants.ts';
import { VialTable, type Vial } from '../../../test/vials.ts';
import type { Actor } from '../../actor.ts';
import { exact, sum } from '../decimal.ts';
import { dispense } from '../dispensing/dispense.ts';
import { reverseDispense } from '../dispensing/reverse-dispense.ts';
import { adjustStock } from '../stock/adjust-stock.ts';
import { decreaseStock } from '../stock/decrease-stock.ts';
import { increaseStock } from '../stock/increase-stock.ts';
import { moveBucket } from '../stock/move-bucket.ts';
import { recordWaste } from '../waste/record-waste.ts';
import { exposures, traceReader } from './exposures.ts';
import { issueRecall } from './issue-recall.ts';
import { lotMoves, traceOf } from './lot-trace.ts';

let clinic: TestClinic;
let table: VialTable;
let pharmacist: Actor;
let manager: Actor;
let vial: Vial;
let elsewhere: { stockId: string };
let pharmacistElsewhere: Actor;
const patients: Record<'ann' | 'bob' | 'cyd', string> = { ann: '', bob: '', cyd: '' };

beforeAll(async () => {
  clinic = await TestClinic.open();
  table = await VialTable.at(clinic);
  pharmacist = await clinic.actor(['PHARMACIST']);
  manager = await clinic.actor(['MANAGER']);
  pharmacistElsewhere = await clinic.actor(['PHARMACIST'], [clinic.elsewhereId]);
  vial = await table.vial();
  const { number } = await clinic.one<{ number: string }>(
    'SELECT manufacturer_lot_number AS number FROM inventory.inventory_lot WHERE id = $1',
    [vial.lotId],
  );
  elsewhere = await clinic.stock({
    ...{ productId: vial.productId, lotNumber: number, locationId: clinic.elsewhereId, quantity: '20' },
  });
  for (const name of ['ann', 'bob', 'cyd'] as const) patients[name] = await clinic.patient();
});
afterAll(() => clinic.close());

async function trace(actor: Actor) {
  const [moves] = await lotMoves(clinic.db, traceReader(actor), [vial.lotId]);
  if (moves === undefined) throw new Error('no trace');
  const told = traceOf(moves);
  const { received, adjusted, ...went } = told;
  expect(sum(Object.values(went)), JSON.stringify(told)).toBe(exact(sum([received, adjusted])).toString());
  return told;
}

async function give(patientId: string | null, quantity: string, actor = pharmacist, locationId = clinic.locationId) {
  const lines = [{ productId: vial.productId, quantity }];
  const input = { idempotencyKey: newKey(), locationId, lines, ...(patientId === null ? {} : { patientId }) };
  return (await clinic.as(actor, (tx) => dispense(tx, input)))['record']?.[0] ?? '';
}
const takeBack = (dispenseRecordId: string, returnToStock: boolean) =>
  clinic.as(pharmacist, (tx) =>
    reverseDispense(tx, { idempotencyKey: newKey(), dispenseRecordId, returnToStock, reason: 'not wanted' }),
  );
const sale = (quantity: string) => ({
  ...{ idempotencyKey: newKey(), stockId: elsewhere.stockId, quantity },
  ...{ referenceType: 'dispense_record', referenceId: 'as if it were one' },
});

describe('the trace of a lot', () => {
  it('adds up after every step of its life, for the whole and for one location', async () => {
    let session = '';
    const steps: readonly (() => Promise<unknown>)[] = [
      () => give(patients.ann, '1'),
      async () => takeBack(await give(patients.bob, '1'), true),
      async () => takeBack(await give(patients.bob, '1'), false),
      async () => (session = await table.open(vial)),
      () => table.use(session, '12.5', { patientId: patients.cyd }),
      async () => table.takeBack(await table.use(session, '20', { patientId: patients.bob })),
      () => table.spill(session, '5'),
      () => table.close(session, { wasteReason: 'DRAW_UP_LOSS' }),
      () => give(patients.ann, '2', pharmacistElsewhere, clinic.elsewhereId),
      () => give(null, '3', pharmacistElsewhere, clinic.elsewhereId),
      () => clinic.as(pharmacistElsewhere, (tx) => decreaseStock(tx, sale('4'))),
      () => clinic.as(pharmacistElsewhere, (tx) => increaseStock(tx, sale('1.5'))),
      () => clinic.as(manager, (tx) => adjustStock(tx, { ...adjusting, newOnHand: '3' })),
      () => clinic.as(pharmacist, (tx) => moveBucket(tx, { ...moving('DEFECTIVE', '1'), idempotencyKey: newKey() })),
      () => clinic.as(pharmacist, (tx) => moveBucket(tx, { ...moving('SAMPLE', '0.5'), idempotencyKey: newKey() })),
      () => clinic.as(pharmacist, (tx) => recordWaste(tx, { ...wasting, idempotencyKey: newKey() })),
      () => clinic.as(pharmacist, (tx) => issueRecall(tx, { ...recalling, productId: vial.productId })),
    ];
    const adjusting = { idempotencyKey: newKey(), stockId: vial.stockId, reason: 'one more was found' };
    const moving = (to: 'DEFECTIVE' | 'SAMPLE', quantity: string) =>
      ({ stockId: vial.stockId, from: 'ON_HAND', to, quantity, reason: 'as it is' }) as const;
    const wasting = { stockId: vial.stockId, bucket: 'DEFECTIVE', quantity: '0.25', reason: 'DAMAGED' } as const;
    const recalling = {
      ...{ idempotencyKey: newKey(), reference: 'R-1', reason: 'Lack of sterility' },
      ...{ recallClass: 'CLASS_I' as const, lotNumbers: [] },
    };
    for (const step of steps) {
      await step();
      await trace(pharmacist);
      await trace(table.provider);
    }
    await expectSoundLedger(clinic);
    expect(await trace(pharmacist)).toEqual({
      ...{ received: '25', adjusted: '1', onHand: '14', defective: '0.75', sample: '0.5', inTransit: '0' },
      ...{ dispensed: '6', sold: '2.5', wasted: '1.25', openedVials: '1' },
    });
    expect(await trace(table.provider)).toMatchObject({ received: '5', dispensed: '1', sold: '0' });
  });

  it('knows who got something of it, less what was returned in full', async () => {
    const told = async (actor: Actor) => {
      const found = await exposures(clinic.db, traceReader(actor), 'lot', [vial.lotId]);
      const names = new Map(Object.entries(patients).map(([name, id]) => [id, name]));
      return found
        .map((each) => `${names.get(each.patientId)} ${exact(each.quantity).toString()} ${each.unit} ${each.via}`)
        .sort();
    };
    expect(await told(pharmacist)).toEqual(['ann 3 vial DISPENSE', 'cyd 12.5 unit VIAL_OPENED']);
    expect(await told(table.provider)).toEqual(['ann 1 vial DISPENSE', 'cyd 12.5 unit VIAL_OPENED']);
  });
});
