import { afterAll, beforeAll, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { runChecks } from '../run-checks.ts';
import { issueRecall } from './issue-recall.ts';
import { recallChecks } from './verify-recalls.ts';

let clinic: TestClinic;
beforeAll(async () => {
  clinic = await TestClinic.open();
});
afterAll(() => clinic.close());

/** A recalled batch; nothing is wrong with it. */
async function recalledBatch() {
  const productId = await clinic.product();
  const batch = await clinic.stock({ productId });
  const pharmacist = await clinic.actor(['PHARMACIST']);
  const told = { reference: 'R-1', recallClass: 'CLASS_I', reason: 'Lack of sterility', productId } as const;
  await clinic.as(pharmacist, (tx) => issueRecall(tx, { idempotencyKey: newKey(), lotNumbers: [], ...told }));
  expect((await runChecks(clinic.db, recallChecks)).faults).toEqual([]);
  return batch;
}

it.each([
  [
    'a lot is blocked as long as a recall names it',
    'UPDATE inventory.inventory_lot SET recalled = false WHERE id = $1',
  ],
  [
    'all units of a recalled lot are in quarantine for it',
    `DELETE FROM inventory.stock_quarantine WHERE reference = $1 AND cause = 'RECALL'`,
  ],
])('%s', async (check, harm) => {
  const { stockId, lotId } = await recalledBatch();
  await clinic.owner.query(harm, [lotId]);
  const { faults } = await runChecks(clinic.db, recallChecks);
  expect(faults.map(({ check: name, id }) => [name, id])).toEqual([[check, stockId]]);
  await clinic.owner.query(`DELETE FROM inventory.stock_quarantine WHERE stock_id = $1`, [stockId]);
  await clinic.owner.query(`UPDATE inventory.inventory_lot SET recalled = true WHERE id = $1`, [lotId]);
  await clinic.owner.query(
    `INSERT INTO inventory.stock_quarantine (stock_id, cause, reference, quantity) VALUES ($1, 'RECALL', $2, 10)`,
    [stockId, lotId],
  );
});
