import type { DataSource } from 'typeorm';
import { read } from '../db/prepared.ts';

/** A job that is woken by changes looks at everything only so often: unless a run of late says that it did. */
export async function isWholeDue(db: DataSource, job: string, everyMs: number): Promise<boolean> {
  const [row] = await read<{ due: boolean }>(
    db,
    `SELECT NOT EXISTS (SELECT FROM ops.job_run WHERE name = $1 AND requested_at > now() - make_interval(secs => $2)
       AND state = 'COMPLETED' AND (result->>'whole')::boolean) AS due`,
    // The schedule is not punctual to the second.
    [job, (everyMs / 1_000) * 0.95],
  );
  return row?.due ?? true;
}
