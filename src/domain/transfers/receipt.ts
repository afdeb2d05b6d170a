/**
 * What the destination says of each line of a transfer, checked: every line is told of once, and what was shipped is
 * received, damaged or lost, to the last decimal. Pure.
 * Refuses: BAD_USER_INPUT, INVALID_QUANTITY, NOT_FOUND, TRANSFER_UNBALANCED.
 */
import { notFound } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import { exact, sum } from '../decimal.ts';
import { optionalText } from '../text.ts';
import { isUuid } from '../uuid.ts';
import { wasteNote } from '../waste/add-waste.ts';

export interface ReceivedLine {
  readonly lineId: string;
  readonly received: string;
  readonly damaged?: string | null;
  readonly lost?: string | null;
  readonly note?: string | null;
}

export interface Receipt {
  readonly lineId: string;
  readonly received: string;
  readonly damaged: string;
  readonly lost: string;
  readonly note: string | null;
}

/** Before anything is locked. */
export function checkReceipts(lines: readonly ReceivedLine[]): Receipt[] {
  const doubled = lines.find(({ lineId }, index) => lines.findIndex((other) => other.lineId === lineId) !== index);
  if (doubled !== undefined) {
    throw new Refusal('BAD_USER_INPUT', 'Tell of each line once.', { field: 'lines', lineId: doubled.lineId });
  }
  const receipts = lines.map((line) => ({
    ...{ lineId: line.lineId, received: line.received, damaged: line.damaged ?? '0', lost: line.lost ?? '0' },
    note: noteOf(line),
  }));
  for (const receipt of receipts) {
    for (const field of ['received', 'damaged', 'lost'] as const) requireNotBelowNothing(receipt[field], field);
  }
  return receipts;
}

/** Losses need a note, as every other waste for that reason does. */
function noteOf({ lost, note }: ReceivedLine): string | null {
  return lost != null && exact(lost).gt(0) ? wasteNote('LOST_OR_STOLEN', note) : optionalText(note, 'note', 1_000);
}

function requireNotBelowNothing(quantity: string, field: string): void {
  if (!exact(quantity).lt(0)) return;
  throw new Refusal('INVALID_QUANTITY', `${field} must be 0 or more.`, { field, requested: quantity });
}

export function requireKnownLines(shipped: readonly { readonly lineId: string }[], receipts: readonly Receipt[]): void {
  for (const { lineId } of receipts) {
    if (!isUuid(lineId) || !shipped.some((line) => line.lineId === lineId)) throw notFound('transfer line', lineId);
  }
}

/** A line that is not told of is not accounted for. */
export function requireBalanced(
  shipped: readonly { readonly lineId: string; readonly shipped: string }[],
  receipts: readonly Receipt[],
): void {
  for (const line of shipped) {
    const receipt = receipts.find(({ lineId }) => lineId === line.lineId);
    const { received, damaged, lost } = receipt ?? { received: '0', damaged: '0', lost: '0' };
    const told = sum([received, damaged, lost]);
    if (receipt !== undefined && exact(told).eq(line.shipped)) continue;
    const shippedQuantity = exact(line.shipped).toString();
    throw new Refusal(
      'TRANSFER_UNBALANCED',
      `${shippedQuantity} were shipped, but ${told} are told of: received, damaged and lost must make the whole.`,
      { lineId: line.lineId, shipped: shippedQuantity, received, damaged, lost },
    );
  }
}
