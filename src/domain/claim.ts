/**
 * The first statement of every mutation: says who acts (for the audit triggers), proves that the actor's rights are
 * still those that were read, claims the idempotency key and locks what the verb will decide on, gated: nothing is
 * locked before the key is won.
 * Refuses: UNAUTHENTICATED, IDEMPOTENCY_CONFLICT. Locks: the key, then what the verb names, by id.
 */
import { createHash } from 'node:crypto';
import { hasBegun } from '../db/beginning.ts';
import type { Tx } from '../db/in-transaction.ts';
import type { Statement } from '../db/statement.ts';
import { Refusal } from '../refusal.ts';

/** Ids of what a mutation made or changed, by kind. A replay answers the same records as they are now. */
export type Result = Readonly<Record<string, readonly string[]>>;

export interface Claim {
  readonly mutation: string;
  /** Null for mutations that take none. */
  readonly key: string | null;
  /** The coerced input; secrets are left out of its hash. */
  readonly input: object;
  /** The ids that it will answer with, where they are known beforehand. */
  readonly result?: Result;
}

/** What a verb locks: a SELECT … FOR UPDATE that contains `gate`; its parameters begin at $8. */
export interface Lock {
  readonly locked: string;
  /** Columns of the answer, over `locked AS l` and what `joins` adds. */
  readonly columns: string;
  readonly joins?: string;
  readonly values: readonly unknown[];
}

export type Claimed<Row> = { readonly replay: Result } | { readonly replay: null; readonly rows: Row[] };

/** Belongs into the WHERE of everything that a verb locks in its first statement. */
export const gate = 'EXISTS (SELECT FROM won)';

/**
 * The statements that follow keep one plan a connection: the server takes arrays to be long and would plan the large
 * writing statement anew each time, which is half of a dispense's time (416 against 848 a second, measured).
 */
const head = `
WITH said AS MATERIALIZED (
  SELECT set_config('lotkeeper.actor', $1, true), set_config('lotkeeper.request', $2, true), set_config('lotkeeper.audited', 'on', true),
    set_config('plan_cache_mode', 'force_generic_plan', true)
), allowed AS MATERIALIZED (
  SELECT true AS is_allowed FROM people."user" u, said WHERE u.id = $1::uuid AND u.active AND u.access_version = $3 AND ${hasBegun}
), claimed AS (
  INSERT INTO ops.idempotency_key (actor_id, mutation, key, input_hash, result)
  SELECT $1::uuid, $4, $5, $6::bytea, $7::jsonb FROM allowed WHERE $5::text IS NOT NULL
  ON CONFLICT DO NOTHING RETURNING true
), won AS MATERIALIZED (
  SELECT FROM claimed UNION ALL SELECT FROM allowed WHERE $5::text IS NULL
)`;

interface Flags {
  readonly is_allowed: boolean;
  readonly has_won: boolean;
  readonly found: boolean;
}

export async function claim<Row>(tx: Tx, said: Claim, lock: Lock): Promise<Claimed<Row>> {
  const text = `${head}, locked AS MATERIALIZED (${lock.locked})
    SELECT EXISTS (SELECT FROM allowed) AS is_allowed, ${gate} AS has_won, l.found IS NOT NULL AS found, ${lock.columns}
    FROM (SELECT 1) AS one LEFT JOIN (SELECT true AS found, * FROM locked) AS l ON true ${lock.joins ?? ''}`;
  const rows = await tx.sql<Row & Flags>(text, [
    tx.actor.id,
    tx.requestId,
    tx.actor.accessVersion,
    said.mutation,
    said.key,
    said.key === null ? null : hashOf(said.input),
    JSON.stringify(said.result ?? {}),
    ...lock.values,
  ]);
  const [flags] = rows;
  if (flags?.is_allowed !== true) throw new Refusal('UNAUTHENTICATED', 'Your rights have changed. Sign in again.');
  if (flags.has_won) return { replay: null, rows: rows.filter((row) => row.found) };
  return { replay: await storedResult(tx, said) };
}

/** For verbs that lock nothing in their first statement. */
export async function claimOnly(tx: Tx, said: Claim): Promise<Result | null> {
  const { replay } = await claim(tx, said, { locked: `SELECT WHERE ${gate}`, columns: 'NULL AS nothing', values: [] });
  return replay;
}

async function storedResult(tx: Tx, said: Claim): Promise<Result> {
  const [stored] = await tx.sql<{ same: boolean; result: Result }>(
    'SELECT input_hash = $4 AS same, result FROM ops.idempotency_key WHERE actor_id = $1 AND mutation = $2 AND key = $3',
    [tx.actor.id, said.mutation, said.key, hashOf(said.input)],
  );
  if (stored?.same !== true) {
    throw new Refusal('IDEMPOTENCY_CONFLICT', 'This idempotency key was used with another input. Take a new key.', {
      key: said.key,
    });
  }
  return stored.result;
}

/** Stores the ids where they were not known at the claim. */
export function addResult(statement: Statement, tx: Tx, said: Claim, result: Result): void {
  if (said.key === null) return;
  statement.with(
    'remembered',
    `UPDATE ops.idempotency_key SET result = ${statement.value(JSON.stringify(result), 'jsonb')}
     WHERE actor_id = ${statement.value(tx.actor.id, 'uuid')} AND mutation = ${statement.value(said.mutation, 'text')}
       AND key = ${statement.value(said.key, 'text')}`,
  );
}

const secrets = new Set(['password', 'pin']);

/** Order of fields does not matter, absent and null are one, secrets and the key itself are left out. */
export function hashOf(input: object): Buffer {
  return createHash('sha256')
    .update(JSON.stringify(canonical(input)))
    .digest();
}

function canonical(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== 'object') return value ?? null;
  return Object.entries(value)
    .filter(
      ([name, content]) => name !== 'idempotencyKey' && !secrets.has(name) && content !== null && content !== undefined,
    )
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, content]) => [name, canonical(content)]);
}

/** 16 to 255 characters, as the database counts them: shorter ones are guessed or used twice by accident. */
export function checkKey(key: string): void {
  const length = Array.from(key).length;
  if (length < 16 || length > 255) {
    throw new Refusal('BAD_USER_INPUT', 'idempotencyKey must have 16 to 255 characters; a random UUID fits.', {
      field: 'idempotencyKey',
    });
  }
}
