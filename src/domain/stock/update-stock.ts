/**
 * Corrects what is known of a batch besides its quantities. What is not named stays, null empties it; prices follow from
 * costs, VAT and the quantity taken in. Costs are locked once units have left, or were found missing: they did so at that cost.
 * Refuses: BAD_USER_INPUT, NOT_FOUND, VERSION_CONFLICT, COGS_LOCKED. Locks: stock.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Tx } from '../../db/in-transaction.ts';
import { Refusal } from '../../refusal.ts';
import type { CogsMode, PaymentTerms } from '../../schema/enums.ts';
import { kept } from '../changes.ts';
import type { Result } from '../claim.ts';
import { exact } from '../decimal.ts';
import { optionalText } from '../text.ts';
import { requireVersion } from './expected-version.ts';
import { optionalObject } from '../storable-json.ts';
import { claimStock, type LockedStock } from './lock-stock.ts';
import { checkMetadata } from './metadata.ts';
import { batchMoney, checkCogs, checkTerms, type Cogs, type Terms } from './money.ts';
import { stockAudit } from './stock-audit.ts';
import { takenIn } from './taken-in.ts';
import { writeStock, type StockFacts } from './write-stock.ts';

export interface UpdateStock {
  readonly stockId: string;
  readonly expectedVersion?: number | null;
  readonly grade?: string | null;
  readonly cogsMode?: CogsMode | null;
  readonly unitCogs?: string | null;
  readonly unitCogsMin?: string | null;
  readonly unitCogsMax?: string | null;
  readonly paymentTerms?: PaymentTerms | null;
  readonly vatRate?: string | null;
  readonly roiPercentage?: string | null;
  readonly shelfLifeDays?: number | null;
  readonly deliveredOn?: string | null;
  readonly metadata?: unknown;
  readonly externalIds?: unknown;
  readonly notes?: string | null;
}

interface Facts extends Cogs, Terms {
  readonly grade: string | null;
  readonly paymentTerms: PaymentTerms | null;
  readonly deliveredOn: string | null;
  readonly metadata: unknown;
  readonly externalIds: unknown;
  readonly notes: string | null;
}

const factColumns = `l.grade, l.unit_cogs AS "unitCogs", l.unit_cogs_min AS "unitCogsMin", l.unit_cogs_max AS "unitCogsMax",
  l.payment_terms AS "paymentTerms", l.vat_rate AS "vatRate", l.roi_percentage AS "roiPercentage", l.shelf_life_days AS "shelfLifeDays",
  l.delivered_on AS "deliveredOn", l.metadata, l.external_ids AS "externalIds", l.notes`;

export async function updateStock(tx: Tx, input: UpdateStock): Promise<Result> {
  const words = checkWords(input);
  const claimed = await claimStock<Facts>(
    tx,
    { mutation: 'updateStock', key: null, input },
    input.stockId,
    factColumns,
  );
  if (claimed.replay !== null) return claimed.replay;
  const { stock } = claimed;
  const cogs = cogsOf(input, stock);
  const terms = termsOf(input, stock);
  checkCogs(cogs);
  checkTerms(terms);
  requireVersion(stock, input.expectedVersion);

  const result = { stock: [stock.id] };
  const after = changed(stock, { ...words, ...cogs, ...terms });
  if (Object.keys(after).length === 0) return result;
  const prices = moneyFields.some((field) => field in after) ? await pricesOf(tx, stock, cogs, terms, after) : {};
  const facts = { ...columnsOf(after), ...prices };
  await writeStock(tx, stock, facts, stockAudit('updateStock', stock, after));
  return result;
}

/** What needs no look at the batch. */
function checkWords(input: UpdateStock): Partial<Facts> {
  return {
    ...(input.grade !== undefined && { grade: optionalText(input.grade, 'grade', 10) }),
    ...(input.paymentTerms !== undefined && { paymentTerms: input.paymentTerms }),
    ...(input.deliveredOn !== undefined && { deliveredOn: input.deliveredOn }),
    ...(input.metadata !== undefined && { metadata: checkMetadata(input.metadata) }),
    ...(input.externalIds !== undefined && { externalIds: optionalObject(input.externalIds, 'externalIds') }),
    ...(input.notes !== undefined && { notes: optionalText(input.notes, 'notes', 10_000) }),
  };
}

/** In another mode the costs of the old one have no meaning. */
function cogsOf(input: UpdateStock, now: Cogs): Cogs {
  const cogsMode = input.cogsMode ?? now.cogsMode;
  const stays: Omit<Cogs, 'cogsMode'> =
    cogsMode === now.cogsMode ? now : { unitCogs: null, unitCogsMin: null, unitCogsMax: null };
  return {
    cogsMode,
    unitCogs: kept(input.unitCogs, stays.unitCogs),
    unitCogsMin: kept(input.unitCogsMin, stays.unitCogsMin),
    unitCogsMax: kept(input.unitCogsMax, stays.unitCogsMax),
  };
}

function termsOf(input: UpdateStock, now: Terms): Terms {
  return {
    vatRate: kept(input.vatRate, now.vatRate),
    roiPercentage: kept(input.roiPercentage, now.roiPercentage),
    shelfLifeDays: kept(input.shelfLifeDays, now.shelfLifeDays),
  };
}

const costFields: readonly (keyof Facts)[] = ['cogsMode', 'unitCogs', 'unitCogsMin', 'unitCogsMax'];
const moneyFields: readonly (keyof Facts)[] = [...costFields, 'vatRate', 'roiPercentage', 'shelfLifeDays'];
const decimals: readonly string[] = ['unitCogs', 'unitCogsMin', 'unitCogsMax', 'vatRate', 'roiPercentage'];

/** Only what differs: "5.0000" and "5" are one cost. */
function changed(now: Facts, wanted: Partial<Facts>): Partial<Facts> {
  const was = new Map<string, unknown>(Object.entries(now));
  return Object.fromEntries(
    Object.entries(wanted).filter(([field, value]) => !isSame(field, was.get(field) ?? null, value ?? null)),
  );
}

function isSame(field: string, was: unknown, is: unknown): boolean {
  if (decimals.includes(field) && typeof was === 'string' && typeof is === 'string') return exact(was).eq(is);
  // As it comes back from the database: plain objects, whose fields have no order.
  const stored: unknown = JSON.parse(JSON.stringify(is));
  return isDeepStrictEqual(was, stored);
}

const columnOf: Readonly<Record<keyof Facts, keyof StockFacts>> = {
  grade: 'grade',
  cogsMode: 'cogs_mode',
  unitCogs: 'unit_cogs',
  unitCogsMin: 'unit_cogs_min',
  unitCogsMax: 'unit_cogs_max',
  paymentTerms: 'payment_terms',
  vatRate: 'vat_rate',
  roiPercentage: 'roi_percentage',
  shelfLifeDays: 'shelf_life_days',
  deliveredOn: 'delivered_on',
  metadata: 'metadata',
  externalIds: 'external_ids',
  notes: 'notes',
};

function columnsOf(after: Partial<Facts>): StockFacts {
  return Object.fromEntries(
    Object.entries(after).map(([field, value]) => [columnOf[field as keyof Facts], value ?? null]),
  );
}

async function pricesOf(
  tx: Tx,
  stock: LockedStock,
  cogs: Cogs,
  terms: Terms,
  after: Partial<Facts>,
): Promise<StockFacts> {
  const { takenIn, hasLeft } = await movementsOf(tx, stock.id);
  if (hasLeft && costFields.some((field) => field in after)) throw cogsLocked(stock);
  const money = batchMoney(cogs, terms, takenIn);
  return {
    purchase_price: money.purchasePrice,
    gross_purchase_price: money.grossPurchasePrice,
    vat_amount: money.vatAmount,
    profit_per_shelf_day: money.profitPerShelfDay,
  };
}

/** Read after the row was locked. What came by a transfer has left its batch elsewhere, at this cost; what was found missing is lost at it. */
async function movementsOf(tx: Tx, stockId: string): Promise<{ takenIn: string; hasLeft: boolean }> {
  const [row] = await tx.sql<{ takenIn: string; hasLeft: boolean }>(
    `SELECT ${takenIn} AS "takenIn",
       coalesce(bool_or(type IN ('SALE', 'DISPENSE', 'WASTE', 'VIAL_OPENED', 'TRANSFER_OUT', 'TRANSFER_IN')
         OR type IN ('ADJUSTMENT', 'COUNT_ADJUSTMENT') AND quantity_change < 0), false) AS "hasLeft"
     FROM inventory.inventory_transaction WHERE stock_id = $1 AND bucket IN ('ON_HAND', 'DEFECTIVE', 'SAMPLE')`,
    [stockId],
  );
  if (row === undefined) throw new Error('An aggregate gave no row');
  return row;
}

function cogsLocked(stock: LockedStock): Refusal {
  return new Refusal('COGS_LOCKED', 'Units of this batch have left at its cost, which cannot change any more.', {
    stockId: stock.id,
    unitCost: stock.unitCost,
  });
}
