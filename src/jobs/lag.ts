/** How far the workers are behind what has been committed: read from PostgreSQL, so the same for both stores. */
import type { DataSource } from 'typeorm';
import { strayRows } from '../db/month-partitions.ts';
import { read } from '../db/prepared.ts';
import {
  defaultRows,
  dirtyOldest,
  dirtyWork,
  excursionsWaiting,
  outboxOldest,
  outboxUnsent,
  queueJobs,
  recallMatchesPending,
  recallsOpen,
  stockMetricsAge,
  unitsSilent,
  unsentDeliveries,
} from '../observe/metrics.ts';
import { addSource } from '../observe/sources.ts';
import type { Queues } from './queues.ts';

interface OutboxLag {
  readonly unsent: number;
  readonly seconds: number;
}

export async function outboxLag(db: DataSource): Promise<OutboxLag> {
  const [lag] = await read<OutboxLag>(
    db,
    `SELECT count(*)::integer AS unsent, coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS seconds
     FROM ops.outbox WHERE sent_at IS NULL`,
  );
  return lag ?? { unsent: 0, seconds: 0 };
}

/** For /metrics: outbox, dirty work, deliveries, recalls, temperatures, and the view of stock metrics. */
export function countLag(db: DataSource): void {
  addSource('outbox', {
    async look() {
      const { unsent, seconds } = await outboxLag(db);
      outboxUnsent.set(unsent);
      outboxOldest.set(seconds);
    },
    forget() {
      outboxUnsent.remove();
      outboxOldest.remove();
    },
  });
  addSource('dirty_work', { look: () => countDirty(db), forget: forgetDirty });
  addSource('deliveries', { look: () => countDeliveries(db), forget: forgetDeliveries });
  addSource('recalls', { look: () => countRecalls(db), forget: forgetRecalls });
  addSource('temperatures', { look: () => countTemperatures(db), forget: forgetTemperatures });
  addSource('default_partitions', { look: () => countStrays(db), forget: forgetStrays });
  addSource('stock_metrics', {
    async look() {
      const [row] = await read<{ seconds: number }>(
        db,
        `SELECT extract(epoch FROM clock_timestamp() - last_calculated_at)::float8 AS seconds FROM inventory.stock_metrics_freshness`,
      );
      if (row !== undefined) stockMetricsAge.set(row.seconds);
    },
    forget() {
      stockMetricsAge.remove();
    },
  });
}

async function countRecalls(db: DataSource): Promise<void> {
  const [row] = await read<{ active: number; pending: number }>(
    db,
    `SELECT (SELECT count(*)::integer FROM inventory.recall WHERE status = 'ACTIVE') AS active,
       (SELECT count(*)::integer FROM inventory.recall_match WHERE status = 'PENDING') AS pending`,
  );
  recallsOpen.set(row?.active ?? 0);
  recallMatchesPending.set(row?.pending ?? 0);
}

function forgetRecalls(): void {
  recallsOpen.remove();
  recallMatchesPending.remove();
}

async function countTemperatures(db: DataSource): Promise<void> {
  const [row] = await read<{ waiting: number; silent: number }>(
    db,
    `SELECT (SELECT count(*)::integer FROM inventory.temperature_excursion WHERE acknowledged_at IS NULL AND superseded_at IS NULL) AS waiting,
       (SELECT count(*)::integer FROM inventory.storage_unit u CROSS JOIN LATERAL (
         SELECT r.measured_at FROM inventory.temperature_reading r WHERE r.storage_unit_id = u.id AND r.measured_at > now() - interval '7 days'
         ORDER BY r.measured_at DESC LIMIT 1) AS latest WHERE latest.measured_at < now() - interval '1 hour') AS silent`,
  );
  excursionsWaiting.set(row?.waiting ?? 0);
  unitsSilent.set(row?.silent ?? 0);
}

function forgetTemperatures(): void {
  excursionsWaiting.remove();
  unitsSilent.remove();
}

async function countStrays(db: DataSource): Promise<void> {
  forgetStrays();
  for (const { table, rows } of await strayRows(db)) defaultRows.set({ table }, rows);
}

function forgetStrays(): void {
  defaultRows.reset();
}

async function countDirty(db: DataSource): Promise<void> {
  const rows = await read<{ job: string; keys: number; seconds: number }>(
    db,
    `SELECT job, count(*)::integer AS keys, extract(epoch FROM clock_timestamp() - min(since))::float8 AS seconds
     FROM ops.dirty_work GROUP BY job`,
  );
  forgetDirty();
  for (const { job, keys, seconds } of rows) {
    dirtyWork.set({ job_name: job }, keys);
    dirtyOldest.set({ job_name: job }, seconds);
  }
}

function forgetDirty(): void {
  dirtyWork.reset();
  dirtyOldest.reset();
}

async function countDeliveries(db: DataSource): Promise<void> {
  const rows = await read<{ kind: string; state: string; count: number }>(
    db,
    `SELECT kind, state, count(*)::integer AS count FROM ops.delivery WHERE state <> 'SENT' GROUP BY kind, state`,
  );
  forgetDeliveries();
  for (const { kind, state, count } of rows) unsentDeliveries.set({ kind, state }, count);
}

function forgetDeliveries(): void {
  unsentDeliveries.reset();
}

const states = ['waiting', 'active', 'delayed', 'failed'] as const;

/** For /metrics. */
export function countQueues(queues: Queues, names: readonly string[]): void {
  addSource('queues', {
    async look() {
      const counted = await Promise.all(
        names.map(async (name) => ({ name, counts: await queues.queue(name).getJobCounts(...states) })),
      );
      for (const { name, counts } of counted) {
        for (const state of states) queueJobs.set({ queue: name, state }, counts[state] ?? 0);
      }
    },
    forget() {
      queueJobs.reset();
    },
  });
}

/**
 * Complains while the oldest change has waited longer than `mostSeconds`. The answer is kept for five seconds: probes of
 * many balancers are one question. Where the database does not answer, its own check says so.
 */
export function lagCheck(db: DataSource, mostSeconds: number): () => Promise<string[]> {
  let answer: Promise<string[]> = Promise.resolve([]);
  let askedAt = Number.NEGATIVE_INFINITY;
  const ask = async () => {
    const { seconds } = await outboxLag(db);
    if (seconds <= mostSeconds) return [];
    return [`Changes have waited for the workers for ${Math.floor(seconds)} s; see that a worker runs.`];
  };
  return () => {
    if (performance.now() - askedAt > 5_000) {
      askedAt = performance.now();
      answer = ask().catch(() => []);
    }
    return answer;
  };
}
