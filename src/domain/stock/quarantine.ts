/**
 * Puts whole batches into quarantine for a cause, and takes a cause away again: many rows in one statement. Units that
 * are there already get a further cause, not a further quantity; the end of a cause frees only what no other cause
 * holds. The rows are locked by the caller; their ACTIVE reservations are locked and released here.
 */
import type { Tx } from '../../db/in-transaction.ts';
import type { Statement } from '../../db/statement.ts';
import { exact, Exact, negated, sum } from '../decimal.ts';
import type { LockedStock } from './lock-stock.ts';
import { post, type LedgerLine, type Posted, type Posting, type StatusMove } from './post.ts';
import type { Cause, CauseLine } from './quarantine-causes.ts';
import { closeReservations, lockReservationsOf, releaseLine, type HeldReservation } from './held-reservation.ts';
import { byHand, lotCauses } from './settle.ts';

type Rest = Omit<Posting, 'lines' | 'causes'>;
type Also = (statement: Statement) => void;

/** Releases reservations, empties hold, quarantines everything; each batch for the cause, or for one of its own. */
export async function quarantineUnits(
  tx: Tx,
  stocks: readonly LockedStock[],
  cause: Cause | ((stock: LockedStock) => Cause),
  rest: Rest,
  also?: Also,
): Promise<Posted> {
  const reservations = await lockReservationsOf(
    tx,
    stocks.filter(({ reserved }) => exact(reserved).gt(0)).map(({ id }) => id),
  );
  const filled = stocks.filter(({ onHand }) => exact(onHand).gt(0));
  const causeOf = typeof cause === 'function' ? cause : () => cause;
  const lines = filled.flatMap((stock) => intoQuarantine(stock, causeOf(stock), reservations));
  const held = filled.map((stock) => ({ ...causeOf(stock), stockId: stock.id, quantity: stock.onHand }));
  return post(tx, { ...rest, lines, causes: { held } }, (statement) => {
    closeReservations(statement, 'RELEASED', reservations);
    also?.(statement);
  });
}

function intoQuarantine(stock: LockedStock, cause: Cause, reservations: readonly HeldReservation[]): LedgerLine[] {
  const line = { stockId: stock.id, referenceType: cause.cause, referenceId: cause.reference };
  const more = exact(stock.onHand).minus(stock.quarantine);
  const lines = reservations.filter(({ stockId }) => stockId === stock.id).map(releaseLine);
  if (exact(stock.hold).gt(0)) lines.push({ ...line, type: 'UNHOLD', bucket: 'HOLD', change: negated(stock.hold) });
  if (more.gt(0)) lines.push({ ...line, type: 'QUARANTINE', bucket: 'QUARANTINE', change: more.toString() });
  return lines;
}

/** `stocks` with the lot's facts as they will be; `to` is the status that a batch is brought to by hand. */
export async function endQuarantine(
  tx: Tx,
  stocks: readonly LockedStock[],
  cause: Cause | ((stock: LockedStock) => Cause),
  rest: Rest,
  to?: StatusMove,
  also?: Also,
): Promise<Posted> {
  const known = await causesOf(tx, stocks);
  const causeOf = typeof cause === 'function' ? cause : () => cause;
  const ends = stocks.map((stock) => endOf(stock, known, causeOf(stock), to));
  return post(
    tx,
    {
      ...rest,
      lines: ends.flatMap(({ lines }) => lines),
      status: ends.flatMap(({ status }) => status ?? []),
      causes: {
        held: ends.flatMap(({ held }) => held),
        end: stocks.map((stock) => ({ ...causeOf(stock), stockId: stock.id })),
      },
    },
    also,
  );
}

/** Read after the rows were locked: nobody changes them meanwhile. */
async function causesOf(tx: Tx, stocks: readonly LockedStock[]): Promise<CauseLine[]> {
  return tx.sql<CauseLine>(
    `SELECT stock_id AS "stockId", cause, reference, quantity FROM inventory.stock_quarantine WHERE stock_id = ANY($1::uuid[])`,
    [stocks.map(({ id }) => id)],
  );
}

interface End {
  readonly lines: readonly LedgerLine[];
  readonly status: StatusMove | null;
  /** Causes that hold the units from now on, where none did. */
  readonly held: readonly CauseLine[];
}

/** Pure. */
export function endOf(stock: LockedStock, known: readonly CauseLine[], ended: Cause, to?: StatusMove): End {
  const isSame = (a: Cause, b: Cause) => a.cause === b.cause && a.reference === b.reference;
  const causes = known.filter(({ stockId }) => stockId === stock.id);
  const others = causes.filter((cause) => !isSame(cause, ended));
  const manual = byHand(stock.id);
  const keptByHand = stock.status === 'QUARANTINED' && others.some((cause) => isSame(cause, manual));
  // An unusable lot keeps its units, whichever cause ends, and so does a batch that was quarantined by hand.
  const keepers = [...lotCauses(stock), ...(keptByHand ? [manual] : [])];
  const wasHeld = exact(stock.quarantine).gt(0);
  if (!wasHeld || keepers.length > 0) {
    const held = wasHeld ? keepers.map((cause) => ({ ...cause, stockId: stock.id, quantity: stock.quarantine })) : [];
    return { lines: [], status: to ?? null, held };
  }
  const freed = exact(stock.quarantine).minus(Exact.min(stock.quarantine, sum(others.map(({ quantity }) => quantity))));
  return { lines: freedLines(stock, ended, freed, to), status: to ?? comingLive(stock, freed), held: [] };
}

function freedLines(stock: LockedStock, ended: Cause, freed: Exact, to?: StatusMove): LedgerLine[] {
  if (!freed.gt(0)) return [];
  const line = { stockId: stock.id, referenceType: ended.cause, referenceId: ended.reference };
  const lines: LedgerLine[] = [
    { ...line, type: 'UNQUARANTINE', bucket: 'QUARANTINE', change: freed.negated().toString() },
  ];
  const status = to?.to ?? stock.status;
  if (status === 'ON_HOLD' || status === 'AWAITING_INTAKE') {
    lines.push({ ...line, type: 'HOLD', bucket: 'HOLD', change: freed.toString() });
  }
  return lines;
}

/** A batch that was taken in straight into quarantine comes to life when its units become free. */
function comingLive(stock: LockedStock, freed: Exact): StatusMove | null {
  return stock.status === 'QUARANTINED' && freed.gt(0) ? { stockId: stock.id, to: 'LIVE' } : null;
}
