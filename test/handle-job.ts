/** Runs a job's work as a worker would, without a queue; its run is on record, as its next one will see. */
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { runJob } from '../src/jobs/run-job.ts';
import type { Job, Outcome } from '../src/jobs/job.ts';
import type { TestClinic } from './clinic.ts';

export async function handleJob(
  clinic: TestClinic,
  job: Job,
  stopping = new AbortController().signal,
  recallFeed: string | null = null,
): Promise<Outcome> {
  const id = randomUUID();
  const options = {
    db: clinic.db,
    logger: pino({ level: 'silent' }),
    committed: () => undefined,
    stopping,
    recallFeed,
  };
  await runJob(job, { id, isLastAttempt: true }, options);
  const { result } = await clinic.one<{ result: Outcome }>('SELECT result FROM ops.job_run WHERE queue_job_id = $1', [
    id,
  ]);
  return result;
}

/** What the relay makes of the outbox: keys of dirty work, here for one job. */
export async function markFromOutbox(clinic: TestClinic, job: Job): Promise<string[]> {
  const rows = await clinic.all<{ topic: string; payload: Record<string, unknown> }>(
    'DELETE FROM ops.outbox RETURNING topic, payload',
  );
  const after = new Map(Object.entries(job.after ?? {}));
  const keys = new Set(rows.flatMap(({ topic, payload }) => after.get(topic)?.(payload) ?? []));
  for (const key of keys) {
    await clinic.owner.query(
      `INSERT INTO ops.dirty_work (job, key) VALUES ($1, $2) ON CONFLICT (job, key) DO UPDATE SET version = nextval('ops.dirty_version')`,
      [job.name, key],
    );
  }
  return [...keys];
}
