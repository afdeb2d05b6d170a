/** The clinic as the model knows it: plain data, so that two orders of the same calls can be played on copies of it. */
import type {
  CountStatus,
  RecallStatus,
  ReservationStatus,
  StockBucket,
  StockStatus,
  TransactionType,
  TransferStatus,
  VialStatus,
} from '../../../src/schema/enums.ts';

export interface Product {
  readonly id: string;
  readonly isScheduled: boolean;
  /** Of an opened vial; null: it is not opened. */
  readonly doses: bigint | null;
  readonly isForOnePatient: boolean;
}

export interface Lot {
  readonly id: string;
  readonly productId: string;
  readonly number: string;
  expiresOn: string | null;
  /** Its last day is over, everywhere. */
  isOver: boolean;
  isRecalled: boolean;
  isQuarantined: boolean;
}

export interface Batch {
  readonly id: string;
  readonly lotId: string;
  readonly productId: string;
  readonly placeId: string;
  /** Its batch code, by the batch that had it first: what a transfer brings is put to the same. */
  readonly code: string;
  readonly zone: string | null;
  readonly receivedAt: number;
  readonly unitCost: bigint;
  status: StockStatus;
  readonly buckets: Record<StockBucket, bigint>;
  /** How many units each cause holds in quarantine, by "CAUSE reference". */
  readonly causes: Map<string, bigint>;
  /** Lines of the ledger so far. */
  seq: number;
  storageUnitId: string | null;
  /** It was out of its limits for too long, and nobody has released it yet. */
  excursionId: string | null;
}

export interface Reservation {
  readonly id: string;
  readonly batchId: string;
  readonly quantity: bigint;
  status: ReservationStatus;
  /** Its time is over. */
  isPast: boolean;
  /** Greater is newer. */
  readonly order: number;
  /** Held for a transfer, which alone may end it. */
  readonly transferId: string | null;
}

export interface Dispensed {
  readonly id: string;
  readonly productId: string;
  readonly placeId: string;
  readonly parts: readonly { readonly batchId: string; readonly quantity: bigint }[];
  isReversed: boolean;
}

export interface Use {
  readonly id: string;
  readonly patientId: string;
  /** Below 0 where it takes one back. */
  readonly doses: bigint;
  readonly reverses: string | null;
}

export interface Vial {
  readonly id: string;
  readonly batchId: string;
  readonly initial: bigint;
  status: VialStatus;
  isPast: boolean;
  used: bigint;
  wasted: bigint;
  /** In the order in which they were recorded. */
  readonly uses: Use[];
  readonly wasteCosts: bigint[];
}

export interface Line {
  readonly batchId: string;
  readonly seq: number;
  readonly type: TransactionType;
  readonly bucket: StockBucket;
  readonly change: bigint;
}

export interface Figure {
  readonly expected: bigint;
  readonly counted: bigint;
  readonly by: string;
}

export interface CountLine {
  readonly id: string;
  readonly batchId: string;
  first: Figure | null;
  second: Figure | null;
  isSecondNeeded: boolean;
  /** The books of its batch were corrected since its figure was told. */
  isTouched: boolean;
}

export interface Count {
  readonly id: string;
  readonly placeId: string;
  status: CountStatus;
  readonly lines: CountLine[];
  readonly counters: Set<string>;
}

export interface TransferLine {
  readonly id: string;
  readonly batchId: string;
  readonly requested: bigint;
  shipped: bigint | null;
  received: bigint | null;
  damaged: bigint | null;
  lost: bigint | null;
}

export interface Transfer {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly requestedBy: string;
  status: TransferStatus;
  readonly lines: readonly TransferLine[];
}

export interface Recall {
  readonly id: string;
  readonly productId: string;
  /** Of lot numbers; none: all of the product. */
  readonly keys: readonly string[];
  readonly lotIds: Set<string>;
  status: RecallStatus;
  isReleased: boolean;
}

export interface Excursion {
  readonly id: string;
  readonly batchId: string;
  isSeen: boolean;
  isReleased: boolean;
}

export interface Model {
  readonly products: Map<string, Product>;
  readonly lots: Map<string, Lot>;
  readonly batches: Map<string, Batch>;
  readonly reservations: Map<string, Reservation>;
  readonly dispensed: Map<string, Dispensed>;
  readonly vials: Map<string, Vial>;
  readonly counts: Map<string, Count>;
  readonly transfers: Map<string, Transfer>;
  readonly recalls: Map<string, Recall>;
  readonly excursions: Map<string, Excursion>;
  /** Of this step. */
  readonly lines: Line[];
  readonly touched: Set<string>;
  /** How many reservations were ever made. */
  reserved: number;
}

export function newModel(): Model {
  return {
    products: new Map(),
    lots: new Map(),
    batches: new Map(),
    reservations: new Map(),
    dispensed: new Map(),
    vials: new Map(),
    counts: new Map(),
    transfers: new Map(),
    recalls: new Map(),
    excursions: new Map(),
    lines: [],
    touched: new Set(),
    reserved: 0,
  };
}

/** What a step asks for by an id that it has from the model must be there. */
export function known<T>(things: ReadonlyMap<string, T>, id: string): T {
  const thing = things.get(id);
  if (thing === undefined) throw new Error(`The model knows nothing of ${id}`);
  return thing;
}

/** Spaces, hyphens and case do not tell lot numbers apart. */
export const lotKey = (number: string): string => number.replace(/[ -]/g, '').toUpperCase();

export const lotOf = (model: Model, batch: Batch): Lot => known(model.lots, batch.lotId);
export const productOf = (model: Model, batch: Batch): Product => known(model.products, batch.productId);

/** What has ended long ago is forgotten, so that a long run does not slow down; the books prove it at the end. */
export function forget(model: Model): void {
  keepNewest(
    model.transfers,
    ({ status }) => status !== 'REQUESTED' && status !== 'APPROVED' && status !== 'IN_TRANSIT',
    10,
  );
  keepNewest(
    model.reservations,
    ({ status, transferId }) => status !== 'ACTIVE' && (transferId === null || !model.transfers.has(transferId)),
    20,
  );
  keepNewest(model.vials, ({ status }) => status === 'CLOSED' || status === 'DEPLETED', 20);
  keepNewest(model.excursions, ({ isReleased }) => isReleased, 5);
  keepNewest(model.recalls, ({ isReleased }) => isReleased, 5);
  keepNewest(model.counts, ({ status }) => status === 'APPROVED' || status === 'CANCELLED', 5);
  keepNewest(model.dispensed, () => true, 60);
  const needed = new Set([
    ...[...model.reservations.values()].map(({ batchId }) => batchId),
    ...[...model.vials.values()].map(({ batchId }) => batchId),
    ...[...model.dispensed.values()].flatMap(({ parts }) => parts.map(({ batchId }) => batchId)),
    ...[...model.counts.values()].flatMap(({ lines }) => lines.map(({ batchId }) => batchId)),
    ...[...model.excursions.values()].map(({ batchId }) => batchId),
    ...[...model.transfers.values()].flatMap(({ lines }) => lines.map(({ batchId }) => batchId)),
  ]);
  // A transfer that brings more of a batch meets the closed row of it.
  const codes = new Set(
    [...model.batches.values()].filter((batch) => isOpen(batch) || needed.has(batch.id)).map(({ code }) => code),
  );
  keepNewest(model.batches, (batch) => !isOpen(batch) && !needed.has(batch.id) && !codes.has(batch.code), 20);
  const lots = new Set([...model.batches.values()].map(({ lotId }) => lotId));
  keepNewest(model.lots, ({ id }) => !lots.has(id), 20);
}

const isOpen = ({ status }: Batch): boolean => status !== 'CLOSED';

function keepNewest<T>(things: Map<string, T>, mayGo: (thing: T) => boolean, most: number): void {
  const ended = [...things].filter(([, thing]) => mayGo(thing));
  for (const [id] of ended.slice(0, Math.max(0, ended.length - most))) things.delete(id);
}
