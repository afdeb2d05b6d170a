/**
 * Alerts of batches of which a count found more or less than it may differ by, or for which reservations were released.
 * That of a batch ends when a later count finds it within tolerance.
 * Locks: the current alerts of the batches that were counted.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { sum } from '../decimal.ts';
import { countVarianceWords, type CountedWords } from './alert-words.ts';
import { settleAlerts, type Finding, type Settled } from './settle-alerts.ts';

interface CountedBatch extends Omit<CountedWords, 'reservations' | 'reservedUnits'> {
  readonly stockId: string;
  readonly locationId: string;
  readonly productId: string;
  readonly lotId: string;
  readonly isWithinTolerance: boolean;
}

type Released = readonly { readonly quantity: string }[];

/** Of an approved count; `releasedOf` tells the reservations of a batch that were released for it. */
export async function settleCountAlerts(
  tx: Tx,
  countId: string,
  releasedOf: (stockId: string) => Released,
): Promise<Settled> {
  const batches = await tx.sql<CountedBatch>(
    `SELECT s.id AS "stockId", s.location_id AS "locationId", s.product_id AS "productId", s.lot_id AS "lotId", p.name AS product,
       p.stock_unit AS "stockUnit", o.name AS place, lot.manufacturer_lot_number AS "lotNumber", s.batch_code AS "batchCode", c.code AS "countCode",
       coalesce(l.recount_expected_quantity, l.expected_quantity) AS expected, coalesce(l.recounted_quantity, l.counted_quantity) AS counted,
       l.within_tolerance AS "isWithinTolerance"
     FROM inventory.inventory_count c JOIN inventory.inventory_count_line l ON l.count_id = c.id JOIN inventory.stock s ON s.id = l.stock_id
     JOIN catalogue.product p ON p.id = s.product_id JOIN inventory.inventory_lot lot ON lot.id = s.lot_id
     JOIN people.location o ON o.id = s.location_id WHERE c.id = $1`,
    [countId],
  );
  const [first] = batches;
  if (first === undefined) throw new Error('A count without lines was approved');
  const subjects = batches.map(({ stockId }) => stockId);
  return settleAlerts(tx, {
    found: batches.flatMap((batch) => findingOf(batch, releasedOf(batch.stockId))),
    within: [{ types: ['COUNT_VARIANCE'], locationId: first.locationId, subjects }],
    resolution: 'A later count found what was expected.',
  });
}

function findingOf(batch: CountedBatch, released: Released): Finding[] {
  if (batch.isWithinTolerance && released.length === 0) return [];
  const { stockId, locationId, productId, lotId } = batch;
  const reservedUnits = sum(released.map(({ quantity }) => quantity));
  return [
    {
      ...{ type: 'COUNT_VARIANCE', severity: 'WARNING', subject: stockId, locationId, productId, lotId, stockId },
      ...countVarianceWords({ ...batch, reservations: released.length, reservedUnits }),
    },
  ];
}
