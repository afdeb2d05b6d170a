/**
 * What a person says of two records that may be one: merged, taken apart again, or told apart for good. Nothing is deleted,
 * and no record changes but in what it points to. What was merged and is taken apart is DISMISSED: it is never proposed again.
 * Refuses: BAD_USER_INPUT, NOT_FOUND, INVALID_STATUS_TRANSITION. Locks: the pair, the records that stand for either side by id.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { notFound } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import type { DuplicateStatus } from '../../schema/enums.ts';
import { audit, type AuditLine } from '../audit.ts';
import { claim, gate, type Result } from '../claim.ts';
import { optionalText, text } from '../text.ts';
import { optionalUuid } from '../uuid.ts';
import { duplicateMove, type DuplicateVerb } from './duplicate-status.ts';
import { lockStanding, settleRecords } from './settle-records.ts';

export interface MergePatients {
  readonly candidateId: string;
  /** One of the two. */
  readonly keep: string;
}

export interface UnmergePatients {
  readonly candidateId: string;
  readonly reason: string;
}

export interface DismissDuplicate {
  readonly candidateId: string;
  readonly reason?: string | null;
}

interface Pair {
  readonly id: string;
  readonly leftId: string;
  readonly rightId: string;
  readonly status: DuplicateStatus;
  readonly keptId: string | null;
  readonly becomes: DuplicateStatus;
}

interface Decision {
  readonly verb: DuplicateVerb;
  readonly keptId: string | null;
  readonly note: string | null;
}

/** All who are one with either are one then; the record that stands for `keep` stands for all. */
export async function mergePatients(tx: Tx, input: MergePatients): Promise<Result> {
  const keptId = optionalUuid(input.keep, 'keep');
  const decision = { verb: 'mergePatients', keptId, note: null } as const;
  const pair = await lockPair(tx, input, decision);
  if (keptId === pair.leftId || keptId === pair.rightId) return decideAndSettle(tx, pair, decision);
  throw new Refusal('BAD_USER_INPUT', 'keep must be one of the two records of the pair.', { field: 'keep' });
}

/** As if the two had never been merged, whatever was merged after them. */
export async function unmergePatients(tx: Tx, input: UnmergePatients): Promise<Result> {
  const note = text(input.reason, 'reason', { max: 1_000 });
  const decision = { verb: 'unmergePatients', keptId: null, note } as const;
  return decideAndSettle(tx, await lockPair(tx, input, decision), decision);
}

/** They stay two. */
export async function dismissDuplicate(tx: Tx, input: DismissDuplicate): Promise<Result> {
  const note = optionalText(input.reason, 'reason', 1_000);
  const decision = { verb: 'dismissDuplicate', keptId: null, note } as const;
  const pair = await lockPair(tx, input, decision);
  await write(tx, pair, decision);
  await audit(tx, auditOf(pair, decision));
  return { candidate: [pair.id] };
}

async function lockPair(tx: Tx, input: { readonly candidateId: string }, { verb }: Decision): Promise<Pair> {
  optionalUuid(input.candidateId, 'candidateId');
  const claimed = await claim<Omit<Pair, 'becomes'>>(
    tx,
    { mutation: verb, key: null, input },
    {
      locked: `SELECT d.* FROM people.duplicate_candidate d WHERE ${gate} AND d.id = $8 FOR UPDATE`,
      columns: 'l.id, l.left_id AS "leftId", l.right_id AS "rightId", l.status, l.kept_id AS "keptId"',
      values: [input.candidateId],
    },
  );
  const [pair] = claimed.replay === null ? claimed.rows : [];
  if (pair === undefined) throw notFound('duplicate candidate', input.candidateId);
  return { ...pair, becomes: duplicateMove(verb, pair.status) };
}

async function decideAndSettle(tx: Tx, pair: Pair, decision: Decision): Promise<Result> {
  const standing = await lockStanding(tx, [pair.leftId, pair.rightId]);
  await write(tx, pair, decision);
  const changes = await settleRecords(tx, standing, decision.verb);
  await audit(tx, auditOf(pair, decision), ...changes);
  return { candidate: [pair.id] };
}

async function write(tx: Tx, pair: Pair, { keptId, note }: Decision): Promise<void> {
  await tx.sql(
    `UPDATE people.duplicate_candidate SET status = $2, kept_id = $3, note = $4, decided_by = $5, decided_at = clock_timestamp() WHERE id = $1`,
    [pair.id, pair.becomes, keptId, note, tx.actor.id],
  );
}

function auditOf({ id, status, keptId, becomes }: Pair, decision: Decision): AuditLine {
  return {
    ...{ entity: 'duplicate_candidate', entityId: id, action: decision.verb, reason: decision.note },
    before: { status, keptId },
    after: { status: becomes, keptId: decision.keptId },
  };
}
