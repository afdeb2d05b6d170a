/** Every night: the books are proved as by `lotkeeper db verify`, and what does not add up is told. */
import { inTransaction } from '../db/in-transaction.ts';
import { settleLedgerAlerts } from '../domain/alerts/ledger-alerts.ts';
import { runChecks } from '../domain/run-checks.ts';
import { allChecks } from '../domain/verify-books.ts';
import type { Job } from './job.ts';
import { nightly } from './schedules.ts';
import { systemSession } from './system-session.ts';

const timeoutMs = 30_000;

export const verifyLedgerJob: Job = {
  name: 'verify-ledger',
  queue: 'verification',
  schedule: nightly(2, 30),
  async handle({ db, committed, stopping }) {
    const checked = await runChecks(db, allChecks, { timeoutMs, stopping });
    const settled = await inTransaction(systemSession(db, committed), (tx) => settleLedgerAlerts(tx, checked));
    return { faults: checked.faults.length, whole: checked.whole, ...settled };
  },
};
