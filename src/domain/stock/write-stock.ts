/**
 * Writes what is known of a batch besides its quantities and its status, with audit and outbox, in one statement. The
 * row must be locked by the caller.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { Statement } from '../../db/statement.ts';
import { addAudit, type AuditLine } from '../audit.ts';
import { addOutbox } from '../outbox.ts';
import type { LockedStock } from './lock-stock.ts';
import { stockChanged } from './stock-audit.ts';

const types = {
  storage_unit_id: 'uuid',
  zone: 'text',
  rack: 'text',
  shelf: 'text',
  bin: 'text',
  grade: 'text',
  cogs_mode: 'inventory.cogs_mode',
  unit_cogs: 'numeric',
  unit_cogs_min: 'numeric',
  unit_cogs_max: 'numeric',
  payment_terms: 'inventory.payment_terms',
  purchase_price: 'numeric',
  gross_purchase_price: 'numeric',
  vat_rate: 'numeric',
  vat_amount: 'numeric',
  roi_percentage: 'numeric',
  profit_per_shelf_day: 'numeric',
  shelf_life_days: 'integer',
  delivered_on: 'date',
  metadata: 'jsonb',
  external_ids: 'jsonb',
  notes: 'text',
  listed_on_platforms: 'jsonb',
} as const;

export type StockColumn = keyof typeof types;
export type StockFacts = Readonly<Partial<Record<StockColumn, unknown>>>;

const columns = Object.keys(types) as StockColumn[];

/** `also` adds the verb's own CTEs. */
export async function writeStock(
  tx: Tx,
  stock: LockedStock,
  facts: StockFacts,
  audit: AuditLine,
  also?: (statement: Statement) => void,
): Promise<void> {
  const statement = new Statement();
  const sets = columns
    .filter((column) => facts[column] !== undefined)
    .map((column) => `${column} = ${statement.value(stored(facts[column], types[column]), types[column])}`);
  statement.with(
    'changed',
    `UPDATE inventory.stock SET ${[...sets, 'version = version + 1', 'updated_at = clock_timestamp()'].join(', ')}
     WHERE id = ${statement.value(stock.id, 'uuid')}`,
  );
  also?.(statement);
  addAudit(statement, tx, [audit]);
  addOutbox(statement, [stockChanged(stock)]);
  await statement.run(tx, 'SELECT');
}

function stored(value: unknown, type: string): unknown {
  return type === 'jsonb' && value != null ? JSON.stringify(value) : value;
}
