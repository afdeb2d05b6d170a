/**
 * Hands the outbox on, at least once: rows are claimed with SKIP LOCKED, so several relays share the work, and marked
 * sent only after the queue has said yes. Never `id > last`: ids do not commit in order. What the jobs have to look at
 * becomes dirty work in the same transaction, so that no order of rows is lost or needed: a job reads what is, not what
 * was told. For a queue that is away nothing is begun: an open transaction would hold its rows against the jobs, and
 * keep the database from tidying up.
 */
import type { DataSource } from 'typeorm';
import { inTransaction, type Tx } from '../db/in-transaction.ts';
import { traced, type Work } from '../observe/tracing.ts';
import { allJobs } from './all-jobs.ts';
import { markDirty, type DirtyKey } from './dirty-work.ts';
import type { Job, Payload } from './job.ts';
import { listenForPokes } from './outbox-channel.ts';
import type { Queues } from './queues.ts';
import { systemSession } from './system-session.ts';
import { wake } from './wake.ts';
import { within } from '../db/within.ts';

const batchSize = 500;
/** The net under lost wake-up calls. */
const pollMs = 1_000;
const retryMs = 1_000;
/** Less than a transaction may rest in (idle_in_transaction_session_timeout, 5 s). */
const queuePatienceMs = 3_000;

export interface OutboxRow {
  readonly id: string;
  readonly topic: string;
  readonly payload: Payload;
}

export interface RelayTo {
  readonly queues: Queues;
  readonly jobs?: readonly Job[];
  /** Called with each batch that has been committed: hints for whoever watches. It must neither fail nor wait. */
  readonly onSent?: (rows: readonly OutboxRow[]) => void;
}

/** Answers how many rows it took. */
export async function relayBatch(db: DataSource, to: RelayTo): Promise<number> {
  const rows = await inTransaction(systemSession(db), async (tx) => {
    const claimed = await tx.sql<OutboxRow>(
      `SELECT id, topic, payload FROM ops.outbox WHERE sent_at IS NULL ORDER BY created_at LIMIT ${batchSize} FOR UPDATE SKIP LOCKED`,
    );
    if (claimed.length === 0) return claimed;
    const work: Work = { name: 'relay', kind: 'consumer', attributes: { rows: claimed.length } };
    await traced(work, () => hand(tx, claimed, to));
    return claimed;
  });
  if (rows.length > 0) to.onSent?.(rows);
  return rows.length;
}

async function hand(tx: Tx, rows: readonly OutboxRow[], { queues, jobs = allJobs }: RelayTo): Promise<void> {
  const dirty = jobs.flatMap((job) => rows.flatMap((row) => keysOf(job, row)));
  await markDirty(tx, dirty);
  const concerned = new Set(dirty.map(({ job }) => job));
  // The one effect that a rollback does not take back: woken twice is harmless, woken never is not.
  const told = Promise.all([
    ...jobs.filter(({ name }) => concerned.has(name)).map((job) => wake(queues, job)),
    ...rows.filter(({ topic }) => topic === 'job.requested').map(({ payload }) => request(queues, jobs, payload)),
  ]);
  if (!(await within(queuePatienceMs, told))) throw new Error('The queue has not answered in time');
  await tx.sql('UPDATE ops.outbox SET sent_at = clock_timestamp() WHERE id = ANY($1::uuid[])', [
    rows.map((row) => row.id),
  ]);
}

function keysOf(job: Job, { topic, payload }: OutboxRow): DirtyKey[] {
  const after: ReadonlyMap<string, (payload: Payload) => readonly string[]> = new Map(Object.entries(job.after ?? {}));
  return (after.get(topic)?.(payload) ?? []).map((key) => ({ job: job.name, key }));
}

/** A run that somebody asked for has its row already, under the id that the queue's job gets. */
export async function request(queues: Queues, jobs: readonly Job[], { name, runId }: Payload): Promise<void> {
  const job = jobs.find((each) => each.name === name);
  if (job !== undefined) await queues.queue(job.queue).add(job.name, {}, { jobId: String(runId) });
}

export interface RelayOptions extends RelayTo {
  readonly db: DataSource;
  readonly directUrl: string;
  readonly onError: (error: unknown) => void;
  readonly pollMs?: number;
}

export interface Relay {
  /** The batch under way is finished first. */
  close(): Promise<void>;
}

export function startOutboxRelay(options: RelayOptions): Relay {
  const { db, directUrl, onError } = options;
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
      if (!options.queues.isThere()) {
        await rest(retryMs);
        continue;
      }
      try {
        const taken = await relayBatch(db, options);
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
