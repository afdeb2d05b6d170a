/** Every entity, for the one DataSource: one class a table. */
import { AlertFeed } from './alert-feed.ts';
import { AuditBlock } from './audit-block.ts';
import { AuditEntry } from './audit-entry.ts';
import { AuditSeal } from './audit-seal.ts';
import { Brand } from './brand.ts';
import { DailySummaryCache } from './daily-summary-cache.ts';
import { Delivery } from './delivery.ts';
import { DeliveryCursor } from './delivery-cursor.ts';
import { DirtyDay } from './dirty-day.ts';
import { DirtyWork } from './dirty-work.ts';
import { DispenseAllocation } from './dispense-allocation.ts';
import { DispenseRecord } from './dispense-record.ts';
import { DispensingEvent } from './dispensing-event.ts';
import { DuplicateCandidate } from './duplicate-candidate.ts';
import { EventKey } from './event-key.ts';
import { EventReversal } from './event-reversal.ts';
import { HighRiskAlert } from './high-risk-alert.ts';
import { IdempotencyKey } from './idempotency-key.ts';
import { InstructionState } from './instruction-state.ts';
import { InventoryAlert } from './inventory-alert.ts';
import { InventoryCount } from './inventory-count.ts';
import { InventoryCountLine } from './inventory-count-line.ts';
import { InventoryLot } from './inventory-lot.ts';
import { InventoryTransaction } from './inventory-transaction.ts';
import { InventoryTransfer } from './inventory-transfer.ts';
import { InventoryTransferLine } from './inventory-transfer-line.ts';
import { Job } from './job.ts';
import { JobRun } from './job-run.ts';
import { LegacyBefore } from './legacy-before.ts';
import { LegacyRow } from './legacy-row.ts';
import { Location } from './location.ts';
import { LoggerReport } from './logger-report.ts';
import { MergedHash } from './merged-hash.ts';
import { MigrationRun } from './migration-run.ts';
import { OpenVialSession } from './open-vial-session.ts';
import { Outbox } from './outbox.ts';
import { OutsidePharmacy } from './outside-pharmacy.ts';
import { Patient } from './patient.ts';
import { PhiAccessLog } from './phi-access-log.ts';
import { Product } from './product.ts';
import { Project } from './project.ts';
import { ProjectEmbedding } from './project-embedding.ts';
import { ProjectFile } from './project-file.ts';
import { Recall } from './recall.ts';
import { RecallAcknowledgement } from './recall-acknowledgement.ts';
import { RecallLot } from './recall-lot.ts';
import { RecallMatch } from './recall-match.ts';
import { RecallNotice } from './recall-notice.ts';
import { Sequence } from './sequence.ts';
import { Settings } from './settings.ts';
import { SignInFailure } from './sign-in-failure.ts';
import { StateAnalytics } from './state-analytics.ts';
import { Stock } from './stock.ts';
import { StockMetricsFreshness } from './stock-metrics-freshness.ts';
import { StockPosition } from './stock-position.ts';
import { StockQuarantine } from './stock-quarantine.ts';
import { StockReservation } from './stock-reservation.ts';
import { StorageUnit } from './storage-unit.ts';
import { StorageUnitLimits } from './storage-unit-limits.ts';
import { TemperatureExcursion } from './temperature-excursion.ts';
import { TemperatureReading } from './temperature-reading.ts';
import { User } from './user.ts';
import { UserLocation } from './user-location.ts';
import { Vendor } from './vendor.ts';
import { VialUsageRecord } from './vial-usage-record.ts';
import { WasteRecord } from './waste-record.ts';
import { WorkflowPerformance } from './workflow-performance.ts';
import { WorkflowTemplate } from './workflow-template.ts';
import { WorkflowTemplateTask } from './workflow-template-task.ts';

export const entities = [
  AlertFeed,
  AuditBlock,
  AuditEntry,
  AuditSeal,
  Brand,
  DailySummaryCache,
  Delivery,
  DeliveryCursor,
  DirtyDay,
  DirtyWork,
  DispenseAllocation,
  DispenseRecord,
  DispensingEvent,
  DuplicateCandidate,
  EventKey,
  EventReversal,
  HighRiskAlert,
  IdempotencyKey,
  InstructionState,
  InventoryAlert,
  InventoryCount,
  InventoryCountLine,
  InventoryLot,
  InventoryTransaction,
  InventoryTransfer,
  InventoryTransferLine,
  Job,
  JobRun,
  LegacyBefore,
  LegacyRow,
  Location,
  LoggerReport,
  MergedHash,
  MigrationRun,
  OpenVialSession,
  Outbox,
  OutsidePharmacy,
  Patient,
  PhiAccessLog,
  Product,
  Project,
  ProjectEmbedding,
  ProjectFile,
  Recall,
  RecallAcknowledgement,
  RecallLot,
  RecallMatch,
  RecallNotice,
  Sequence,
  Settings,
  SignInFailure,
  StateAnalytics,
  Stock,
  StockMetricsFreshness,
  StockPosition,
  StockQuarantine,
  StockReservation,
  StorageUnit,
  StorageUnitLimits,
  TemperatureExcursion,
  TemperatureReading,
  User,
  UserLocation,
  Vendor,
  VialUsageRecord,
  WasteRecord,
  WorkflowPerformance,
  WorkflowTemplate,
  WorkflowTemplateTask,
];
