/**
 * A transfer arrives: what was shipped enters the row of its batch at the destination, and what was damaged or lost on the
 * way is written off there in the same step, with waste records and an alert at both ends. Units of a lot that may not be
 * used there, recalled or expired on the way, enter quarantine.
 * Refuses: BAD_USER_INPUT, INVALID_QUANTITY, FORBIDDEN (the other end), IDEMPOTENCY_CONFLICT, NOT_FOUND,
 * INVALID_STATUS_TRANSITION, WITNESS_REQUIRED (controlled, damaged or lost), TRANSFER_UNBALANCED.
 * Locks: key, transfer, lots (shared), stock by id, alerts.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { settleTransferAlerts } from '../alerts/transfer-alerts.ts';
import { checkKey, type Claim, type Result } from '../claim.ts';
import { exact, requireKeepable, sum } from '../decimal.ts';
import { requireWitness, type Witness } from '../people/witness.ts';
import { addShares, lockHomes, shippedLines, type ShippedLine } from './destination.ts';
import { claimTransfer, requireDestination } from './lock-transfer.ts';
import { checkReceipts, requireBalanced, requireKnownLines, type ReceivedLine, type Receipt } from './receipt.ts';
import { requireTransferMove } from './transfer-status.ts';
import { writeReceipt, type Arrival } from './write-receipt.ts';

export interface ReceiveTransfer {
  readonly idempotencyKey: string;
  readonly transferId: string;
  readonly lines: readonly ReceivedLine[];
  readonly witness?: Witness | null;
}

export async function receiveTransfer(tx: Tx, input: ReceiveTransfer): Promise<Result> {
  checkKey(input.idempotencyKey);
  const receipts = checkReceipts(input.lines);
  const result = { transfer: [input.transferId] };
  const said: Claim = { mutation: 'receiveTransfer', key: input.idempotencyKey, input, result };
  const claimed = await claimTransfer(tx, said, input.transferId);
  if (claimed.replay !== null) return claimed.replay;
  const { transfer } = claimed;
  requireDestination(tx, transfer);
  const lines = await shippedLines(tx, transfer.id);
  requireKnownLines(lines, receipts);
  requireTransferMove(transfer, 'RECEIVED');
  requireWitnesses(lines, receipts, input.witness ?? null);
  requireBalanced(lines, receipts);

  const homes = await lockHomes(tx, transfer, lines);
  const arrivals = lines.map((line): Arrival => {
    const home = homes.get(line.batchCode);
    const receipt = receipts.find(({ lineId }) => lineId === line.lineId);
    if (home === undefined || receipt === undefined) throw new Error('A line came in without a row, or untold');
    requireKeepable(sum([home.onHand, line.shipped]), 'received');
    return { ...receipt, ...line, home };
  });
  await addShares(tx, arrivals);
  const hasDiscrepancy = arrivals.some(isShort);
  await writeReceipt(tx, { transfer, arrivals, hasDiscrepancy, witness: input.witness ?? null });
  if (hasDiscrepancy) await settleTransferAlerts(tx, transfer.id);
  return result;
}

const isShort = ({ damaged, lost }: Receipt): boolean => exact(damaged).gt(0) || exact(lost).gt(0);

function requireWitnesses(lines: readonly ShippedLine[], receipts: readonly Receipt[], witness: Witness | null): void {
  const short = new Set(receipts.filter(isShort).map(({ lineId }) => lineId));
  for (const { lineId, deaSchedule } of lines) if (short.has(lineId)) requireWitness(deaSchedule, witness);
}
