/** Every job, one file each. Recalls and the analysis of dispensing bring theirs. */
import { checkReorderJob } from './check-reorder.ts';
import { evaluateTemperaturesJob } from './evaluate-temperatures.ts';
import { expireLotsJob } from './expire-lots.ts';
import { deliverWebhooksJob } from './deliver-webhooks.ts';
import { expireReservationsJob } from './expire-reservations.ts';
import { expireVialsJob } from './expire-vials.ts';
import type { Job } from './job.ts';
import { makePartitionsJob } from './make-partitions.ts';
import { purgeJob } from './purge.ts';
import { refreshStockMetricsJob } from './refresh-stock-metrics.ts';
import { sealAuditJob } from './seal-audit.ts';
import { sendMailsJob } from './send-mails.ts';
import { verifyLedgerJob } from './verify-ledger.ts';

export const allJobs: readonly Job[] = [
  checkReorderJob,
  deliverWebhooksJob,
  evaluateTemperaturesJob,
  expireLotsJob,
  expireReservationsJob,
  expireVialsJob,
  makePartitionsJob,
  purgeJob,
  refreshStockMetricsJob,
  sealAuditJob,
  sendMailsJob,
  verifyLedgerJob,
];
