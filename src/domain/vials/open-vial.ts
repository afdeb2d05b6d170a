/**
 * Opens a multi-dose vial: one stock unit leaves the shelf, or a reservation, and a session of its doses begins, with a
 * clock of its own. Without a named batch, first expiry first out.
 * Refuses: BAD_USER_INPUT (no doses, no hours, no diluent), IDEMPOTENCY_CONFLICT, NOT_FOUND, LOT_RECALLED,
 * LOT_QUARANTINED, LOT_EXPIRED, INSUFFICIENT_INVENTORY, RESERVATION_NOT_ACTIVE, AUTHORISER_REQUIRED (POLICY beyond the label).
 * Locks: key, stock rows of the product and place by id, the reservation.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { notFound } from '../../actor.ts';
import type { OpenVialSession } from '../../entities/open-vial-session.ts';
import { Refusal } from '../../refusal.ts';
import type { StabilityRule } from '../../schema/enums.ts';
import { checkKey, claim, gate, type Claim, type Result } from '../claim.ts';
import { exact, requirePositive } from '../decimal.ts';
import { drawLines, type Draw } from '../dispensing/draw.ts';
import { requireAuthoriser, type Authoriser } from '../people/authoriser.ts';
import { unknownHere } from '../stock/known-here.ts';
import { lockReservations } from '../stock/held-reservation.ts';
import { lockedStockColumns, lockedStockJoins, type LockedStock } from '../stock/lock-stock.ts';
import { optionalText } from '../text.ts';
import { optionalUuid } from '../uuid.ts';
import { stabilityOf, type Stability } from './stability.ts';
import { writeOpening } from './write-opening.ts';

export interface OpenVial {
  readonly idempotencyKey: string;
  readonly stockId?: string | null;
  readonly productId?: string | null;
  readonly locationId?: string | null;
  readonly reservationId?: string | null;
  readonly diluent?: string | null;
  readonly diluentMl?: string | null;
  readonly stabilityRule?: StabilityRule | null;
  readonly authoriser?: Authoriser | null;
}

export interface VialBatch extends LockedStock {
  readonly doses: string | null;
  readonly requiresReconstitution: boolean;
  readonly labelHours: number | null;
  readonly policyHours: number | null;
  readonly singlePatient: boolean;
  readonly lotEndsAt: Date | null;
}

export interface Opening {
  readonly id: string;
  readonly batch: VialBatch;
  readonly doses: string;
  readonly draw: Draw<VialBatch>;
  readonly rule: StabilityRule;
  readonly stability: Stability;
  readonly authoriser: Authoriser | null;
  readonly diluent: string | null;
  readonly diluentMl: string | null;
}

/** `written` hears of the vial that this transaction has opened, not of one that a replay finds. */
export async function openVial(tx: Tx, input: OpenVial, written?: (session: OpenVialSession) => void): Promise<Result> {
  checkKey(input.idempotencyKey);
  for (const field of ['stockId', 'productId', 'locationId', 'reservationId'] as const)
    optionalUuid(input[field], field);
  requireSource(input);
  const diluent = optionalText(input.diluent, 'diluent', 100);
  const diluentMl = input.diluentMl ?? null;
  if (diluentMl !== null) requirePositive(diluentMl, 'diluentMl');
  const id = uuid();
  const result = { session: [id] };
  const said: Claim = { mutation: 'openVial', key: input.idempotencyKey, input, result };
  const claimed = await lockBatches(tx, said, input);
  if (claimed.replay !== null) return claimed.replay;
  const batches = claimed.rows;
  const [product] = batches;
  if (product === undefined) throw await nothingToOpen(tx, input);
  const doses = dosesOf(product);
  requireDiluent(product, diluent, diluentMl);

  const draw = await drawOne(tx, input, product, batches);
  const batch = draw.allocations[0]?.batch;
  if (batch === undefined) throw new Error('A vial was neither drawn nor refused');
  const rule = input.stabilityRule ?? 'LABEL';
  const stability = stabilityOf(rule, { ...batch, openedAt: batch.now });
  const authoriser = stability.isBeyondLabel
    ? requireAuthoriser(tx.actor, input.authoriser, 'The policy keeps this vial longer than its label allows.')
    : null;
  const opening = { id, batch, doses, draw, rule, stability, authoriser, diluent, diluentMl };
  const session = await writeOpening(tx, opening);
  written?.(session);
  return result;
}

function requireSource({ stockId, productId, locationId, reservationId }: OpenVial): void {
  if (stockId != null || reservationId != null || (productId != null && locationId != null)) return;
  throw new Refusal('BAD_USER_INPUT', 'Name the batch (stockId), the reservation, or the product and the location.', {
    field: 'stockId',
  });
}

/** The batch or the reservation says of which product and where; then all LIVE rows, as first expiry first out needs. */
async function lockBatches(tx: Tx, said: Claim, { stockId, productId, locationId, reservationId }: OpenVial) {
  return claim<VialBatch>(tx, said, {
    locked: `WITH named AS MATERIALIZED (SELECT n.id, n.product_id, n.location_id FROM inventory.stock n
        WHERE n.id = coalesce((SELECT stock_id FROM inventory.stock_reservation WHERE id = $12), $11::uuid))
      SELECT s.* FROM inventory.stock s
      WHERE ${gate} AND ($9::boolean OR s.location_id = ANY($10::uuid[]))
        AND s.product_id = coalesce((SELECT product_id FROM named), $13::uuid) AND s.location_id = coalesce((SELECT location_id FROM named), $8::uuid)
        AND ($11::uuid IS NULL AND $12::uuid IS NULL OR EXISTS (SELECT FROM named))
        AND (s.status = 'LIVE' OR s.id = (SELECT id FROM named)) ORDER BY s.id FOR UPDATE`,
    columns: `${lockedStockColumns}, p.doses_per_stock_unit AS doses, p.requires_reconstitution AS "requiresReconstitution",
      p.label_stability_hours AS "labelHours", p.policy_stability_hours AS "policyHours", p.single_patient_vial AND NOT (SELECT policy_vial_sharing FROM ops.settings) AS "singlePatient",
      (l.lot_expires_on + 1)::timestamp AT TIME ZONE o.time_zone AS "lotEndsAt"`,
    joins: lockedStockJoins,
    values: [
      locationId ?? null,
      tx.actor.isSystem,
      tx.actor.locationIds,
      stockId ?? null,
      reservationId ?? null,
      productId ?? null,
    ],
  });
}

async function nothingToOpen(tx: Tx, input: OpenVial): Promise<Refusal> {
  const { stockId, productId, locationId, reservationId } = input;
  if (reservationId != null || stockId != null) return nothingNamed(input);
  const unknown = await unknownHere(tx, locationId ?? '', [productId ?? '']);
  return unknown ?? short(productId ?? '', '0');
}

function nothingNamed({ stockId, reservationId }: OpenVial): Refusal {
  return reservationId != null ? notFound('reservation', reservationId) : notFound('stock', stockId ?? '');
}

function short(productId: string, available: string): Refusal {
  return new Refusal('INSUFFICIENT_INVENTORY', 'No whole vial of this product may be taken here.', {
    productId,
    available,
    requested: '1',
  });
}

function dosesOf({ productId, doses }: VialBatch): string {
  if (doses !== null) return doses;
  throw new Refusal('BAD_USER_INPUT', 'This product is not opened and drawn from: it has no dosesPerStockUnit.', {
    field: 'productId',
    productId,
  });
}

function requireDiluent(product: VialBatch, diluent: string | null, diluentMl: string | null): void {
  const isTold = diluent !== null && diluentMl !== null;
  const isUntold = diluent === null && diluentMl === null;
  if (isTold || (isUntold && !product.requiresReconstitution)) return;
  const field = diluent === null ? 'diluent' : 'diluentMl';
  throw new Refusal('BAD_USER_INPUT', 'Name the diluent and how many mL of it.', { field });
}

/** One whole unit of one batch: two halves of two batches are no vial. */
async function drawOne(
  tx: Tx,
  input: OpenVial,
  product: VialBatch,
  batches: readonly VialBatch[],
): Promise<Draw<VialBatch>> {
  const { productId, locationId } = product;
  const isOther = (given: string | null | undefined, is: string) => given != null && given !== is;
  if (isOther(input.productId, productId) || isOther(input.locationId, locationId)) throw nothingNamed(input);
  const line = { productId, quantity: '1', stockId: input.stockId ?? null, reservationId: input.reservationId ?? null };
  const isNamed = line.stockId !== null || line.reservationId !== null;
  const whole = isNamed ? batches : batches.filter(({ available }) => exact(available).gte(1));
  if (whole.length === 0) throw short(productId, '0');
  const held = line.reservationId === null ? [] : await lockReservations(tx, [line.reservationId]);
  const [draw] = drawLines([line], whole, held);
  if (draw === undefined) throw new Error('A line was neither drawn nor refused');
  return draw;
}
