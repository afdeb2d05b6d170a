/** What the workers are doing, for admins: each job that they know, and its last run. Locks nothing. */
import type { DataSource } from 'typeorm';
import type { Actor } from '../../actor.ts';
import { columnsOf } from '../../db/columns.ts';
import { read } from '../../db/prepared.ts';
import { JobRun } from '../../entities/job-run.ts';
import type { JobStatus } from '../../schema/job-status.ts';
import { isUuid } from '../uuid.ts';

/** Waiting: what changes have left to look at again, and runs that were asked for. Failed: within the last 14 days. */
export async function listJobs(db: DataSource): Promise<JobStatus[]> {
  return read<JobStatus>(
    db,
    `SELECT j.name, j.schedule, j.next_run_at AS "nextRunAt", last.started_at AS "lastRunAt", last.error AS "lastError",
       last.state AS "lastOutcome", (extract(epoch FROM last.finished_at - last.started_at) * 1000)::integer AS "lastDurationMs",
       ((SELECT count(*) FROM ops.dirty_work d WHERE d.job = j.name) + coalesce(open.waiting, 0))::integer AS waiting,
       coalesce(open.active, 0)::integer AS active, coalesce(lost.failed, 0)::integer AS failed
     FROM ops.job j
     LEFT JOIN LATERAL (SELECT * FROM ops.job_run r WHERE r.name = j.name AND r.started_at IS NOT NULL
       ORDER BY r.requested_at DESC LIMIT 1) AS last ON true
     LEFT JOIN (SELECT name, count(*) FILTER (WHERE state = 'WAITING') AS waiting, count(*) FILTER (WHERE state = 'ACTIVE') AS active
       FROM ops.job_run WHERE finished_at IS NULL GROUP BY name) AS open ON open.name = j.name
     LEFT JOIN (SELECT name, count(*) AS failed FROM ops.job_run
       WHERE state = 'FAILED' AND finished_at > now() - interval '14 days' GROUP BY name) AS lost ON lost.name = j.name
     ORDER BY j.name`,
  );
}

/** Of anybody for an ADMIN, of one's own for others. */
export async function readJobRun(db: DataSource, actor: Actor, id: string): Promise<JobRun | null> {
  if (!isUuid(id)) return null;
  const [run] = await read<JobRun>(
    db,
    `SELECT ${columnsOf(JobRun, 'r')} FROM ops.job_run r WHERE r.id = $1 AND ($2 OR r.requested_by = $3)`,
    [id, actor.roles.includes('ADMIN'), actor.id],
  );
  return run ?? null;
}
