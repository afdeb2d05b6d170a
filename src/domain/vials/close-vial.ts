/**
 * Ends a vial and reconciles it: what was drawn, what was wasted and what remains make the whole vial, exactly. What
 * remains is waste, with its reason, and costs what the uses have left of the unit.
 * Refuses: BAD_USER_INPUT (doses remain and no reason is given), IDEMPOTENCY_CONFLICT, NOT_FOUND, INVALID_STATUS_TRANSITION,
 * WITNESS_REQUIRED (controlled, doses remain). Locks: key, the batch (shared), the vial.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { Refusal } from '../../refusal.ts';
import type { WasteReason } from '../../schema/enums.ts';
import { checkKey, type Claim, type Result } from '../claim.ts';
import { exact } from '../decimal.ts';
import { requireWitness, type Witness } from '../people/witness.ts';
import { optionalText } from '../text.ts';
import { wasteNote } from '../waste/add-waste.ts';
import { claimSession, type LockedSession } from './lock-session.ts';
import { requireVialMove } from './vial-status.ts';
import { wasteDoses } from './waste-doses.ts';

export interface CloseVial {
  readonly idempotencyKey: string;
  readonly sessionId: string;
  readonly wasteReason?: WasteReason | null;
  readonly note?: string | null;
  readonly witness?: Witness | null;
}

export async function closeVial(tx: Tx, input: CloseVial): Promise<Result> {
  checkKey(input.idempotencyKey);
  const note =
    input.wasteReason == null ? optionalText(input.note, 'note', 1_000) : wasteNote(input.wasteReason, input.note);
  const said: Claim = { mutation: 'closeVial', key: input.idempotencyKey, input };
  const claimed = await claimSession(tx, said, input.sessionId);
  if (claimed.replay !== null) return claimed.replay;
  const { session } = claimed;
  requireVialMove(session.id, session.status, 'CLOSED');
  const remains = exact(session.remainingDoses).gt(0);
  if (remains) requireWitness(session.deaSchedule, input.witness ?? null);
  return wasteDoses(tx, {
    session,
    action: 'closeVial',
    status: 'CLOSED',
    doses: session.remainingDoses,
    reason: remains ? requireReason(session, input.wasteReason) : 'OTHER',
    note,
    witness: input.witness ?? null,
    occurredAt: null,
    said,
  });
}

function requireReason(session: LockedSession, reason: WasteReason | null | undefined): WasteReason {
  if (reason != null) return reason;
  const remaining = exact(session.remainingDoses).toString();
  throw new Refusal(
    'BAD_USER_INPUT',
    `${remaining} (${session.doseUnit}) remain: say why they are wasted (wasteReason).`,
    {
      field: 'wasteReason',
      remaining,
    },
  );
}
