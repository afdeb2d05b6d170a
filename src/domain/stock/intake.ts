/**
 * Takes a delivery in: vendor, brand, product and lot are found or made, and one stock row with its position, ledger
 * line, audit and outbox rows is made: all of it or nothing. Units of a lot that is not usable here enter quarantine.
 * Refuses: BAD_USER_INPUT, INVALID_QUANTITY, IDEMPOTENCY_CONFLICT, NOT_FOUND, LOT_EXPIRY_MISMATCH.
 * Locks: key, the intake side of the recall lock, the lot (shared), sequences last.
 */
import { v7 as uuid } from 'uuid';
import { advisoryLocks } from '../../db/advisory-locks.ts';
import type { Tx } from '../../db/in-transaction.ts';
import type { Statement } from '../../db/statement.ts';
import { notFound } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import { findOrMakeProduct, findOrMakeVendor } from '../catalogue/find-or-make-product.ts';
import { checkKey, claim, gate, type Claim, type Result } from '../claim.ts';
import { exact } from '../decimal.ts';
import { checkOccurredAt } from '../occurred-at.ts';
import { optionalUuid } from '../uuid.ts';
import { batchCode, batchSequence, lotCode, lotSequence, nextNumbers, sku } from './codes.ts';
import { checkIntake, type CheckedIntake, type Intake } from './intake-input.ts';
import { postLast, type LedgerLine, type Posting, type StatusMove } from './post.ts';
import { lotCauses } from './settle.ts';
import { whyUnusable, type LotFacts } from './usable.ts';

interface Place {
  readonly today: string;
  readonly now: Date;
  readonly unitFits: boolean;
}

interface Lot {
  readonly id: string;
  readonly lotCode: string;
  readonly expiresOn: string | null;
  readonly recalled: boolean;
  readonly quarantined: boolean;
  readonly isNew: boolean;
}

/** An IMPORT opens the books with what was there already; all else is as for a delivery. */
export async function intake(tx: Tx, input: Intake, type: 'INTAKE' | 'IMPORT' = 'INTAKE'): Promise<Result> {
  checkKey(input.idempotencyKey);
  for (const field of ['locationId', 'storageUnitId'] as const) optionalUuid(input[field], field);
  const checked = checkIntake(input, new Date().toISOString().slice(0, 10));
  const said: Claim = { mutation: 'intake', key: input.idempotencyKey, input };
  const claimed = await claimPlace(tx, said, input);
  if (claimed.replay !== null) return claimed.replay;
  const { place } = claimed;
  checkOccurredAt(input.occurredAt, place.now);

  const product = await findOrMakeProduct(tx, checked.product);
  const vendor = await findOrMakeVendor(tx, checked.vendorName);
  const known = await findLot(tx, product.id, checked);
  const numbers = await nextNumbers(tx, known === null ? [batchSequence, lotSequence(place.today)] : [batchSequence]);
  const lot =
    known ??
    (await makeLot(
      tx,
      product.id,
      vendor.id,
      checked,
      lotCode(place.today, numbers.get(lotSequence(place.today)) ?? ''),
    ));
  const number = numbers.get(batchSequence) ?? '';
  const stock = {
    id: uuid(),
    lot,
    productId: product.id,
    vendorId: vendor.id,
    batchCode: batchCode(lot.lotCode, number),
    sku: sku(product.brandName, product.name, place.today, number),
  };
  await makeStock(tx, stock, input, checked);
  return putAway(tx, said, stock, input, {
    type,
    lotId: lot.id,
    lotRecalled: lot.recalled,
    lotQuarantined: lot.quarantined,
    lotExpiresOn: lot.expiresOn,
    today: place.today,
  });
}

async function claimPlace(
  tx: Tx,
  said: Claim,
  input: Intake,
): Promise<{ replay: Result } | { replay: null; place: Place }> {
  const { actor } = tx;
  const claimed = await claim<Place>(tx, said, {
    locked: `SELECT o.*, pg_advisory_xact_lock_shared(${advisoryLocks.recall}) FROM people.location o
      WHERE ${gate} AND o.id = $8 AND ($9::boolean OR o.id = ANY($10::uuid[]))`,
    columns: `(clock_timestamp() AT TIME ZONE l.time_zone)::date AS today, clock_timestamp() AS now,
      $11::uuid IS NULL OR EXISTS (SELECT FROM inventory.storage_unit u WHERE u.id = $11 AND u.location_id = l.id) AS "unitFits"`,
    values: [input.locationId, actor.isSystem, actor.locationIds, input.storageUnitId ?? null],
  });
  if (claimed.replay !== null) return claimed;
  const [place] = claimed.rows;
  if (place === undefined) throw notFound('location', input.locationId);
  if (!place.unitFits) throw notFound('storage unit', input.storageUnitId ?? '');
  return { replay: null, place };
}

const lotColumns = `id, lot_code AS "lotCode", expires_on AS "expiresOn", recalled, quarantined`;

/** Shared lock: a recall or a quarantine of the lot waits for this intake, or this intake for it. */
async function findLot(tx: Tx, productId: string, checked: CheckedIntake): Promise<Lot | null> {
  const [lot] = await tx.sql<Lot>(
    `SELECT ${lotColumns}, false AS "isNew" FROM inventory.inventory_lot
     WHERE product_id = $1 AND lot_number_key = catalogue.lot_number_key($2) FOR SHARE`,
    [productId, checked.lotNumber],
  );
  if (lot === undefined) return null;
  if (checked.expiresOn !== null && checked.expiresOn !== lot.expiresOn) {
    throw new Refusal('LOT_EXPIRY_MISMATCH', 'This lot is known with another expiry. Check the label, then the lot.', {
      lotId: lot.id,
      known: lot.expiresOn,
      given: checked.expiresOn,
    });
  }
  return lot;
}

/** What a recall names is recalled from its first day here on; no recall is issued or closed meanwhile. */
async function makeLot(
  tx: Tx,
  productId: string,
  vendorId: string,
  checked: CheckedIntake,
  code: string,
): Promise<Lot> {
  const [made] = await tx.sql<Lot>(
    `WITH blocking AS (
       SELECT r.id FROM inventory.recall r WHERE r.product_id = $3
         AND (NOT r.released AND catalogue.lot_number_key($5) = ANY(r.lot_number_keys) OR r.status = 'ACTIVE' AND cardinality(r.lot_number_keys) = 0)
     ), made AS (
       INSERT INTO inventory.inventory_lot (id, lot_code, product_id, vendor_id, manufacturer_lot_number, serial_number, manufactured_on, expires_on, recalled)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, EXISTS (SELECT FROM blocking)) ON CONFLICT (product_id, lot_number_key) DO NOTHING RETURNING *
     ), named AS (
       INSERT INTO inventory.recall_lot (recall_id, lot_id) SELECT blocking.id, made.id FROM blocking, made
     )
     SELECT ${lotColumns}, true AS "isNew" FROM made`,
    [
      uuid(),
      code,
      productId,
      vendorId,
      checked.lotNumber,
      checked.serialNumber,
      checked.manufacturedOn,
      checked.expiresOn,
    ],
  );
  // Somebody else made the lot in the meantime; its number of ours becomes a gap.
  const lot = made ?? (await findLot(tx, productId, checked));
  if (lot === null) throw new Error('A lot was neither made nor found');
  return lot;
}

interface NewStock {
  readonly id: string;
  readonly lot: Lot;
  readonly productId: string;
  readonly vendorId: string;
  readonly batchCode: string;
  readonly sku: string;
}

/** The row begins empty; its units come by the posting. */
async function makeStock(tx: Tx, stock: NewStock, input: Intake, checked: CheckedIntake): Promise<void> {
  const { cogs, terms, money, position } = checked;
  const { lot } = stock;
  await tx.sql(
    `INSERT INTO inventory.stock (id, batch_code, sku, product_id, lot_id, location_id, vendor_id, storage_unit_id, zone, rack, shelf, bin,
         status, grade, cogs_mode, unit_cogs, unit_cogs_min, unit_cogs_max, payment_terms, purchase_price, gross_purchase_price, vat_rate,
         vat_amount, roi_percentage, profit_per_shelf_day, shelf_life_days, delivered_on, metadata, external_ids, notes,
         lot_recalled, lot_quarantined, lot_expires_on)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'AWAITING_INTAKE', $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
         $25, $26, $27, $28, $29, $30, $31, $32)`,
    [
      stock.id,
      stock.batchCode,
      stock.sku,
      stock.productId,
      lot.id,
      input.locationId,
      stock.vendorId,
      position.storageUnitId,
      position.zone,
      position.rack,
      position.shelf,
      position.bin,
      checked.grade,
      cogs.cogsMode,
      cogs.unitCogs,
      cogs.unitCogsMin,
      cogs.unitCogsMax,
      input.paymentTerms,
      money.purchasePrice,
      money.grossPurchasePrice,
      terms.vatRate,
      money.vatAmount,
      terms.roiPercentage,
      money.profitPerShelfDay,
      terms.shelfLifeDays,
      input.deliveredOn ?? null,
      checked.metadata,
      checked.externalIds,
      checked.notes,
      lot.recalled,
      lot.quarantined,
      lot.expiresOn,
    ],
  );
}

/** The units arrive: on the shelf, on hold until somebody has checked them in, or in quarantine. */
async function putAway(
  tx: Tx,
  said: Claim,
  stock: NewStock,
  input: Intake,
  lot: LotFacts & { readonly lotId: string; readonly type: 'INTAKE' | 'IMPORT' },
): Promise<Result> {
  const unusable = whyUnusable(lot);
  const awaiting = input.goLive === false && unusable === null;
  const transactionId = uuid();
  const line = { stockId: stock.id, change: input.quantity };
  const lines: LedgerLine[] = [{ ...line, id: transactionId, type: lot.type, bucket: 'ON_HAND' }];
  if (unusable !== null) lines.push({ ...line, type: 'QUARANTINE', bucket: 'QUARANTINE' });
  if (awaiting) lines.push({ ...line, type: 'HOLD', bucket: 'HOLD' });
  const status: StatusMove[] = awaiting ? [] : [{ stockId: stock.id, to: unusable === null ? 'LIVE' : 'QUARANTINED' }];
  const changed = { stockId: stock.id, productId: stock.productId, locationId: input.locationId };
  const result = {
    stock: [stock.id],
    lot: [stock.lot.id],
    product: [stock.productId],
    transaction: [transactionId],
  };
  const posting: Posting = {
    lines,
    status,
    causes: { fresh: lotCauses(lot).map((cause) => ({ ...cause, stockId: stock.id, quantity: input.quantity })) },
    reason: unusable === null ? null : `taken in, but ${unusable}`,
    occurredAt: input.occurredAt ?? null,
    audit: [
      {
        entity: 'stock',
        entityId: stock.id,
        action: 'intake',
        locationId: input.locationId,
        after: {
          batchCode: stock.batchCode,
          lotId: stock.lot.id,
          onHand: exact(input.quantity).toString(),
          unusable,
        },
      },
    ],
    outbox: [
      { topic: 'stock.changed', payload: changed },
      ...(stock.lot.isNew ? [{ topic: 'lot.made' as const, payload: { lotId: stock.lot.id } }] : []),
      ...(unusable === null
        ? []
        : [{ topic: 'intake.unusable' as const, payload: { ...changed, lotId: stock.lot.id, unusable } }]),
    ],
    result: { said, result },
  };
  await postLast(
    tx,
    posting,
    lot.lotRecalled
      ? (statement) => {
          addConcerned(statement, stock, input);
        }
      : undefined,
  );
  return result;
}

/** Its open recalls have one location more to be acknowledged at. */
function addConcerned(statement: Statement, { lot }: NewStock, { locationId }: Intake): void {
  statement.with(
    'concerned',
    `INSERT INTO inventory.recall_acknowledgement (recall_id, location_id)
     SELECT r.id, ${statement.value(locationId, 'uuid')} FROM inventory.recall_lot l JOIN inventory.recall r ON r.id = l.recall_id
     WHERE l.lot_id = ${statement.value(lot.id, 'uuid')} AND r.status = 'ACTIVE' ON CONFLICT DO NOTHING`,
  );
}
