/**
 * Seals audit rows: numbers those that have been committed since, densely, and adds a block to the chain. One slice of
 * rows in each transaction, so that a backlog of any size is sealed in small steps, and what is cut off goes on later.
 * A row of a transaction that commits late is found as long as it tells a time at most an hour before the last seal;
 * one that tells an older time stays without a seal, and verification names it. Nothing is refused.
 * Locks: other sealers. Who comes second leaves the work to the first.
 */
import type { DataSource } from 'typeorm';
import { advisoryLocks } from '../../db/advisory-locks.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { read } from '../../db/prepared.ts';
import {
  beforeFirst,
  blockHash,
  chainVersion,
  entryHash,
  entryTexts,
  RowsHash,
  utc,
  type EntryTexts,
} from './chain.ts';
import { beginning, walkSql, type Position, type WalkedRow } from './unsealed.ts';

export const rowsOfStep = 5_000;

export interface SealStep {
  readonly sealed: number;
  /** Where the next step goes on; null when nothing is left, or another sealer is at it. */
  readonly next: Position | null;
}

interface LastBlock {
  readonly now: string;
  readonly block: string;
  readonly lastSeq: string;
  readonly hash: string;
  /** A block is due though there is nothing to seal: that there was nothing is worth a proof, each five minutes. */
  readonly isDue: boolean;
}

/** Where a run begins: an hour before the last moment at which nothing was left, because rows commit later than they tell. */
export async function firstPosition(db: DataSource): Promise<Position> {
  const [found] = await read<{ occurredAt: string }>(
    db,
    `SELECT ${utc("least(sealed_at, now()) - interval '1 hour'")} AS "occurredAt"
     FROM audit.audit_block WHERE complete ORDER BY block DESC LIMIT 1`,
  );
  return { ...beginning, ...found };
}

export async function sealNext(tx: Tx, from: Position): Promise<SealStep> {
  const lock = 'SELECT pg_try_advisory_xact_lock($1) AS "isMine"';
  const [turn] = await tx.sql<{ isMine: boolean }>(lock, [advisoryLocks.auditSeal]);
  if (turn?.isMine !== true) return { sealed: 0, next: null };
  const walked = await tx.sql<WalkedRow>(walkSql, [from.occurredAt, from.id, 'infinity', rowsOfStep]);
  const next = walked.length < rowsOfStep ? null : (walked.at(-1) ?? null);
  const due = walked.filter(({ isSealed }) => !isSealed).map(({ id }) => id);
  const last = await lastBlock(tx);
  if (due.length > 0 || (next === null && last.isDue)) await addBlock(tx, last, due, next === null);
  return { sealed: due.length, next };
}

async function lastBlock(tx: Tx): Promise<LastBlock> {
  const [last] = await tx.sql<LastBlock>(
    `SELECT ${utc('now()')} AS now, coalesce(b.block, 0)::text AS block, coalesce(b.last_seq, 0)::text AS "lastSeq",
       coalesce(encode(b.hash, 'hex'), $1) AS hash, (b.complete AND b.sealed_at > now() - interval '5 minutes') IS NOT TRUE AS "isDue"
     FROM (SELECT) AS one LEFT JOIN (SELECT * FROM audit.audit_block ORDER BY block DESC LIMIT 1) b ON true`,
    [beforeFirst],
  );
  if (last === undefined) throw new Error('An outer join without a row');
  return last;
}

async function addBlock(tx: Tx, last: LastBlock, ids: readonly string[], complete: boolean): Promise<void> {
  const entries = await tx.sql<EntryTexts>(
    `SELECT ${entryTexts} FROM audit.audit_entry e WHERE e.id = ANY($1::uuid[]) ORDER BY e.occurred_at, e.id`,
    [ids],
  );
  const firstSeq = Number(last.lastSeq) + 1;
  const seals = entries.map((entry, index) => ({ id: entry.id, seq: firstSeq + index, hash: entryHash(entry) }));
  const rowsHash = new RowsHash();
  for (const { hash } of seals) rowsHash.add(hash);
  const block = {
    version: chainVersion,
    block: Number(last.block) + 1,
    firstSeq,
    lastSeq: Number(last.lastSeq) + seals.length,
    complete,
    sealedAt: last.now,
    previous: last.hash,
  };
  await tx.sql(
    `WITH sealed AS (
       INSERT INTO audit.audit_seal (entry_id, seq, entry_hash)
       SELECT id, seq, decode(hash, 'hex') FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS s(id, seq, hash))
     INSERT INTO audit.audit_block (block, first_seq, last_seq, complete, version, previous, hash, sealed_at)
     SELECT $4::bigint, $5::bigint, $6::bigint, $7::boolean, $8::smallint, decode($9, 'hex'), decode($10, 'hex'), now()`,
    [
      seals.map(({ id }) => id),
      seals.map(({ seq }) => seq),
      seals.map(({ hash }) => hash),
      block.block,
      block.firstSeq,
      block.lastSeq,
      block.complete,
      block.version,
      block.previous,
      blockHash(block, rowsHash.end()),
    ],
  );
}
