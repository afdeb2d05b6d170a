import { afterAll, beforeAll, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { dispense } from '../dispensing/dispense.ts';
import { runChecks } from '../run-checks.ts';
import { riskChecks } from './verify-risk.ts';

let clinic: TestClinic;
let recordId: string;
beforeAll(async () => {
  clinic = await TestClinic.open();
  const actor = await clinic.actor(['PHARMACIST']);
  const productId = await clinic.product({ deaSchedule: 'CII' });
  await clinic.stock({ productId });
  const lines = [
    { productId, quantity: '1', isPrescription: false, overrideFlag: true, overrideReason: 'no other way' },
  ];
  const { record } = await clinic.as(actor, (tx) =>
    dispense(tx, { idempotencyKey: newKey(), locationId: clinic.locationId, lines }),
  );
  recordId = record?.[0] ?? '';
});
afterAll(() => clinic.close());

it.each([
  [
    'the risk of a dispense is the sum of its flags',
    'UPDATE dpap.dispensing_event SET risk_score = risk_score - 1',
    'UPDATE dpap.dispensing_event SET risk_score = risk_score + 1',
  ],
  [
    'each dispense of high risk is in the review queue',
    'UPDATE dpap.high_risk_alert SET event_id = id',
    'UPDATE dpap.high_risk_alert a SET event_id = e.id FROM dpap.dispensing_event e',
  ],
])('%s: a breach is named', async (check, breaks, mends) => {
  const faults = async () =>
    (await runChecks(clinic.db, riskChecks)).faults.map(({ check: name, id }) => ({ name, id }));
  await clinic.owner.query('ALTER TABLE dpap.dispensing_event DISABLE TRIGGER ALL');
  expect(await faults()).toEqual([]);
  await clinic.owner.query(breaks);
  expect(await faults()).toEqual([{ name: check, id: recordId }]);
  await clinic.owner.query(mends);
  expect(await faults()).toEqual([]);
});
