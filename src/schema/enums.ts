/** The closed sets of words, the same in the database, the API and the code. */
import { registerEnumType } from 'type-graphql';
import { roles } from '../actor.ts';

type Words<W extends string> = { readonly [K in W]: K };

function words<const W extends string>(name: string, description: string, ...values: readonly W[]): Words<W> {
  const object = Object.fromEntries(values.map((value) => [value, value])) as Words<W>;
  registerEnumType(object, { name, description });
  return object;
}

export const Role = words('Role', 'What a user may do; ADMIN implies none of the others.', ...roles);
export const LocationKind = words('LocationKind', 'What kind of place it is.', 'CLINIC', 'PHARMACY', 'WAREHOUSE');
export type LocationKind = keyof typeof LocationKind;
export const DeaSchedule = words(
  'DeaSchedule',
  "The controlled drug's schedule under US law.",
  'CII',
  'CIII',
  'CIV',
  'CV',
);
export type DeaSchedule = keyof typeof DeaSchedule;
export const AwareClass = words(
  'AwareClass',
  "The antibiotic's class in the AWaRe classification of the WHO.",
  'ACCESS',
  'WATCH',
  'RESERVE',
);
export type AwareClass = keyof typeof AwareClass;
export const LotStatus = words(
  'LotStatus',
  'Derived from what is known of the lot, the first that applies: RECALLED, EXPIRED (its last day is over at every location that holds it), QUARANTINED, DEPLETED, ACTIVE.',
  'ACTIVE',
  'QUARANTINED',
  'RECALLED',
  'EXPIRED',
  'DEPLETED',
);
export type LotStatus = keyof typeof LotStatus;
export const StockStatus = words(
  'StockStatus',
  'Where a batch stands in its life. Only LIVE stock is dispensed.',
  'AWAITING_INTAKE',
  'LIVE',
  'ON_HOLD',
  'QUARANTINED',
  'SOLD_OUT',
  'CLOSED',
);
export type StockStatus = keyof typeof StockStatus;
export const StockBucket = words(
  'StockBucket',
  'Where units stand. RESERVED, QUARANTINE and HOLD lie within ON_HAND; DEFECTIVE and SAMPLE have left it.',
  'ON_HAND',
  'RESERVED',
  'QUARANTINE',
  'HOLD',
  'DEFECTIVE',
  'SAMPLE',
);
export type StockBucket = keyof typeof StockBucket;
export const CogsMode = words(
  'CogsMode',
  'Whether the unit cost is known (FIXED) or lies between two ends (RANGE: their mean, an estimate).',
  'FIXED',
  'RANGE',
);
export type CogsMode = keyof typeof CogsMode;
export const PaymentTerms = words(
  'PaymentTerms',
  'How the vendor is paid.',
  'COD',
  'NET_7',
  'NET_15',
  'NET_30',
  'CONSIGNMENT',
  'PARTIAL',
);
export type PaymentTerms = keyof typeof PaymentTerms;
export const TransactionType = words(
  'TransactionType',
  'Why a ledger line was written.',
  'INTAKE',
  'SALE',
  'DISPENSE',
  'ADJUSTMENT',
  'COUNT_ADJUSTMENT',
  'TRANSFER_OUT',
  'TRANSFER_IN',
  'WASTE',
  'VIAL_OPENED',
  'RETURN',
  'RESERVE',
  'RELEASE',
  'QUARANTINE',
  'UNQUARANTINE',
  'HOLD',
  'UNHOLD',
  'DEFECT',
  'SAMPLE',
  'IMPORT',
);
export type TransactionType = keyof typeof TransactionType;
export const ReservationStatus = words(
  'ReservationStatus',
  'Only ACTIVE reservations hold units.',
  'ACTIVE',
  'FULFILLED',
  'RELEASED',
  'EXPIRED',
);
export type ReservationStatus = keyof typeof ReservationStatus;
export const QuarantineCause = words(
  'QuarantineCause',
  'Why units are in quarantine; a cause ends without freeing what another one holds.',
  'RECALL',
  'EXPIRY',
  'EXCURSION',
  'RETURN',
  'MANUAL',
);
export type QuarantineCause = keyof typeof QuarantineCause;
export const WasteReason = words(
  'WasteReason',
  'Why units were thrown away. OTHER and LOST_OR_STOLEN need a note.',
  'EXPIRED',
  'DAMAGED',
  'CONTAMINATED',
  'SPILLED',
  'DRAW_UP_LOSS',
  'OPEN_VIAL_EXPIRED',
  'RECONSTITUTION_ERROR',
  'TEMPERATURE_EXCURSION',
  'RECALLED',
  'PATIENT_NO_SHOW',
  'LOST_OR_STOLEN',
  'OTHER',
);
export type WasteReason = keyof typeof WasteReason;
export const FefoSkipReason = words(
  'FefoSkipReason',
  'Why first-expiry-first-out passes a batch over; the first that applies, in this order.',
  'EXPIRED',
  'RECALLED',
  'QUARANTINED',
  'ON_HOLD',
  'RESERVED',
  'NOT_LIVE',
  'NOTHING_AVAILABLE',
);
export type FefoSkipReason = keyof typeof FefoSkipReason;
export const PatientAgeGroup = words(
  'PatientAgeGroup',
  'NEONATE under 28 days, INFANT under 1 year, CHILD under 12, ADOLESCENT under 18, ADULT under 65, ELDERLY.',
  'NEONATE',
  'INFANT',
  'CHILD',
  'ADOLESCENT',
  'ADULT',
  'ELDERLY',
);
export type PatientAgeGroup = keyof typeof PatientAgeGroup;
export const RiskCategory = words(
  'RiskCategory',
  'By risk score: 0 NONE, 1–24 LOW, 25–49 MEDIUM, 50–74 HIGH, 75 and more CRITICAL.',
  'NONE',
  'LOW',
  'MEDIUM',
  'HIGH',
  'CRITICAL',
);
export type RiskCategory = keyof typeof RiskCategory;
export const ReviewDecision = words(
  'ReviewDecision',
  'What came of a review. CLEARED: nothing was wrong; INTERVENED: somebody has acted on it; ESCALATED: it was handed on.',
  'CLEARED',
  'INTERVENED',
  'ESCALATED',
);
export type ReviewDecision = keyof typeof ReviewDecision;
export const StockOrder = words(
  'StockOrder',
  'How a list of stock is ordered. Of a large inventory, AVAILABLE_DESC without product, lot or search is as its metrics were last calculated.',
  'EXPIRY_ASC',
  'CREATED_DESC',
  'AVAILABLE_DESC',
  'PROFIT_PER_SHELF_DAY_DESC',
);
export type StockOrder = keyof typeof StockOrder;
export const AlertType = words(
  'AlertType',
  'What was found.',
  'EXPIRING_SOON',
  'EXPIRED',
  'LOW_STOCK',
  'OUT_OF_STOCK',
  'RECALL',
  'TEMPERATURE_EXCURSION',
  'VIAL_EXPIRING',
  'VIAL_EXPIRED',
  'COUNT_VARIANCE',
  'TRANSFER_DISCREPANCY',
  'LEDGER_MISMATCH',
);
export type AlertType = keyof typeof AlertType;
export const AlertSeverity = words('AlertSeverity', 'How much it matters.', 'INFO', 'WARNING', 'CRITICAL');
export type AlertSeverity = keyof typeof AlertSeverity;

export const AlertTargetKind = words('AlertTargetKind', 'What an alert leads to.', 'COUNT', 'TRANSFER', 'STOCK');
export type AlertTargetKind = keyof typeof AlertTargetKind;
export const AlertStatus = words('AlertStatus', 'Who has seen to it.', 'OPEN', 'ACKNOWLEDGED', 'RESOLVED');
export type AlertStatus = keyof typeof AlertStatus;
export const JobState = words('JobState', 'Where a run of a job stands.', 'WAITING', 'ACTIVE', 'COMPLETED', 'FAILED');
export type JobState = keyof typeof JobState;
export const DeliveryKind = words(
  'DeliveryKind',
  'How something is told to a receiver outside.',
  'WEBHOOK',
  'MAIL',
  'DIGEST',
);
export type DeliveryKind = keyof typeof DeliveryKind;
export const DeliveryState = words('DeliveryState', 'Where a delivery stands.', 'WAITING', 'SENT', 'DEAD');
export type DeliveryState = keyof typeof DeliveryState;
export const VialStatus = words(
  'VialStatus',
  'Where an opened vial stands: OPEN to draw from, DEPLETED (empty), EXPIRED (past its time), CLOSED (reconciled).',
  'OPEN',
  'DEPLETED',
  'CLOSED',
  'EXPIRED',
);
export type VialStatus = keyof typeof VialStatus;
export const StabilityRule = words(
  'StabilityRule',
  "By which hours an opened vial may be used: the label's, or the organisation's own.",
  'LABEL',
  'POLICY',
);
export type StabilityRule = keyof typeof StabilityRule;
export const CountStatus = words(
  'CountStatus',
  'Where a count stands. APPROVED has been posted; RECOUNTING waits for a second person.',
  'IN_PROGRESS',
  'RECOUNTING',
  'SUBMITTED',
  'APPROVED',
  'CANCELLED',
);
export type CountStatus = keyof typeof CountStatus;
export const RecallClass = words(
  'RecallClass',
  'How grave a recall is: CLASS_I may cause serious harm or death, CLASS_II passing harm, CLASS_III hardly any.',
  'CLASS_I',
  'CLASS_II',
  'CLASS_III',
);
export type RecallClass = keyof typeof RecallClass;
export const RecallStatus = words('RecallStatus', 'Where a recall stands.', 'ACTIVE', 'CLOSED');
export type RecallStatus = keyof typeof RecallStatus;
export const RecallMatchKind = words(
  'RecallMatchKind',
  'Why a notice may concern us. EXACT_LOT: the product by its code, and the lot number. PRODUCT_ONLY: the product, and no lot number can be told apart. POSSIBLE: the lot number, and a product that is alike.',
  'EXACT_LOT',
  'PRODUCT_ONLY',
  'POSSIBLE',
);
export type RecallMatchKind = keyof typeof RecallMatchKind;
export const RecallMatchStatus = words(
  'RecallMatchStatus',
  'What a person has decided. Nothing is decided by itself.',
  'PENDING',
  'CONFIRMED',
  'DISMISSED',
);
export type RecallMatchStatus = keyof typeof RecallMatchStatus;
export const TransferStatus = words(
  'TransferStatus',
  'Where a transfer stands. From REQUESTED by approval (units reserved) and shipment (out of the source) to RECEIVED; or it ended as REJECTED or CANCELLED before it was shipped.',
  'REQUESTED',
  'APPROVED',
  'IN_TRANSIT',
  'RECEIVED',
  'REJECTED',
  'CANCELLED',
);
export type TransferStatus = keyof typeof TransferStatus;
export const ExcursionKind = words(
  'ExcursionKind',
  'CONSECUTIVE: a storage unit was out of its limits without a break for longer than its grace. CUMULATIVE: a batch was out of them, within 7 days, for more minutes than its product bears.',
  'CONSECUTIVE',
  'CUMULATIVE',
);
export type ExcursionKind = keyof typeof ExcursionKind;
export const DuplicateStatus = words(
  'DuplicateStatus',
  'What was decided of two records that may be one person. DISMISSED pairs are never proposed again.',
  'PENDING',
  'MERGED',
  'DISMISSED',
);
export type DuplicateStatus = keyof typeof DuplicateStatus;
export const ProjectKind = words('ProjectKind', 'What kind of 3D work it is.', 'STL', 'SCAN', 'MODEL', 'OTHER');
export type ProjectKind = keyof typeof ProjectKind;
