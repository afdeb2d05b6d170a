/** Every migration, in order. A new one is a new file and a new line here; a landed one is never edited. */
import { Foundation1760000000001 } from './0001-foundation.ts';
import { People1760000000002 } from './0002-people.ts';
import { Catalogue1760000000003 } from './0003-catalogue.ts';
import { Stock1760000000004 } from './0004-stock.ts';
import { Ledger1760000000005 } from './0005-ledger.ts';
import { Dispensing1760000000006 } from './0006-dispensing.ts';
import { Audit1760000000007 } from './0007-audit.ts';
import { Operations1760000000008 } from './0008-operations.ts';
import { PageIndexes1760000000009 } from './0009-page-indexes.ts';
import { Jobs1760000000010 } from './0010-jobs.ts';
import { Alerts1760000000011 } from './0011-alerts.ts';
import { StockMetrics1760000000012 } from './0012-stock-metrics.ts';
import { AuditSeal1760000000013 } from './0013-audit-seal.ts';
import { Deliveries1760000000014 } from './0014-deliveries.ts';
import { OutboxSent1760000000015 } from './0015-outbox-sent.ts';
import { JobIndexes1760000000016 } from './0016-job-indexes.ts';
import { Vials1760000000020 } from './0020-vials.ts';
import { Transfers1760000000021 } from './0021-transfers.ts';
import { Counts1760000000022 } from './0022-counts.ts';
import { Recalls1760000000023 } from './0023-recalls.ts';
import { ColdChain1760000000024 } from './0024-cold-chain.ts';
import { PositionIndex1760000000025 } from './0025-position-index.ts';
import { HighRisk1760000000030 } from './0030-high-risk.ts';
import { DailySummaries1760000000031 } from './0031-daily-summaries.ts';
import { EndedTransfers1760000000032 } from './0032-ended-transfers.ts';
import { AnotherWitness1760000000033 } from './0033-another-witness.ts';
import { LedgerSums1760000000034 } from './0034-ledger-sums.ts';
import { OutsidePharmacies1760000000035 } from './0035-outside-pharmacies.ts';
import { EventKeys1760000000036 } from './0036-event-keys.ts';
import { MonthPartitions1760000000037 } from './0037-month-partitions.ts';
import { MigratedRecords1760000000040 } from './0040-migrated-records.ts';
import { Merges1760000000041 } from './0041-merges.ts';
import { LegacyRuns1760000000045 } from './0045-legacy-runs.ts';
import { LegacyFunctions1760000000046 } from './0046-legacy-functions.ts';
import { JsonAlone1760000000047 } from './0047-json-alone.ts';
import { DuplicatesOfARun1760000000050 } from './0050-duplicates-of-a-run.ts';
import { NearestProjects1760000000051 } from './0051-nearest-projects.ts';
import { WitnessPin1760000000054 } from './0054-witness-pin.ts';
import { PasswordVersion1760000000055 } from './0055-password-version.ts';
import { LegacySpeed1760000000056 } from './0056-legacy-speed.ts';
import { VectorIndex1760000000057 } from './0057-vector-index.ts';

export const migrations = [
  Foundation1760000000001,
  People1760000000002,
  Catalogue1760000000003,
  Stock1760000000004,
  Ledger1760000000005,
  Dispensing1760000000006,
  Audit1760000000007,
  Operations1760000000008,
  PageIndexes1760000000009,
  Jobs1760000000010,
  Alerts1760000000011,
  StockMetrics1760000000012,
  AuditSeal1760000000013,
  Deliveries1760000000014,
  OutboxSent1760000000015,
  JobIndexes1760000000016,
  Vials1760000000020,
  Transfers1760000000021,
  Counts1760000000022,
  Recalls1760000000023,
  ColdChain1760000000024,
  PositionIndex1760000000025,
  HighRisk1760000000030,
  DailySummaries1760000000031,
  EndedTransfers1760000000032,
  AnotherWitness1760000000033,
  LedgerSums1760000000034,
  OutsidePharmacies1760000000035,
  EventKeys1760000000036,
  MonthPartitions1760000000037,
  MigratedRecords1760000000040,
  Merges1760000000041,
  LegacyRuns1760000000045,
  LegacyFunctions1760000000046,
  JsonAlone1760000000047,
  DuplicatesOfARun1760000000050,
  NearestProjects1760000000051,
  WitnessPin1760000000054,
  PasswordVersion1760000000055,
  LegacySpeed1760000000056,
  VectorIndex1760000000057,
];
