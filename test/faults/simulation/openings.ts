/** Vials that are opened: of a batch, out of a reservation, or first expiry first out. */
import { openVial } from '../../../src/domain/vials/open-vial.ts';
import type { Actor } from '../../../src/actor.ts';
import { newKey } from '../../clinic.ts';
import { byReservation } from './dispensing.ts';
import { known, lotOf, type Batch, type Model, type Reservation, type Vial } from './model.ts';
import { someReservation } from './reservations.ts';
import {
  batchesAt,
  endReservation,
  givableOf,
  move,
  planFefo,
  settle,
  touch,
  whyUnusable,
  type Verdict,
} from './rules.ts';
import {
  calls,
  idOf,
  mayAt,
  short,
  somebody,
  someGiver,
  somePlace,
  someProduct,
  type Kind,
  type Made,
  type Scene,
  type Step,
} from './scene.ts';
import { one } from './units.ts';

export const openingKinds: readonly Kind[] = [{ weight: 6, make: open }];

interface Source {
  readonly batch: Batch | null;
  readonly reservation: Reservation | null;
  readonly productId: string;
  readonly placeId: string;
}

function open(scene: Scene): Step {
  const { random, world } = scene;
  const source = someSource(scene);
  const { batch, reservation, productId, placeId } = source;
  const actor = somebody(scene);
  const isLong = random.chance(0.15);
  const signs = random.chance(0.5) ? { id: world.people.witness.id } : null;
  const input = {
    ...{
      idempotencyKey: newKey(),
      authoriser: signs,
      stabilityRule: isLong ? ('POLICY' as const) : ('LABEL' as const),
    },
    ...(reservation !== null
      ? { reservationId: reservation.id }
      : batch !== null
        ? { stockId: batch.id }
        : { productId, locationId: placeId }),
  };
  const from =
    reservation !== null
      ? `reservation ${short(reservation.id)} of batch ${short(reservation.batchId)}`
      : batch !== null
        ? `batch ${short(batch.id)}`
        : `product ${short(productId)} at ${short(placeId)}`;
  return {
    words: `open a vial of ${from}${isLong ? ' by policy' : ''}`,
    about: [reservation?.id ?? '', reservation?.batchId ?? '', batch?.id ?? '', productId],
    isRepeatable: true,
    call: calls(world, actor, async (tx) => openVial(tx, input)),
    play: (model, made) => {
      if (!mayAt(actor, placeId)) return 'NOT_FOUND';
      const isSigned = !isLong || signs !== null || isAuthoriser(actor);
      return opened(model, source, isSigned, made);
    },
  };
}

export const isAuthoriser = ({ roles }: Actor): boolean => roles.includes('PHARMACIST') || roles.includes('MANAGER');

function someSource(scene: Scene): Source {
  const { model, random } = scene;
  const kind = random.between(1, 10);
  const multidose = new Set([...model.products.values()].filter(({ doses }) => doses !== null).map(({ id }) => id));
  const reservation = kind <= 3 ? someReservation(scene) : null;
  if (reservation !== null) {
    const { productId, placeId } = known(model.batches, reservation.batchId);
    return { batch: null, reservation, productId, placeId };
  }
  const isAny = random.chance(0.05);
  const batch = kind <= 7 ? someGiver(scene, ({ productId }) => isAny || multidose.has(productId)) : null;
  if (batch !== null) return { batch, reservation: null, productId: batch.productId, placeId: batch.placeId };
  const giver = someGiver(scene, ({ productId }) => multidose.has(productId));
  const productId = giver?.productId ?? someProduct(scene, ({ doses }) => isAny || doses !== null).id;
  return { batch: null, reservation: null, productId, placeId: giver?.placeId ?? somePlace(scene) };
}

function opened(model: Model, source: Source, isSigned: boolean, made: Made): Verdict {
  const { batch, reservation, productId, placeId } = source;
  const shelf = batchesAt(model, placeId, productId);
  const { doses } = known(model.products, productId);
  if (batch === null && reservation === null && shelf.length === 0) return 'INSUFFICIENT_INVENTORY';
  if (doses === null) return 'BAD_USER_INPUT';
  const drawn = drawnFrom(model, source, shelf);
  if ('refused' in drawn) return drawn.refused;
  if (!isSigned) return 'AUTHORISER_REQUIRED';
  const from = drawn.batch;
  if (drawn.reservation !== null) endReservation(model, drawn.reservation, 'FULFILLED');
  move(model, from, 'VIAL_OPENED', 'ON_HAND', -one);
  if (drawn.reservation !== null) settle(model, from, drawn.reservation.quantity - one);
  const vial: Vial = {
    ...{ id: idOf(made, 'session'), batchId: from.id, initial: doses, status: 'OPEN', isPast: false },
    ...{ used: 0n, wasted: 0n, uses: [], wasteCosts: [] },
  };
  model.vials.set(vial.id, vial);
  touch(model, vial);
  return 'done';
}

type DrawnVial = { readonly refused: Verdict } | { readonly batch: Batch; readonly reservation: Reservation | null };

/** One whole unit of one batch. */
function drawnFrom(model: Model, source: Source, shelf: readonly Batch[]): DrawnVial {
  if (source.reservation !== null) {
    const reservation = known(model.reservations, source.reservation.id);
    const drawn = byReservation(model, reservation, one);
    return typeof drawn === 'string'
      ? { refused: drawn }
      : { batch: known(model.batches, reservation.batchId), reservation };
  }
  if (source.batch === null) {
    const [part] =
      planFefo(
        model,
        shelf.filter((each) => givableOf(each) >= one),
        one,
      ) ?? [];
    return part === undefined ? { refused: 'INSUFFICIENT_INVENTORY' } : { batch: part.batch, reservation: null };
  }
  const batch = known(model.batches, source.batch.id);
  const unusable = whyUnusable(lotOf(model, batch));
  if (unusable !== null) return { refused: unusable };
  return givableOf(batch) < one ? { refused: 'INSUFFICIENT_INVENTORY' } : { batch, reservation: null };
}
