/** 300 partial dispenses at once from eight lots: by the ledger, no later lot gave while an earlier one had units. */
import { v7 as uuid } from 'uuid';
import type { Random } from '../../src/seed/random.ts';
import { groupBy } from '../../src/domain/group-by.ts';
import { crowd, tally } from '../live/crowd.ts';
import {
  brokenBooks,
  insistOnDispense,
  expectEqual,
  onStage,
  outcome,
  type Check,
  type Run,
  type Stage,
} from './stage.ts';

export const fefo: Check = {
  name: 'fefo',
  mutants: ['last-expiry-first', 'recall-unseen', 'no-lock'],
  run: async (run) =>
    onStage(run, { apis: 2, clients: 32 }, async (stage) => {
      const shelf = await fillShelf(run, stage);
      const answers = await crowd(32, new Array<null>(300).fill(null), async (_task, index) =>
        insistOnDispense(stage, index, {
          idempotencyKey: uuid(),
          locationId: stage.clinic.locationId,
          lines: [{ productId: shelf.productId, quantity: `${run.random.between(0, 2)}.${run.random.between(1, 9)}` }],
        }),
      );
      const counts = tally(answers.map(outcome));
      run.say(
        `300 dispenses from 8 lots beside 4 that may not be used: ${JSON.stringify(counts)}; asked again ${stage.askedAgain.count} times`,
      );
      return [
        ...Object.keys(counts).filter((code) => code !== 'done' && code !== 'INSUFFICIENT_INVENTORY'),
        ...(await wrongOrder(stage, shelf)),
        ...(await brokenBooksWithoutRecall(stage)),
      ];
    }),
};

/** The recalled lot has no recall and its units are not in quarantine: only so can a dispense be tempted by them. */
async function brokenBooksWithoutRecall(stage: Stage): Promise<string[]> {
  await stage.clinic.owner.query('UPDATE inventory.inventory_lot SET recalled = false WHERE recalled');
  await stage.clinic.owner.query('UPDATE inventory.stock SET lot_recalled = false WHERE lot_recalled');
  return brokenBooks(stage);
}

interface Shelf {
  readonly productId: string;
  /** First expiry first. */
  readonly usable: readonly string[];
  readonly units: number;
}

/** In a random order of making, so that neither ids nor times of receipt tell the order of expiry. */
async function fillShelf({ random }: Run, { clinic }: Stage): Promise<Shelf> {
  const productId = await clinic.product();
  const lots = ['2098-01', '2098-02', '2098-03', '2098-04', '2098-05', '2098-06', '2098-07', '2098-08'].map(
    (month) => ({
      expiresOn: `${month}-15`,
      quantity: random.between(25, 45),
      unusable: '',
    }),
  );
  const others = ['expired', 'recalled', 'quarantined', 'held'].map((unusable) => ({
    expiresOn: unusable === 'expired' ? '2020-01-01' : '2097-01-01',
    quantity: 50,
    unusable,
  }));
  const usable = new Map<string, string>();
  for (const lot of shuffled(random, [...lots, ...others])) {
    const { stockId, lotId } = await clinic.stock({ productId, ...lot, quantity: String(lot.quantity) });
    if (lot.unusable === '') usable.set(lot.expiresOn, stockId);
    if (lot.unusable === 'recalled' || lot.unusable === 'quarantined') {
      await clinic.owner.query(`UPDATE inventory.inventory_lot SET ${lot.unusable} = true WHERE id = $1`, [lotId]);
      await clinic.owner.query(`UPDATE inventory.stock SET lot_${lot.unusable} = true WHERE id = $1`, [stockId]);
    }
    if (lot.unusable === 'held') await holdAll(clinic.owner, stockId);
  }
  const inOrder = [...usable].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, stockId]) => stockId);
  return { productId, usable: inOrder, units: lots.reduce((sum, { quantity }) => sum + quantity, 0) };
}

export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

async function holdAll(owner: Stage['clinic']['owner'], stockId: string): Promise<void> {
  await owner.query(
    `WITH held AS (UPDATE inventory.stock SET hold_quantity = on_hand_quantity, status = 'ON_HOLD', ledger_seq = 2 WHERE id = $1 RETURNING *)
     INSERT INTO inventory.inventory_transaction (id, stock_id, ledger_seq, type, bucket, quantity_change, quantity_before, quantity_after,
       unit_cost, lot_id, product_id, location_id, performed_by, occurred_at)
     SELECT gen_random_uuid(), id, 2, 'HOLD', 'HOLD', hold_quantity, 0, hold_quantity, unit_cost, lot_id, product_id, location_id,
       (SELECT id FROM people."user" LIMIT 1), now() FROM held`,
    [stockId],
  );
}

/** Lines of one dispense carry the same instant; after each of them every lot before the last one used must be empty. */
async function wrongOrder({ clinic }: Stage, { productId, usable, units }: Shelf): Promise<string[]> {
  const lines = await clinic.all<{ stockId: string; at: string; after: number }>(
    `SELECT stock_id AS "stockId", recorded_at::text AS at, quantity_after::float AS after FROM inventory.inventory_transaction
     WHERE product_id = $1 AND type = 'DISPENSE' ORDER BY recorded_at, ledger_seq`,
    [productId],
  );
  const problems: string[] = [];
  const empty = new Set<string>();
  const instants = groupBy(lines, ({ at }) => at);
  for (const [at, given] of instants) {
    for (const { stockId, after } of given) if (after === 0) empty.add(stockId);
    for (const { stockId } of given) {
      const position = usable.indexOf(stockId);
      if (position < 0) {
        problems.push(`${at}: a lot was used that may not be`);
        continue;
      }
      const earlier = usable.slice(0, position).findIndex((before) => !empty.has(before));
      if (earlier >= 0) problems.push(`${at}: lot ${position + 1} was used while lot ${earlier + 1} had units`);
    }
  }
  const left = await clinic.one<{ left: number; given: number }>(
    `SELECT (SELECT sum(on_hand_quantity)::float FROM inventory.stock WHERE id = ANY($1)) AS left,
       (SELECT coalesce(sum(quantity), 0)::float FROM inventory.dispense_record WHERE product_id = $2) AS given`,
    [usable, productId],
  );
  return [...problems, ...expectEqual('units given and left', round(left.given + left.left), units)];
}

const round = (value: number) => Math.round(value * 10_000) / 10_000;
