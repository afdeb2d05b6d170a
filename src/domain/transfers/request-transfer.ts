/**
 * Asks for units to be brought from one location to another, by somebody of either end: of named batches, or of a product,
 * which first expiry first out settles at once. One line a batch. Nothing is held before the source has approved.
 * Refuses: BAD_USER_INPUT, INVALID_QUANTITY, IDEMPOTENCY_CONFLICT, NOT_FOUND, LOT_RECALLED, LOT_QUARANTINED, LOT_EXPIRED,
 * INSUFFICIENT_INVENTORY (without figures for who does not work at the source). Locks: key, stock by id (key share); the sequence last.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { Statement } from '../../db/statement.ts';
import { notFound, worksAt } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import { addAudit } from '../audit.ts';
import { checkKey, claim, gate, type Claim, type Claimed, type Result } from '../claim.ts';
import { requirePositive, sum } from '../decimal.ts';
import { drawLines, type DrawLine } from '../dispensing/draw.ts';
import { groupBy } from '../group-by.ts';
import { addOutbox } from '../outbox.ts';
import { nextNumbers, transferCode, transferSequence } from '../stock/codes.ts';
import { unknownHere } from '../stock/known-here.ts';
import { lockedStockColumns, lockedStockJoins, type LockedStock } from '../stock/lock-stock.ts';
import { optionalText } from '../text.ts';
import { optionalUuid } from '../uuid.ts';
import { transferChanged } from './write-transfer.ts';

export interface RequestedLine {
  readonly stockId?: string | null;
  readonly productId?: string | null;
  readonly quantity: string;
}

export interface RequestTransfer {
  readonly idempotencyKey: string;
  readonly fromLocationId: string;
  readonly toLocationId: string;
  readonly reason?: string | null;
  readonly lines: readonly RequestedLine[];
}

interface Place {
  readonly id: string;
  readonly today: string;
}

interface NewLine {
  readonly stock: LockedStock;
  readonly quantity: string;
}

const mostLines = 100;

export async function requestTransfer(tx: Tx, input: RequestTransfer): Promise<Result> {
  const reason = checkInput(input);
  const id = uuid();
  const result = { transfer: [id] };
  const said: Claim = { mutation: 'requestTransfer', key: input.idempotencyKey, input, result };
  const claimed = await readPlaces(tx, said, input);
  if (claimed.replay !== null) return claimed.replay;
  const source = requirePlaces(tx, input, claimed.rows);
  const lines = planLines(tx, input, await readStock(tx, input));

  const number = (await nextNumbers(tx, [transferSequence(source.today)])).get(transferSequence(source.today)) ?? '';
  await write(tx, input, { id, code: transferCode(source.today, number), reason, lines });
  return result;
}

/** Answers the reason as it is kept. */
function checkInput(input: RequestTransfer): string | null {
  checkKey(input.idempotencyKey);
  for (const field of ['fromLocationId', 'toLocationId'] as const) optionalUuid(input[field], field);
  const reason = optionalText(input.reason, 'reason', 1_000);
  const { lines } = input;
  if (input.fromLocationId === input.toLocationId) {
    throw new Refusal('BAD_USER_INPUT', 'A transfer goes to another location. Within one, move the stock.', {
      field: 'toLocationId',
    });
  }
  if (lines.length === 0 || lines.length > mostLines) {
    throw new Refusal('BAD_USER_INPUT', `A transfer is asked for with 1 to ${mostLines} lines.`, {
      field: 'lines',
      lines: lines.length,
    });
  }
  for (const line of lines) {
    const stockId = optionalUuid(line.stockId, 'stockId');
    const productId = optionalUuid(line.productId, 'productId');
    if ((stockId === null) === (productId === null)) {
      throw new Refusal('BAD_USER_INPUT', 'Each line names either a batch (stockId) or a product (productId).', {
        field: 'stockId',
      });
    }
  }
  for (const { quantity } of lines) requirePositive(quantity, 'quantity');
  return reason;
}

async function readPlaces(tx: Tx, said: Claim, input: RequestTransfer): Promise<Claimed<Place>> {
  return claim<Place>(tx, said, {
    locked: `SELECT o.* FROM people.location o WHERE ${gate} AND o.id = ANY($8::uuid[])`,
    columns: 'l.id, (clock_timestamp() AT TIME ZONE l.time_zone)::date AS today',
    values: [[input.fromLocationId, input.toLocationId]],
  });
}

/** Answers the source. Locations are known to everybody; one end must be the actor's. */
function requirePlaces(tx: Tx, { fromLocationId, toLocationId }: RequestTransfer, places: readonly Place[]): Place {
  if (!worksAt(tx.actor, fromLocationId) && !worksAt(tx.actor, toLocationId)) {
    throw notFound('location', fromLocationId);
  }
  const source = places.find(({ id }) => id === fromLocationId);
  if (source === undefined) throw notFound('location', fromLocationId);
  if (places.length < 2) throw notFound('location', toLocationId);
  return source;
}

/**
 * Approval looks again, under its own locks. These are those of the lines' references, taken in order and before the
 * sequence: else two who name the same batches could wait for each other, and everybody for them.
 */
async function readStock(tx: Tx, input: RequestTransfer): Promise<LockedStock[]> {
  const { fromLocationId, toLocationId, lines } = input;
  const stockIds = lines.flatMap(({ stockId }) => stockId ?? []);
  const productIds = lines.flatMap(({ productId }) => productId ?? []);
  const stocks = await tx.sql<LockedStock>(
    `SELECT ${lockedStockColumns} FROM inventory.stock l ${lockedStockJoins}
     WHERE l.location_id = $1 AND (l.id = ANY($2::uuid[]) OR l.product_id = ANY($3::uuid[]) AND l.status = 'LIVE')
     ORDER BY l.id FOR KEY SHARE OF l`,
    [fromLocationId, stockIds, productIds],
  );
  const strange = productIds.filter((wanted) => !stocks.some(({ productId }) => productId === wanted));
  const own = worksAt(tx.actor, fromLocationId) ? fromLocationId : toLocationId;
  const unknown = strange.length === 0 ? null : await unknownHere(tx, own, strange);
  if (unknown !== null) throw unknown;
  return stocks;
}

/** A batch that is drawn from twice is one line. */
function planLines(tx: Tx, input: RequestTransfer, stocks: readonly LockedStock[]): NewLine[] {
  const wanted = input.lines.map(({ stockId, productId, quantity }): DrawLine => {
    const named = stocks.find(({ id }) => id === stockId);
    if (stockId != null && named === undefined) throw notFound('stock', stockId);
    return { productId: productId ?? named?.productId ?? '', stockId: stockId ?? null, quantity };
  });
  const drawn = drawnAt(tx, input.fromLocationId, () => drawLines(wanted, stocks, []));
  const allocations = drawn.flatMap((draw) => draw.allocations);
  return [...groupBy(allocations, ({ batch }) => batch.id).values()].flatMap((parts) => {
    const [first] = parts;
    return first === undefined ? [] : [{ stock: first.batch, quantity: sum(parts.map(({ quantity }) => quantity)) }];
  });
}

/** How much the source has is known there only. */
function drawnAt<T>(tx: Tx, sourceId: string, draw: () => T): T {
  try {
    return draw();
  } catch (error) {
    const isShort = error instanceof Refusal && error.code === 'INSUFFICIENT_INVENTORY';
    if (!isShort || worksAt(tx.actor, sourceId)) throw error;
    const { productId, requested } = error.context;
    throw new Refusal('INSUFFICIENT_INVENTORY', 'The source has not enough of it free. Ask for less, or elsewhere.', {
      productId,
      requested,
    });
  }
}

interface NewTransfer {
  readonly id: string;
  readonly code: string;
  readonly reason: string | null;
  readonly lines: readonly NewLine[];
}

async function write(tx: Tx, input: RequestTransfer, { id, code, reason, lines }: NewTransfer): Promise<void> {
  const { fromLocationId, toLocationId } = input;
  const statement = new Statement();
  const value = (given: unknown, type: string) => statement.value(given, type);
  const list = (type: string, pick: (line: NewLine, index: number) => unknown) => value(lines.map(pick), `${type}[]`);
  statement.with(
    'transfer',
    `INSERT INTO inventory.inventory_transfer (id, code, from_location_id, to_location_id, reason, requested_by)
     VALUES (${value(id, 'uuid')}, ${value(code, 'text')}, ${value(fromLocationId, 'uuid')}, ${value(toLocationId, 'uuid')},
       ${value(reason, 'text')}, ${value(tx.actor.id, 'uuid')}) RETURNING id`,
  );
  statement.with(
    'transfer_line',
    `INSERT INTO inventory.inventory_transfer_line (id, transfer_id, position, stock_id, lot_id, product_id, requested_quantity)
     SELECT n.id, transfer.id, n.position, n.stock_id, n.lot_id, n.product_id, n.quantity
     FROM transfer, unnest(${list('uuid', () => uuid())}, ${list('integer', (_line, index) => index + 1)}, ${list('uuid', (l) => l.stock.id)},
       ${list('uuid', (l) => l.stock.lotId)}, ${list('uuid', (l) => l.stock.productId)}, ${list('numeric', (l) => l.quantity)})
       AS n(id, position, stock_id, lot_id, product_id, quantity)`,
  );
  addAudit(statement, tx, [
    {
      entity: 'inventory_transfer',
      entityId: id,
      action: 'requestTransfer',
      locationId: worksAt(tx.actor, fromLocationId) ? fromLocationId : toLocationId,
      after: {
        status: 'REQUESTED',
        code,
        fromLocationId,
        toLocationId,
        lines: lines.map(({ stock, quantity }) => ({ stockId: stock.id, lotId: stock.lotId, quantity })),
      },
      reason,
    },
  ]);
  addOutbox(statement, [transferChanged({ id, fromLocationId, toLocationId })]);
  await statement.run(tx, 'SELECT');
}
