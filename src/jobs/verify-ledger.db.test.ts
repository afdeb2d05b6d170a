import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { alertsOf, feedOf, silence } from '../../test/alert-watch.ts';
import { newKey, TestClinic } from '../../test/clinic.ts';
import { handleJob } from '../../test/handle-job.ts';
import { dispense } from '../domain/dispensing/dispense.ts';
import { sealAuditJob } from './seal-audit.ts';
import { verifyLedgerJob } from './verify-ledger.ts';

let clinic: TestClinic;
/** Past every right: what the guards exist to prevent is done by hand here. */
let superuser: pg.Client;

beforeAll(async () => {
  clinic = await TestClinic.open();
  superuser = new pg.Client({ connectionString: clinic.database.adminUrl });
  await superuser.connect();
});
afterAll(async () => {
  await superuser.end();
  await clinic.close();
});

const run = () => handleJob(clinic, verifyLedgerJob);
const bend = (stockId: string, units: number) =>
  superuser.query(`UPDATE inventory.stock SET on_hand_quantity = on_hand_quantity + ${units} WHERE id = '${stockId}'`);

it('sound books raise nothing', async () => {
  await clinic.stock({ productId: await clinic.product() });
  expect(await run()).toEqual({ faults: 0, whole: true, auditFaults: 0, raised: 0, risen: 0, resolved: 0 });
});

it('a batch that does not add up is told once, at its place, and resolves when it does', async () => {
  const productId = await clinic.product();
  const { stockId, lotId } = await clinic.stock({ productId, quantity: '10', locationId: clinic.elsewhereId });
  await bend(stockId, 2);
  expect(await run()).toMatchObject({ faults: 1, raised: 1 });
  expect(await run()).toMatchObject({ faults: 1, raised: 0 });
  expect(
    await clinic.one(
      'SELECT severity, location_id, product_id, lot_id, stock_id, title, message FROM inventory.inventory_alert WHERE subject = $1',
      [stockId],
    ),
  ).toEqual({
    ...{
      severity: 'CRITICAL',
      location_id: clinic.elsewhereId,
      product_id: productId,
      lot_id: lotId,
      stock_id: stockId,
    },
    title: `The books of batch BCH-${stockId} do not add up`,
    message: `Elsewhere, batch BCH-${stockId}. "bucket is the sum of its lines" does not hold: ON_HAND is 12, its lines sum up to 10. Count it, and have "lotkeeper db verify" run.`,
  });
  await bend(stockId, -2);
  expect(await run()).toMatchObject({ faults: 0, resolved: 1 });
  expect(await feedOf(clinic, stockId)).toEqual([
    'LEDGER_MISMATCH CRITICAL OPEN 1',
    'LEDGER_MISMATCH CRITICAL RESOLVED 2',
  ]);
});

it('another batch is told although one was resolved by hand', async () => {
  const [one, other] = [
    await clinic.stock({ productId: await clinic.product() }),
    await clinic.stock({ productId: await clinic.product() }),
  ];
  await bend(one.stockId, 1);
  await run();
  await silence(clinic, one.stockId);
  await bend(other.stockId, 1);
  expect(await run()).toMatchObject({ raised: 1 });
  expect(await alertsOf(clinic, one.stockId)).toEqual(['LEDGER_MISMATCH CRITICAL RESOLVED silent']);
  expect(await alertsOf(clinic, other.stockId)).toEqual(['LEDGER_MISMATCH CRITICAL OPEN']);

  // A verification that was not whole does not know that they are mended.
  await bend(one.stockId, -1);
  await bend(other.stockId, -1);
  expect(await handleJob(clinic, verifyLedgerJob, AbortSignal.abort())).toMatchObject({ whole: false, resolved: 0 });
  expect(await run()).toMatchObject({ whole: true, resolved: 1 });
});

it('a dispense without its event is told', async () => {
  const productId = await clinic.product();
  await clinic.stock({ productId });
  const pharmacist = await clinic.actor(['PHARMACIST']);
  const lines = [{ productId, quantity: '1' }];
  const result = await clinic.as(pharmacist, (tx) =>
    dispense(tx, { idempotencyKey: newKey(), locationId: clinic.locationId, lines }),
  );
  const record = result['record']?.[0] ?? '';
  await superuser.query('ALTER TABLE inventory.dispense_record DISABLE TRIGGER ALL');
  await superuser.query(`UPDATE inventory.dispense_record SET event_id = gen_random_uuid() WHERE id = '${record}'`);
  expect(await run()).toMatchObject({ raised: 1 });
  expect(await alertsOf(clinic, record)).toEqual(['LEDGER_MISMATCH CRITICAL OPEN']);
});

it('what is of no place is told to the whole organisation: that something is taken back which is not there', async () => {
  const event = newKey();
  await superuser.query(
    `INSERT INTO dpap.event_reversal (event_id, event_timestamp, reversed_at, reversed_by, reason) VALUES ($1, now(), now(), $2, 'x')`,
    [event, clinic.systemSession().actor.id],
  );
  expect(await run()).toMatchObject({ raised: 1 });
  expect(
    await clinic.one(
      `SELECT location_id AS place, status, title FROM inventory.inventory_alert WHERE type = 'LEDGER_MISMATCH' AND subject = $1`,
      [event],
    ),
  ).toEqual({ place: null, status: 'OPEN', title: `The books of event_reversal ${event} do not add up` });
  await superuser.query('ALTER TABLE dpap.event_reversal DISABLE TRIGGER ALL');
  await superuser.query('DELETE FROM dpap.event_reversal WHERE event_id = $1', [event]);
  expect(await run()).toMatchObject({ resolved: 1 });
});

it('an audit trail that was altered is told to the whole organisation, and resolves when it is as it was', async () => {
  await run();
  const { rows } = await superuser.query<{ id: string; action: string }>(
    'SELECT id, action FROM audit.audit_entry LIMIT 1',
  );
  const [{ id, action } = { id: '', action: '' }] = rows;
  await handleJob(clinic, sealAuditJob);
  await superuser.query('ALTER TABLE audit.audit_entry DISABLE TRIGGER ALL');
  const rewrite = (word: string) =>
    superuser.query('UPDATE audit.audit_entry SET action = $2 WHERE id = $1', [id, word]);
  await rewrite('nothing');
  expect(await run()).toMatchObject({ auditFaults: 1, raised: 1 });
  expect(
    await clinic.one(
      `SELECT severity, location_id, title, message FROM inventory.inventory_alert WHERE subject = 'audit'`,
    ),
  ).toEqual({
    severity: 'CRITICAL',
    location_id: null,
    title: 'The audit trail is not as it was sealed',
    message: expect.stringContaining(id) as unknown,
  });
  await rewrite(action);
  expect(await run()).toMatchObject({ auditFaults: 0, resolved: 1 });
});
