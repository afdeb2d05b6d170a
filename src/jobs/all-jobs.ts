/** Every job, one file each. */
import { aggregateDispensingJob } from './aggregate-dispensing.ts';
import { checkReorderJob } from './check-reorder.ts';
import { evaluateTemperaturesJob } from './evaluate-temperatures.ts';
import { expireLotsJob } from './expire-lots.ts';
import { deliverWebhooksJob } from './deliver-webhooks.ts';
import { expireReservationsJob } from './expire-reservations.ts';
import { expireVialsJob } from './expire-vials.ts';
import type { Job } from './job.ts';
import { makePartitionsJob } from './make-partitions.ts';
import { matchRecallsJob } from './match-recalls.ts';
import { pollRecallFeedJob } from './poll-recall-feed.ts';
import { purgeJob } from './purge.ts';
import { recountDispensingJob } from './recount-dispensing.ts';
import { refreshStockMetricsJob } from './refresh-stock-metrics.ts';
import { rescoreEventsJob } from './rescore-events.ts';
import { sealAuditJob } from './seal-audit.ts';
import { sendMailsJob } from './send-mails.ts';
import { verifyLedgerJob } from './verify-ledger.ts';

export const allJobs: readonly Job[] = [
  aggregateDispensingJob,
  checkReorderJob,
  deliverWebhooksJob,
  evaluateTemperaturesJob,
  expireLotsJob,
  expireReservationsJob,
  expireVialsJob,
  makePartitionsJob,
  matchRecallsJob,
  pollRecallFeedJob,
  purgeJob,
  recountDispensingJob,
  refreshStockMetricsJob,
  rescoreEventsJob,
  sealAuditJob,
  sendMailsJob,
  verifyLedgerJob,
];
