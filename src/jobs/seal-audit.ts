import type { DataSource } from 'typeorm';
import { inTransaction } from '../db/in-transaction.ts';
import { firstPosition, sealNext } from '../domain/audit-seal/seal-audit.ts';
import type { Position } from '../domain/audit-seal/unsealed.ts';
import type { Job } from './job.ts';
import { minute } from './schedules.ts';
import { systemSession } from './system-session.ts';

export const sealAuditJob: Job = {
  name: 'seal-audit',
  queue: 'maintenance',
  schedule: { words: 'every minute', everyMs: minute },
  handle: async ({ db, stopping }) => ({ sealed: await sealAudit(db, stopping) }),
};

/** All that is due, or as much as can be done before `stopping`. Answers how many rows were sealed. */
export async function sealAudit(db: DataSource, stopping?: AbortSignal): Promise<number> {
  let sealed = 0;
  for (let from: Position | null = await firstPosition(db); from !== null && stopping?.aborted !== true;) {
    const position: Position = from;
    const step = await inTransaction(systemSession(db), (tx) => sealNext(tx, position));
    sealed += step.sealed;
    from = step.next;
  }
  return sealed;
}
