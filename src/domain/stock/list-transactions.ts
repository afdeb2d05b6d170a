/** The ledger, newest first. Limited to the reader's locations. Locks nothing. */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import {
  decodeCursor,
  encodeCursor,
  Page,
  pageSize,
  readPage,
  type KeyOrder,
  type PageRequest,
} from '../../db/keyset.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { InventoryTransaction } from '../../entities/inventory-transaction.ts';
import type { TransactionFilter } from '../../schema/filters.ts';
import { groupBy } from '../group-by.ts';
import { atPlaces, type Reader } from '../places.ts';
import { optionalUuid } from '../uuid.ts';

const newestFirst: KeyOrder = {
  name: 'transactions',
  direction: 'DESC',
  keys: [
    { sql: 't.recorded_at', type: 'timestamptz' },
    { sql: 't.id', type: 'uuid' },
  ],
};

const columns = columnsOf(InventoryTransaction, 't');

export async function listTransactions(
  db: DataSource,
  reader: Reader,
  filter: TransactionFilter,
  request: PageRequest,
): Promise<Page<InventoryTransaction>> {
  const values = new Values();
  const list = {
    order: newestFirst,
    columns,
    from: 'inventory.inventory_transaction t',
    where: [atPlaces(reader, values, 't.location_id'), ...conditions(filter, values)],
    values,
  };
  return readPage<InventoryTransaction>(db, list, request);
}

/** A lot's or product's lines are found through its batches: the ledger has an index by batch, none by lot or product. */
function conditions(filter: TransactionFilter, values: Values): string[] {
  const uuid = (id: string | null | undefined, field: string, sql: (placeholder: string) => string) => {
    const given = optionalUuid(id, field);
    return given === null ? [] : [sql(values.add(given, 'uuid'))];
  };
  const batches = (column: string) => (id: string) =>
    `t.stock_id = ANY(ARRAY(SELECT id FROM inventory.stock WHERE ${column} = ${id}))`;
  return [
    ...uuid(filter.stockId, 'stockId', (id) => `t.stock_id = ${id}`),
    ...uuid(filter.lotId, 'lotId', batches('lot_id')),
    ...uuid(filter.productId, 'productId', batches('product_id')),
    ...uuid(filter.locationId, 'locationId', (id) => `t.location_id = ${id}`),
    ...uuid(filter.performedBy, 'performedBy', (id) => `t.performed_by = ${id}`),
    ...(filter.type == null || filter.type.length === 0
      ? []
      : [`t.type = ANY(${values.add(filter.type, 'inventory.transaction_type[]')})`]),
    ...(filter.from == null ? [] : [`t.recorded_at >= ${values.add(filter.from, 'timestamptz')}`]),
    ...(filter.to == null ? [] : [`t.recorded_at < ${values.add(filter.to, 'timestamptz')}`]),
  ];
}

export interface LineOfStock {
  readonly stockId: string;
  readonly id: string;
}

/** Lines that a mutation has just written, as a rule: so each batch's ledger is read from its end. */
export async function linesById(
  db: DataSource,
  reader: Reader,
  lines: readonly LineOfStock[],
): Promise<InventoryTransaction[]> {
  const values = new Values();
  const stockIds = values.add(
    lines.map(({ stockId }) => stockId),
    'uuid[]',
  );
  const ids = values.add(
    lines.map(({ id }) => id),
    'uuid[]',
  );
  return read<InventoryTransaction>(
    db,
    `SELECT ${columns} FROM unnest(${stockIds}, ${ids}) AS asked(stock_id, id)
     CROSS JOIN LATERAL (
       SELECT t.* FROM inventory.inventory_transaction t
       WHERE t.stock_id = asked.stock_id AND t.id = asked.id AND ${atPlaces(reader, values, 't.location_id')}
       ORDER BY t.ledger_seq DESC LIMIT 1
     ) AS t`,
    values.list,
  );
}

/** Within one batch the ledger's own numbers are the order. */
const lastFirst: KeyOrder = {
  name: 'stock-transactions',
  direction: 'DESC',
  keys: [{ sql: 't.ledger_seq', type: 'bigint' }],
};

export interface StockPage extends PageRequest {
  readonly stockId: string;
}

/** Pages of the ledgers of many batches: one statement for each size of page. */
export async function stockTransactions(
  db: DataSource,
  reader: Reader,
  pages: readonly StockPage[],
): Promise<Page<InventoryTransaction>[]> {
  const answers = new Map<StockPage, Page<InventoryTransaction>>();
  for (const [first, group] of groupBy(pages, (page) => pageSize(page.first))) {
    const rows = await linesOf(db, reader, group, first + 1);
    group.forEach((page, index) => {
      const own = rows.filter((row) => row.page === index);
      answers.set(page, new Page<InventoryTransaction>(own, first, (row) => encodeCursor(lastFirst, [row.ledgerSeq])));
    });
  }
  return pages.map((page) => answers.get(page) ?? new Page<InventoryTransaction>([], 1, () => ''));
}

async function linesOf(db: DataSource, reader: Reader, pages: readonly StockPage[], limit: number) {
  const values = new Values();
  const befores = pages.map(({ after }) => (after == null ? null : decodeCursor(lastFirst, after)[0]));
  const stockIds = values.add(
    pages.map(({ stockId }) => stockId),
    'uuid[]',
  );
  return read<InventoryTransaction & { readonly page: number }>(
    db,
    `SELECT asked.page::integer - 1 AS page, ${columns}
     FROM unnest(${stockIds}, ${values.add(befores, 'bigint[]')}) WITH ORDINALITY AS asked(stock_id, before, page)
     CROSS JOIN LATERAL (
       SELECT t.* FROM inventory.inventory_transaction t
       WHERE t.stock_id = asked.stock_id AND (asked.before IS NULL OR t.ledger_seq < asked.before) AND ${atPlaces(reader, values, 't.location_id')}
       ORDER BY t.ledger_seq DESC LIMIT ${values.add(limit, 'integer')}
     ) AS t ORDER BY asked.page, t.ledger_seq DESC`,
    values.list,
  );
}
