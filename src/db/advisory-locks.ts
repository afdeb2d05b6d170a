/** The numbers of our advisory locks, in one place so that no two are alike; they only have to be the same everywhere. */
export const advisoryLocks = {
  migration: 7_106_001,
  /** Shared by intakes; issuing a recall takes it exclusively, so that no intake slips past the recall's reading of lots. */
  recall: 7_106_002,
  catalogueImport: 7_106_003,
  partitions: 7_106_004,
  auditSeal: 7_106_005,
  /** Taken by who settles alerts of a kind: who looks last has the last word. */
  lotAlerts: 7_106_006,
  reorderAlerts: 7_106_007,
  /** Taken by inventory.refresh_stock_metrics() itself. */
  stockMetrics: 7_106_008,
  alertNumbers: 7_106_011,
  highRiskNumbers: 7_106_030,
  /** Excursions are found by one at a time. */
  temperatures: 7_106_024,
  /** Held by a migration from an older system from its beginning to its end. */
  legacy: 7_106_045,
  /** With a day's number: its summaries are counted by one at a time. */
  dispensingDay: 7_106_031,
  /** With a pharmacy: the events that it sends are taken in by one call at a time. */
  receivedEvents: 7_106_035,
} as const;
