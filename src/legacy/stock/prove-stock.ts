/** Proof, within the run's transaction: what the join of the four old tables says of every id is what its one row says now. */
import { LegacyFailure } from '../failure.ts';
import type { Target } from '../target.ts';

/** Ours beside what was consolidated. */
const columns: Readonly<Record<string, readonly [ours: string, old: string]>> = {
  on_hand_quantity: ['s.on_hand_quantity::numeric', 'o.quantity'],
  reserved_quantity: ['s.reserved_quantity::numeric', 'o.reserved'],
  available_quantity: [
    's.available_quantity',
    `CASE WHEN o.wanted IN ('LIVE', 'SOLD_OUT', 'CLOSED') THEN o.quantity - o.reserved ELSE 0 END`,
  ],
  purchase_price: ['s.purchase_price::numeric', 'o.purchase_price'],
  gross_purchase_price: ['s.gross_purchase_price::numeric', 'o.gross_purchase_price'],
  vat_amount: ['s.vat_amount::numeric', 'o.vat_amount'],
  vat_rate: ['s.vat_rate', 'CASE WHEN o.vat_rate > 1 THEN o.vat_rate / 100 ELSE o.vat_rate END'],
  roi_percentage: ['s.roi_percentage', 'o.roi_percentage'],
  profit_per_shelf_day: ['s.profit_per_shelf_day::numeric', 'o.profit_per_shelf_day'],
  shelf_life_days: ['s.shelf_life_days', 'o.shelf_life_days'],
  delivered_on: ['s.delivered_on', 'o.delivered_on'],
  listed_on_platforms: ['s.listed_on_platforms', 'o.listings'],
  status_history: ['s.status_history', 'o.history'],
  created_at: ['s.created_at', 'o.created_at'],
};

export interface Proof {
  readonly rows: number;
  /** By column: the sum of the fingerprints of its values, the same on both sides. */
  readonly checksums: Readonly<Record<string, string>>;
}

export async function proveStock(target: Target): Promise<Proof> {
  const print = (value: string) => `coalesce(sum(hashtextextended(to_jsonb(${value})::text, 0)::numeric), 0)::text`;
  const exact = (value: string) =>
    /quantity|price|amount|rate|percentage|profit|reserved/.test(value) ? `trim_scale(${value})` : value;
  const select = Object.entries(columns).flatMap(([name, [ours, old]]) => [
    `${print(exact(ours))} AS "ours ${name}"`,
    `${print(exact(old))} AS "old ${name}"`,
    `count(*) FILTER (WHERE ${ours} IS DISTINCT FROM ${old})::text AS "differ ${name}"`,
  ]);
  const found = await target.one<Record<string, string>>(
    `SELECT count(s.id)::text AS rows, (SELECT count(*)::text FROM fresh) AS wanted, ${select.join(', ')} FROM fresh o LEFT JOIN inventory.stock s ON s.id = o.id`,
  );
  const wrong = Object.keys(columns).filter(
    (name) => found[`differ ${name}`] !== '0' || found[`ours ${name}`] !== found[`old ${name}`],
  );
  if (found['rows'] === found['wanted'] && wrong.length === 0) {
    return {
      rows: Number(found['rows']),
      checksums: Object.fromEntries(Object.keys(columns).map((name) => [name, found[`ours ${name}`] ?? ''])),
    };
  }
  throw new LegacyFailure({
    what: `What was written is not what was read: ${found['rows'] ?? ''} of ${found['wanted'] ?? ''} rows; ${wrong.join(', ') || 'no column'} differ.`,
    where: 'validation, inventory.stock',
    todo: 'Nothing was kept. This is a fault of Lotkeeper: report it with the log.',
  });
}
