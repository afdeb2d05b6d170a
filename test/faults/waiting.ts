/** Locks that a check holds to meet somebody in the middle, and waiting until nothing is left to do. */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Run, Stage } from './stage.ts';

const patienceMs = 120_000;

export interface Held {
  /** Until so many sessions of our processes, one unless said otherwise, wait for what is held, or behind who waits. */
  untilWaitedFor(sessions?: number): Promise<void>;
  release(): Promise<void>;
}

/** What the statement locks, in a transaction of its own. */
export async function hold({ clinic }: Stage, statement: string): Promise<Held> {
  // Of no pool: a check that breaks off while it holds something would wait for ever for its pool to end.
  const holder = new pg.Client({ connectionString: clinic.database.ownerUrl });
  holder.on('error', () => undefined);
  await holder.connect();
  await holder.query('BEGIN');
  const { rows } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  await holder.query(statement);
  const pid = rows[0]?.pid ?? 0;
  return {
    async untilWaitedFor(sessions = 1) {
      await until(
        () => `${sessions} sessions wait for what is held`,
        async () => {
          const waiting = await clinic.all(
            'SELECT FROM pg_locks WHERE NOT granted AND $1 = ANY(pg_blocking_pids(pid)) GROUP BY pid',
            [pid],
          );
          return waiting.length >= sessions;
        },
      );
    },
    async release() {
      await holder.query('ROLLBACK');
      await holder.end();
    },
  };
}

export async function pause({ random }: Run, least: number, most: number): Promise<void> {
  await delay(random.between(least, most));
}

/** All outbox rows are sent, nothing is dirty, every job that runs often has run, and no run is under way. */
export async function untilSettled(stage: Stage): Promise<void> {
  let left: string[] = [];
  await until(
    () => `nothing is left to do but ${left.join(', ')}`,
    async () => (left = await leftToDo(stage)).length === 0,
  );
}

/** What is left, by kind: nothing where all is done. */
export async function leftToDo({ clinic }: Stage): Promise<string[]> {
  const rows = await clinic.all<{ what: string }>(
    `SELECT 'outbox: ' || topic || ' ' || count(*) AS what FROM ops.outbox WHERE sent_at IS NULL GROUP BY topic
     UNION ALL SELECT 'dirty: ' || job || ' ' || count(*) FROM ops.dirty_work GROUP BY job
     UNION ALL SELECT 'never run: ' || name FROM (VALUES ('check-reorder'), ('expire-reservations')) AS j(name)
       WHERE NOT EXISTS (SELECT FROM ops.job_run r WHERE r.name = j.name AND state = 'COMPLETED')
     UNION ALL SELECT 'run: ' || name || ' ' || state || coalesce(' ' || error, '') FROM ops.job_run WHERE finished_at IS NULL`,
  );
  return rows.map(({ what }) => what);
}

export async function until(what: () => string, isSo: () => Promise<boolean>, waitMs = patienceMs): Promise<void> {
  const end = performance.now() + waitMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`It did not come to it that ${what()}`);
    await delay(20);
  }
}
