/**
 * Loaded before a process of the fault checks, never by the product: takes away, on the way to the database, the
 * one protection that LOTKEEPER_MUTANT names. A check that still holds then could not have failed.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Queue } from 'bullmq';
import pg from 'pg';
import { WebSocket } from 'ws';
import { beginning } from '../../src/db/beginning.ts';

let told = false;

type Rewrite = (sql: string) => string;

/** Only the first statement of a dispense is changed. */
const strip =
  (from: string, to: string): Rewrite =>
  (sql) =>
    sql.includes('INSERT INTO ops.idempotency_key') && sql.includes('FROM inventory.stock s')
      ? replaced(sql, from, to)
      : sql;

/** Every statement that says it. */
const everywhere =
  (from: string, to: string): Rewrite =>
  (sql) =>
    replaced(sql, from, to);

function replaced(sql: string, from: string, to: string): string {
  if (!sql.includes(from)) return sql;
  tellApplied();
  return sql.replace(from, to);
}

/** Without this word the check's end is not the mutant's doing: its text may have changed under it. */
function tellApplied(): void {
  if (!told) process.stderr.write('mutant applied\n');
  told = true;
}

/** The day at a place, wherever a statement works it out. */
const dayAtPlace = (to: (found: string) => string): Rewrite => {
  return (sql) => {
    const changed = sql.replace(/AT TIME ZONE (\w+\.)?time_zone\)::date/g, to);
    if (changed !== sql) tellApplied();
    return changed;
  };
};

const rewrites: Readonly<Record<string, Rewrite>> = {
  'no-lock': strip('FOR UPDATE', ''),
  'no-order': strip('ORDER BY s.id FOR UPDATE', 'ORDER BY random() FOR UPDATE'),
  'last-expiry-first': strip(
    'l.lot_expires_on AS "lotExpiresOn"',
    `(current_date + 3000 - (l.lot_expires_on - current_date)) AS "lotExpiresOn"`,
  ),
  'recall-unseen': strip('l.lot_recalled AS "lotRecalled"', 'false AS "lotRecalled"'),
  'key-forgotten': strip('$4, $5, $6::bytea', '$4, $5 || gen_random_uuid()::text, $6::bytea'),
  'key-shared': strip(
    'SELECT $1::uuid, $4, $5, $6::bytea, $7::jsonb FROM allowed WHERE $5::text IS NOT NULL',
    `SELECT $1::uuid, $4, $5, $6::bytea, $7::jsonb FROM allowed WHERE $5::text IS NOT NULL
       AND NOT EXISTS (SELECT FROM ops.idempotency_key WHERE mutation = $4 AND key = $5)`,
  ),
  'utc-days': dayAtPlace(() => `AT TIME ZONE 'UTC')::date`),
  // As if the comparison were <=, and as if a day more were allowed.
  'last-day-lost': dayAtPlace((found) => `${found} + 1`),
  'day-late': dayAtPlace((found) => `${found} - 1`),
  'lock-patience': strip(
    `set_config('lotkeeper.audited', 'on', true)`,
    `set_config('lotkeeper.audited', 'on', true), set_config('lock_timeout', '0', true)`,
  ),
  'commit-unflushed': strip(
    `set_config('lotkeeper.audited', 'on', true)`,
    `set_config('lotkeeper.audited', 'on', true), set_config('synchronous_commit', 'off', true)`,
  ),
  'after-the-last-id': everywhere(
    'WHERE sent_at IS NULL ORDER BY created_at LIMIT 500 FOR UPDATE SKIP LOCKED',
    `WHERE id > coalesce((SELECT id FROM ops.outbox WHERE sent_at IS NOT NULL ORDER BY id DESC LIMIT 1), '00000000-0000-0000-0000-000000000000')
       ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED`,
  ),
  'taken-when-read': everywhere(
    'SELECT key, version::text AS version FROM ops.dirty_work WHERE job = $1 ORDER BY since, key LIMIT $2',
    `DELETE FROM ops.dirty_work WHERE job = $1 AND key IN (SELECT key FROM ops.dirty_work WHERE job = $1 ORDER BY since, key LIMIT $2)
     RETURNING key, version::text AS version`,
  ),
  'days-taken-when-read': everywhere(
    'SELECT DISTINCT date FROM dpap.dirty_day ORDER BY date',
    `WITH taken AS (DELETE FROM dpap.dirty_day RETURNING pharmacy_id, date), again AS (SELECT DISTINCT date FROM taken)
     SELECT date FROM again ORDER BY date`,
  ),
  // What has its key already is written again.
  'doubles-counted': (sql) =>
    everywhere(
      'AND k.dispense_record_id = a.record_id OFFSET 0',
      'AND false OFFSET 0',
    )(sql.replace('SELECT pharmacy_id, dispense_record_id, id, timestamp FROM event', '$& ON CONFLICT DO NOTHING')),
  'repeats-as-they-came': everywhere('AND g.timestamp >= n.at AND', 'AND false AND'),
  'days-of-reversals-unmarked': everywhere(
    'FROM reversal r JOIN dpap.dispensing_event e ON',
    'FROM reversal r JOIN dpap.dispensing_event e ON false AND',
  ),
  // Tells of rows that are not written yet.
  'steps-ahead': everywhere('SET done = $3, milliseconds', 'SET done = least($3 + 400, total), milliseconds'),
  'ended-again': everywhere(
    `status = 'ACTIVE' AND reserved_until <=`,
    `status IN ('ACTIVE', 'EXPIRED') AND reserved_until <=`,
  ),
};

/** Who works where is not asked any more. */
const everyPlace: Rewrite = (sql) =>
  replaced(
    sql,
    'ARRAY(SELECT location_id::text FROM people.user_location WHERE user_id = u.id ORDER BY 1)',
    'ARRAY(SELECT id::text FROM people.location)',
  );

const mutant = process.env['LOTKEEPER_MUTANT'] ?? '';
const rewrite = mutant === 'places-forgotten' ? everyPlace : rewrites[mutant];
if (rewrite !== undefined) rewriteQueries(rewrite);
else if (mutant === 'looked-after-once') lookAfterOnce();
else if (mutant === 'answer-before-commit') answerBeforeCommit();
else if (mutant === 'ends-at-once') endAtOnce();
else if (mutant === 'loss-unheard') leaveLossUnheard();
else if (mutant === 'pool-patience') waitForConnections();
else if (mutant === 'backpressure-forgotten') forgetBackpressure();
else throw new Error(`There is no mutant ${mutant}`);

type Query = (this: pg.Client, ...given: unknown[]) => unknown;

function patchQuery(wrap: (original: Query) => Query): void {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  prototype.query = wrap(prototype.query);
}

function rewriteQueries(change: Rewrite): void {
  patchQuery(
    (original) =>
      function (first, ...rest) {
        if (typeof first === 'string') return original.call(this, change(first), ...rest);
        const config = first as { text?: unknown };
        const text = typeof config.text === 'string' ? change(config.text) : config.text;
        // What is not changed stays the object that it is: a stream's is more than its text.
        return original.call(this, text === config.text ? first : { ...config, text }, ...rest);
      },
  );
}

/** What a queue was given at the start is never given again, nor is what was left undone. */
function lookAfterOnce(): void {
  const given = new Set<string>();
  const prototype = Queue.prototype as unknown as { upsertJobScheduler: (this: Queue, ...given: unknown[]) => unknown };
  const original = prototype.upsertJobScheduler;
  prototype.upsertJobScheduler = async function (id, ...rest) {
    if (given.has(String(id))) return undefined;
    given.add(String(id));
    return original.call(this, id, ...rest);
  };
  rewriteQueries(everywhere('FROM ops.dirty_work WHERE since <', 'FROM ops.dirty_work WHERE false AND since <'));
}

/** COMMIT is acknowledged at once and sent a moment later; the connection's next transaction waits for it, reads do not. */
function answerBeforeCommit(): void {
  const pending = new WeakMap<pg.Client, Promise<unknown>>();
  patchQuery(
    (original) =>
      function (...given) {
        if (given[0] === 'COMMIT') {
          tellApplied();
          pending.set(
            this,
            delay(300).then(() => original.call(this, 'COMMIT')),
          );
          return Promise.resolve({ rows: [], rowCount: 0, command: 'COMMIT' });
        }
        const before = pending.get(this);
        if (before === undefined || given[0] !== beginning) return original.apply(this, given);
        pending.delete(this);
        return before.then(() => original.apply(this, given));
      },
  );
}

/** Told to end, it does not wait for what is under way. */
function endAtOnce(): void {
  process.once('SIGTERM', () => process.exit(0));
  tellApplied();
}

/** Nobody listens for connections that are lost while they rest. */
function leaveLossUnheard(): void {
  const prototype = pg.Pool.prototype as unknown as { on: Query };
  const original = prototype.on;
  prototype.on = function (...given) {
    if (given[0] !== 'error') return original.apply(this, given);
    tellApplied();
    return this;
  };
}

function waitForConnections(): void {
  const Original = pg.Pool;
  pg.Pool = class extends Original {
    constructor(options: pg.PoolConfig) {
      super({ ...options, connectionTimeoutMillis: 0 });
      tellApplied();
    }
  };
}

/** A message counts as taken when it has been handed over, and nobody sees what waits. */
function forgetBackpressure(): void {
  const prototype = WebSocket.prototype as unknown as { send: (data: string, taken?: () => void) => void };
  const original = prototype.send;
  prototype.send = function (data, taken) {
    tellApplied();
    original.call(this, data);
    if (taken !== undefined) setImmediate(taken);
  };
  Object.defineProperty(prototype, 'bufferedAmount', { get: () => 0 });
}
