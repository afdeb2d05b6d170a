/** Every night the books are proved as by `lotkeeper db verify`, the audit trail as by `lotkeeper audit verify`; what is wrong is told. */
import { inTransaction } from '../db/in-transaction.ts';
import { settleLedgerAlerts } from '../domain/alerts/ledger-alerts.ts';
import { verifyAudit } from '../domain/audit-seal/verify-audit.ts';
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
    const trail = await verifyAudit(db);
    const settled = await inTransaction(systemSession(db, committed), (tx) => settleLedgerAlerts(tx, checked, trail));
    return { faults: checked.faults.length, whole: checked.whole, auditFaults: trail.faultCount, ...settled };
  },
};
