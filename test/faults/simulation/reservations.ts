/** Units held for somebody: by batch or by product, fulfilled, released, or past their time. */
import { expireReservations } from '../../../src/domain/stock/expire-reservations.ts';
import { fulfilReservation } from '../../../src/domain/stock/fulfil-reservation.ts';
import { releaseReservation } from '../../../src/domain/stock/release-reservation.ts';
import { reserveStock } from '../../../src/domain/stock/reserve-stock.ts';
import { newKey } from '../../clinic.ts';
import { known, lotOf, productOf, type Batch, type Model, type Reservation } from './model.ts';
import {
  batchesAt,
  endReservation,
  givableOf,
  move,
  planFefo,
  settle,
  touch,
  whyUnusable,
  type Part,
  type Verdict,
} from './rules.ts';
import {
  calls,
  mayAt,
  short,
  someAmount,
  somebody,
  someGiver,
  somePlace,
  someProduct,
  type Kind,
  type Made,
  type Scene,
  type Step,
} from './scene.ts';
import { dayAhead } from './deliveries.ts';
import { shown, total } from './units.ts';

export const reservationKinds: readonly Kind[] = [
  { weight: 6, make: reserveBatch },
  { weight: 5, make: reserveProduct },
  { weight: 4, make: fulfil },
  { weight: 3, make: release },
  { weight: 2, make: letPass },
  { weight: 2, make: expire },
];

/** Days ahead; the last two are refused. */
const daysAhead = [1, 1, 5, 5, 20, 20, 40, -1];

const isInReach = (days: number): boolean => days > 0 && days <= 30;

function reserveBatch(scene: Scene): Step | null {
  const batch = someGiver(scene);
  if (batch === null) return null;
  const actor = somebody(scene);
  const days = scene.random.pick(daysAhead);
  const quantity = someAmount(scene.random, givableOf(batch));
  const input = { idempotencyKey: newKey(), stockId: batch.id, quantity: shown(quantity), reservedUntil: ahead(days) };
  return {
    words: `reserve ${shown(quantity)} of batch ${short(batch.id)} for ${days} days`,
    about: [batch.id],
    isRepeatable: true,
    call: calls(scene.world, actor, async (tx) => reserveStock(tx, input)),
    play: (model, made) => {
      if (quantity === 0n) return 'INVALID_QUANTITY';
      if (!mayAt(actor, batch.placeId)) return 'NOT_FOUND';
      if (!isInReach(days)) return 'BAD_USER_INPUT';
      const now = known(model.batches, batch.id);
      const lot = lotOf(model, now);
      const unusable = whyUnusable(lot);
      if (unusable !== null) return unusable;
      if (endsBefore(lot.expiresOn, days)) return 'LOT_EXPIRED';
      if (quantity > givableOf(now)) return 'INSUFFICIENT_INVENTORY';
      hold(model, [{ batch: now, quantity }], made);
      return 'done';
    },
  };
}

const ahead = (days: number): Date => new Date(Date.now() + days * 86_400_000);
const endsBefore = (expiresOn: string | null, days: number): boolean =>
  expiresOn !== null && expiresOn < dayAhead(days);

function reserveProduct(scene: Scene): Step {
  const { model, random } = scene;
  const giver = someGiver(scene);
  const placeId = giver?.placeId ?? somePlace(scene);
  const productId = giver?.productId ?? someProduct(scene).id;
  const actor = somebody(scene);
  const days = random.pick(daysAhead);
  const quantity = someAmount(random, total(batchesAt(model, placeId, productId).map(givableOf)));
  const input = {
    ...{ idempotencyKey: newKey(), productId, locationId: placeId },
    ...{ quantity: shown(quantity), reservedUntil: ahead(days) },
  };
  return {
    words: `reserve ${shown(quantity)} of product ${short(productId)} at ${short(placeId)} for ${days} days`,
    about: [productId],
    isRepeatable: true,
    call: calls(scene.world, actor, async (tx) => reserveStock(tx, input)),
    play: (now, made) => {
      if (quantity === 0n) return 'INVALID_QUANTITY';
      if (!mayAt(actor, placeId)) return 'NOT_FOUND';
      const batches = batchesAt(now, placeId, productId);
      if (batches.length === 0) return 'INSUFFICIENT_INVENTORY';
      if (!isInReach(days)) return 'BAD_USER_INPUT';
      const lasting = batches.filter((batch) => !endsBefore(lotOf(now, batch).expiresOn, days));
      const parts = planFefo(now, lasting, quantity);
      if (parts === null) return 'INSUFFICIENT_INVENTORY';
      hold(now, parts, made);
      return 'done';
    },
  };
}

function hold(model: Model, parts: readonly Part[], made: Made): void {
  for (const [index, { batch, quantity }] of parts.entries()) {
    const id = made['reservation']?.[index] ?? '';
    model.reserved += 1;
    const reservation: Reservation = {
      ...{ id, batchId: batch.id, quantity, status: 'ACTIVE', isPast: false, order: model.reserved, transferId: null },
    };
    model.reservations.set(id, reservation);
    touch(model, reservation);
    move(model, batch, 'RESERVE', 'RESERVED', quantity);
  }
}

export function someReservation({ model, random, focus }: Scene): Reservation | null {
  const all = [...model.reservations.values()];
  const focused = all.filter(({ batchId }) => batchId === focus);
  const active = all.filter(({ status }) => status === 'ACTIVE');
  const chosen = focused.length > 0 ? focused : active.length > 0 && random.chance(0.85) ? active : all;
  return chosen.length === 0 ? null : random.pick(chosen);
}

type Verb = typeof fulfilReservation;

function onReservation(
  scene: Scene,
  verb: Verb,
  word: string,
  then: (model: Model, reservation: Reservation, batch: Batch) => Verdict,
): Step | null {
  const reservation = someReservation(scene);
  if (reservation === null) return null;
  const actor = somebody(scene);
  const { placeId } = known(scene.model.batches, reservation.batchId);
  const input = { idempotencyKey: newKey(), reservationId: reservation.id };
  return {
    words: `${word} reservation ${short(reservation.id)} of batch ${short(reservation.batchId)}`,
    about: [reservation.id, reservation.batchId],
    isRepeatable: true,
    call: calls(scene.world, actor, async (tx) => verb(tx, input)),
    play: (model) => {
      if (!mayAt(actor, placeId)) return 'NOT_FOUND';
      const now = known(model.reservations, reservation.id);
      return then(model, now, known(model.batches, now.batchId));
    },
  };
}

function fulfil(scene: Scene): Step | null {
  return onReservation(scene, fulfilReservation, 'fulfil', (model, reservation, batch) => {
    if (productOf(model, batch).isScheduled) return 'FORBIDDEN';
    const unusable = whyUnusable(lotOf(model, batch));
    if (unusable !== null) return unusable;
    if (reservation.transferId !== null) return 'FORBIDDEN';
    if (reservation.status !== 'ACTIVE' || reservation.isPast) return 'RESERVATION_NOT_ACTIVE';
    endReservation(model, reservation, 'FULFILLED');
    move(model, batch, 'SALE', 'ON_HAND', -reservation.quantity);
    return 'done';
  });
}

function release(scene: Scene): Step | null {
  return onReservation(scene, releaseReservation, 'release', (model, reservation, batch) => {
    if (reservation.transferId !== null) return 'FORBIDDEN';
    if (reservation.status !== 'ACTIVE') return 'RESERVATION_NOT_ACTIVE';
    endReservation(model, reservation, 'RELEASED');
    settle(model, batch, reservation.quantity);
    return 'done';
  });
}

function letPass(scene: Scene): Step | null {
  const reservation = someReservation(scene);
  if (reservation?.status !== 'ACTIVE' || reservation.transferId !== null) return null;
  return {
    words: `the time of reservation ${short(reservation.id)} of batch ${short(reservation.batchId)} passes`,
    about: [reservation.id, reservation.batchId],
    isRepeatable: true,
    isArranged: true,
    call: async () => {
      await scene.world.clinic.owner.query(
        `WITH said AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true))
         UPDATE inventory.stock_reservation SET reserved_until = now() - interval '1 minute' FROM said WHERE id = $1`,
        [reservation.id],
      );
      return {};
    },
    play: (model) => {
      known(model.reservations, reservation.id).isPast = true;
      return 'done';
    },
  };
}

/** The worker's run. */
function expire(scene: Scene): Step {
  const { clinic } = scene.world;
  return {
    words: 'expire reservations',
    about: [],
    isRepeatable: true,
    skipsHeld: true,
    call: calls(scene.world, clinic.systemSession().actor, async (tx) => {
      await expireReservations(tx);
      return {};
    }),
    play: (model) => {
      const past = [...model.reservations.values()].filter(({ status, isPast }) => status === 'ACTIVE' && isPast);
      const freed = new Map<Batch, bigint>();
      for (const reservation of past.sort((a, b) => (a.id < b.id ? -1 : 1))) {
        const batch = known(model.batches, reservation.batchId);
        endReservation(model, reservation, 'EXPIRED');
        freed.set(batch, (freed.get(batch) ?? 0n) + reservation.quantity);
      }
      for (const [batch, quantity] of freed) settle(model, batch, quantity);
      return 'done';
    },
  };
}
