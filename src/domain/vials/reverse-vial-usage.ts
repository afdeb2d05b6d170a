/**
 * Takes a use of a vial back, the whole of it, once, by an equal and opposite record. While the vial is in time and its
 * lot good, the doses are in it again; else they are waste. The use's event leaves summaries and indicators, and what came
 * after it is no early repeat of it any more.
 * Refuses: BAD_USER_INPUT, IDEMPOTENCY_CONFLICT, NOT_FOUND, WITNESS_REQUIRED (controlled, turned into waste), ALREADY_REVERSED.
 * Locks: key, the batch (shared), the vial, events whose score changes.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { notFound } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import type { VialStatus } from '../../schema/enums.ts';
import { checkKey, type Claim, type Result } from '../claim.ts';
import { exact, negated } from '../decimal.ts';
import { requireWitness, type Witness } from '../people/witness.ts';
import { whyUnusable } from '../stock/usable.ts';
import { text } from '../text.ts';
import { optionalUuid } from '../uuid.ts';
import { claimSession, readUses, type LockedSession } from './lock-session.ts';
import { wasteCost, type UsedDoses } from './session-money.ts';
import { writeReversedUse } from './write-reversed-use.ts';

export interface ReverseVialUsage {
  readonly idempotencyKey: string;
  readonly usageId: string;
  readonly reason: string;
  readonly witness?: Witness | null;
}

export async function reverseVialUsage(tx: Tx, input: ReverseVialUsage): Promise<Result> {
  checkKey(input.idempotencyKey);
  optionalUuid(input.usageId, 'usageId');
  const reason = text(input.reason, 'reason', { max: 1_000 });
  const id = uuid();
  const said: Claim = { mutation: 'reverseVialUsage', key: input.idempotencyKey, input };
  const sessionId = await sessionOf(tx, input.usageId);
  const claimed = await claimSession(tx, said, sessionId ?? input.usageId).catch((error: unknown) => {
    throw error instanceof Refusal && error.code === 'NOT_FOUND' ? notFound('use of a vial', input.usageId) : error;
  });
  if (claimed.replay !== null) return claimed.replay;
  const { session } = claimed;
  const { uses, facts } = await readUses(tx, session);
  const use = requireOnce(uses, input.usageId);
  const status = statusAfter(session);
  if (status === null) requireWitness(session.deaSchedule, input.witness ?? null);

  const reversal = {
    id,
    doses: negated(use.doses),
    charge: use.charge === null ? null : negated(use.charge),
    reverses: use.id,
  };
  const standing = [...uses, { ...use, ...reversal }];
  const hasEnded = exact(session.remainingDoses).isZero();
  const cost = status === null ? wasteCost(facts, standing, use.doses, hasEnded) : null;
  return writeReversedUse(tx, {
    ...reversal,
    session,
    use,
    status,
    cost,
    reason,
    witness: input.witness ?? null,
    said,
  });
}

/** Unlocked: a use never moves to another vial. */
async function sessionOf(tx: Tx, usageId: string): Promise<string | null> {
  const [row] = await tx.sql<{ id: string }>('SELECT session_id AS id FROM inventory.vial_usage_record WHERE id = $1', [
    usageId,
  ]);
  return row?.id ?? null;
}

function requireOnce(uses: readonly UsedDoses[], usageId: string): UsedDoses {
  const use = uses.find(({ id }) => id === usageId);
  if (use === undefined) throw notFound('use of a vial', usageId);
  const reversal = uses.find(({ reverses }) => reverses === usageId);
  if (use.reverses === null && reversal === undefined) return use;
  const message =
    use.reverses === null ? 'This use has been taken back already.' : 'This record itself takes a use back.';
  throw new Refusal('ALREADY_REVERSED', message, { usageId, reversedBy: reversal?.id ?? null });
}

/** What the vial is when the doses are in it again; null where they cannot be, and are waste. */
function statusAfter(session: LockedSession): VialStatus | null {
  const isInTime = session.now < session.expiresAt && (session.status === 'OPEN' || session.status === 'DEPLETED');
  return isInTime && whyUnusable(session) === null ? 'OPEN' : null;
}
