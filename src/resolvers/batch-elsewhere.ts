/**
 * A batch at the other end of a transfer, for who does not work there: which one it is. What may be empty is, and what may
 * not (quantities, status, history) is refused where it is asked for. Refusals in the place of values cost the lists of
 * one's own batches nothing.
 */
import type { BatchIdentity } from '../domain/transfers/list-transfers.ts';
import { Refusal } from '../refusal.ts';

const hidden = [
  ...['onHand', 'reserved', 'quarantine', 'hold', 'defective', 'sample', 'available'],
  ...['status', 'statusHistory', 'cogsMode', 'listedOnPlatforms', 'version', 'createdAt', 'updatedAt'],
];

const refusal = new Refusal('FORBIDDEN', 'This batch is at another location: only who works there sees what is there.');
const refused = Object.fromEntries(hidden.map((field) => [field, refusal]));

export function batchElsewhere(batch: BatchIdentity) {
  return { ...batch, ...refused, vendorId: null, storageUnitId: null };
}
