/** The life of a batch as one pure table. SOLD_OUT comes and goes by itself, with the units. */
import type { StockStatus } from '../../schema/enums.ts';
import { Refusal } from '../../refusal.ts';

/** Everything that happens, by hand or by itself. */
export const nextStatuses: Readonly<Record<StockStatus, readonly StockStatus[]>> = {
  AWAITING_INTAKE: ['LIVE', 'QUARANTINED', 'CLOSED'],
  LIVE: ['ON_HOLD', 'QUARANTINED', 'SOLD_OUT', 'CLOSED'],
  ON_HOLD: ['LIVE', 'QUARANTINED', 'CLOSED'],
  QUARANTINED: ['LIVE', 'ON_HOLD', 'CLOSED'],
  SOLD_OUT: ['LIVE', 'CLOSED'],
  CLOSED: [],
};

/** What a person may ask for. */
export function statusesByHand(from: StockStatus): readonly StockStatus[] {
  return nextStatuses[from].filter((to) => (from !== 'SOLD_OUT' ? to !== 'SOLD_OUT' : to !== 'LIVE'));
}

export function requireTransition(from: StockStatus, to: StockStatus): void {
  if (!statusesByHand(from).includes(to)) throw refusedTransition(from, to);
}

export function refusedTransition(
  from: StockStatus,
  to: StockStatus,
  why = `A batch that is ${from} does not become ${to}.`,
  more: Readonly<Record<string, unknown>> = {},
): Refusal {
  return new Refusal('INVALID_STATUS_TRANSITION', why, { from, to, allowed: statusesByHand(from), ...more });
}

/** Nothing enters a batch whose life is over. */
export function requireNotClosed(stock: { readonly status: StockStatus; readonly batchCode: string }): void {
  if (stock.status !== 'CLOSED') return;
  throw refusedTransition('CLOSED', 'LIVE', `Batch ${stock.batchCode} is closed. Take the units in as a new batch.`);
}

/** Only a LIVE batch has free units; one that is sold out comes to life with them. */
export function requireMayHoldFreeUnits(stock: { readonly status: StockStatus; readonly batchCode: string }): void {
  if (stock.status === 'LIVE' || stock.status === 'SOLD_OUT') return;
  throw refusedTransition(
    stock.status,
    'LIVE',
    `Batch ${stock.batchCode} is ${stock.status}: none of its units may be free. Change its status instead.`,
  );
}
