/**
 * Hands the outbox to the queues, at least once: rows are claimed with SKIP LOCKED, so several relays share the work,
 * and marked sent only after the queue has said yes. Never `id > last`: ids do not commit in order. The row's id is the
 * job's id, so a batch that is sent again after a failed commit makes no second job of one that is still known.
 */
import type { DataSource } from 'typeorm';
import { inTransaction, type Tx } from '../db/in-transaction.ts';
import { listenForPokes } from './outbox-channel.ts';
import type { Queues } from './queues.ts';
import { routes as allRoutes, type Routes } from './routes.ts';
import { systemSession } from './system-session.ts';

const batchSize = 500;
/** The net under lost wake-up calls. */
const pollMs = 1_000;
const retryMs = 1_000;

interface OutboxRow {
  readonly id: string;
  readonly topic: string;
  readonly payload: object;
}

/** Answers how many rows it took. */
export async function relayBatch(db: DataSource, queues: Queues, routes: Routes = allRoutes): Promise<number> {
  return inTransaction(systemSession(db), async (tx) => {
    const rows = await tx.sql<OutboxRow>(
      `SELECT id, topic, payload FROM ops.outbox WHERE sent_at IS NULL ORDER BY created_at LIMIT ${batchSize} FOR UPDATE SKIP LOCKED`,
    );
    if (rows.length === 0) return 0;
    await enqueue(queues, routes, rows);
    await markSent(tx, rows);
    return rows.length;
  });
}

/** The one effect inside a transaction that a rollback does not take back: sent twice is harmless, sent never is not. */
async function enqueue(queues: Queues, routes: Routes, rows: readonly OutboxRow[]): Promise<void> {
  const named: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(routes));
  const jobs = rows.flatMap((row) =>
    (named.get(row.topic) ?? []).map((name) => ({ ...row, queue: queues.queue(name) })),
  );
  // One by one: in bulk the queue would make a sequence, which the application may not (queues.ts).
  await Promise.all(jobs.map(({ queue, id, topic, payload }) => queue.add(topic, payload, { jobId: id })));
}

async function markSent(tx: Tx, rows: readonly OutboxRow[]): Promise<void> {
  await tx.sql('UPDATE ops.outbox SET sent_at = clock_timestamp() WHERE id = ANY($1::uuid[])', [
    rows.map((row) => row.id),
  ]);
}

export interface RelayOptions {
  readonly db: DataSource;
  readonly directUrl: string;
  readonly queues: Queues;
  readonly routes?: Routes;
  readonly onError: (error: unknown) => void;
  readonly pollMs?: number;
}

export interface Relay {
  /** The batch under way is finished first. */
  close(): Promise<void>;
}

export function startOutboxRelay(options: RelayOptions): Relay {
  const { db, directUrl, queues, routes = allRoutes, onError } = options;
  const state: { closed: boolean; poked: boolean; wake: () => void } = { closed: false, poked: false, wake: nothing };
  const listener = listenForPokes(directUrl, () => {
    state.poked = true;
    state.wake();
  });
  const rest = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      state.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async () => {
    while (!state.closed) {
      state.poked = false;
      try {
        const taken = await relayBatch(db, queues, routes);
        if (taken < batchSize && !wasPoked(state)) await rest(options.pollMs ?? pollMs);
      } catch (error) {
        onError(error);
        await rest(retryMs);
      }
    }
  };
  const running = run();
  return {
    async close() {
      state.closed = true;
      // Also for a loop that is not resting yet.
      state.poked = true;
      state.wake();
      await Promise.all([running, listener.close()]);
    },
  };
}

function nothing(): void {
  return undefined;
}

/** Read anew: a poke may have come while the batch was under way. */
function wasPoked(state: { readonly poked: boolean }): boolean {
  return state.poked;
}
