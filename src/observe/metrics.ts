/**
 * What this process counts and measures, for /metrics. Labels come from closed lists of our own (refusal codes, root
 * fields of the schema, queues, jobs, pools): nothing that a caller writes can become one, so there is no patient, no id
 * and no e-mail in them, and their number has an end. None is called job or instance: these are Prometheus' own.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { refusalCodes } from '../refusal.ts';

export const registry = new Registry();
const registers = [registry];

export const graphqlDuration = new Histogram({
  name: 'lotkeeper_graphql_duration_seconds',
  help: 'From the arrival of a request to its answer, by root field; "several" fields in one request, "none" where it never ran.',
  labelNames: ['operation'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  registers,
});

export const refusals = new Counter({
  name: 'lotkeeper_refusals_total',
  help: 'Refusals by their code; INTERNAL is a fault of ours.',
  labelNames: ['code'],
  registers,
});
// From zero on, so that the first one is an increase too.
for (const code of refusalCodes) refusals.inc({ code }, 0);

/** The part of a pool of pg that is counted. */
export interface CountedPool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

const pools = new Map<string, CountedPool>();

export function countPool(name: string, pool: CountedPool): void {
  pools.set(name, pool);
}

new Gauge({
  name: 'lotkeeper_pool_connections',
  help: 'Database connections by pool: total open, idle of these, and how many callers wait for one.',
  labelNames: ['pool', 'state'],
  registers,
  collect() {
    this.reset();
    for (const [pool, { totalCount, idleCount, waitingCount }] of pools) {
      this.set({ pool, state: 'total' }, totalCount);
      this.set({ pool, state: 'idle' }, idleCount);
      this.set({ pool, state: 'waiting' }, waitingCount);
    }
  },
});

export const gateWaiting = new Gauge({
  name: 'lotkeeper_gate_waiting',
  help: 'Callers that wait, without a connection, for their turn on a hot product or stock row.',
  registers,
});

export const jobDuration = new Histogram({
  name: 'lotkeeper_job_duration_seconds',
  help: 'Attempts of background jobs, failed ones included.',
  labelNames: ['job_name'],
  buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300],
  registers,
});

export const jobFailures = new Counter({
  name: 'lotkeeper_job_failures_total',
  help: 'Attempts of background jobs that failed.',
  labelNames: ['job_name'],
  registers,
});

export const jobSucceeded = new Gauge({
  name: 'lotkeeper_job_last_success_timestamp_seconds',
  help: 'When this process last completed a run of the job, in seconds since 1970.',
  labelNames: ['job_name'],
  registers,
});

export const queueJobs = new Gauge({
  name: 'lotkeeper_queue_jobs',
  help: 'Jobs in the queues, by queue and state.',
  labelNames: ['queue', 'state'],
  registers,
});

export const outboxUnsent = new Gauge({
  name: 'lotkeeper_outbox_unsent',
  help: 'Changes that no relay has handed to the queues yet.',
  registers,
});

export const outboxOldest = new Gauge({
  name: 'lotkeeper_outbox_oldest_seconds',
  help: 'Age of the oldest change that no relay has handed to the queues; 0 where none waits.',
  registers,
});

export const dirtyWork = new Gauge({
  name: 'lotkeeper_dirty_work',
  help: 'What jobs have to look at again, by job.',
  labelNames: ['job_name'],
  registers,
});

export const dirtyOldest = new Gauge({
  name: 'lotkeeper_dirty_work_oldest_seconds',
  help: 'Age of the oldest thing that a job has to look at again, by job.',
  labelNames: ['job_name'],
  registers,
});

export const unsentDeliveries = new Gauge({
  name: 'lotkeeper_deliveries',
  help: 'Webhooks, mails and digests that wait (WAITING) or were given up (DEAD).',
  labelNames: ['kind', 'state'],
  registers,
});

export const deliveryAttempts = new Counter({
  name: 'lotkeeper_delivery_attempts_total',
  help: 'Attempts to send webhooks, mails and digests: sent, failed (to be tried again), or dead (given up).',
  labelNames: ['kind', 'outcome'],
  registers,
});
for (const kind of ['WEBHOOK', 'MAIL', 'DIGEST']) {
  for (const outcome of ['sent', 'failed', 'dead']) deliveryAttempts.inc({ kind, outcome }, 0);
}

export const stockMetricsAge = new Gauge({
  name: 'lotkeeper_stock_metrics_age_seconds',
  help: 'Since when the view of stock metrics is known to be up to date. It is looked at hourly, and seconds after changes.',
  registers,
});

export const keptAnswers = new Counter({
  name: 'lotkeeper_kept_answers_total',
  help: 'Overviews of a large inventory that were asked for, by whether this process had them: hit or miss.',
  labelNames: ['result'],
  registers,
});

/** Why a query was answered by the primary, or by the replica (`replayed`). */
export type ReadReason = 'replayed' | 'operation' | 'unknown' | 'behind' | 'away' | 'failed';

const reads = new Counter({
  name: 'lotkeeper_reads_total',
  help: 'Queries by the server that answered them, and why. Nothing is counted without DATABASE_REPLICA_URL.',
  labelNames: ['server', 'reason'],
  registers,
});

export function countRead(reason: ReadReason): void {
  reads.inc({ server: reason === 'replayed' ? 'replica' : 'primary', reason });
}

export const replicaLag = new Gauge({
  name: 'lotkeeper_replica_lag_bytes',
  help: 'How much of the write-ahead log the replica has still to replay.',
  registers,
});

export const sockets = new Gauge({
  name: 'lotkeeper_sockets',
  help: 'Open WebSockets of this process.',
  registers,
});

export const subscriptions = new Gauge({
  name: 'lotkeeper_subscriptions',
  help: 'Running subscriptions of this process.',
  registers,
});

export const slowStatements = new Counter({
  name: 'lotkeeper_slow_statements_total',
  help: 'Statements slower than SLOW_STATEMENT_MS.',
  registers,
});

export const recallsOpen = new Gauge({
  name: 'lotkeeper_recalls_active',
  help: 'Recalls that are not closed.',
  registers,
});

export const recallMatchesPending = new Gauge({
  name: 'lotkeeper_recall_matches_pending',
  help: 'Matches of the recall feed that wait for a decision.',
  registers,
});

export const recallNoticesMalformed = new Gauge({
  name: 'lotkeeper_recall_notices_malformed',
  help: 'Notices that the last reading of the recall feed could not read.',
  registers,
});

export const excursionsWaiting = new Gauge({
  name: 'lotkeeper_excursions_unacknowledged',
  help: 'Temperature excursions that nobody has acknowledged.',
  registers,
});

export const unitsSilent = new Gauge({
  name: 'lotkeeper_storage_units_silent',
  help: 'Storage units that had readings within 7 days, and none within the last hour.',
  registers,
});

export const defaultRows = new Gauge({
  name: 'lotkeeper_default_partition_rows',
  help: 'Rows that lie in no month of a table that is kept by month; 10 000 stand for more.',
  labelNames: ['table'],
  registers,
});

export const sourceUp = new Gauge({
  name: 'lotkeeper_source_up',
  help: '1 where the source of figures answered in time for this scrape, 0 where it did not: its figures are left out.',
  labelNames: ['source'],
  registers,
});

let nodeIsMeasured = false;

/** Memory, event loop, garbage collection: from now on, once a process. */
export function measureNode(): void {
  if (nodeIsMeasured) return;
  nodeIsMeasured = true;
  collectDefaultMetrics({ register: registry });
}
