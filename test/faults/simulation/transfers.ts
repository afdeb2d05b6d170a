/** Transfers between the two places: asked for, approved by another, shipped, or ended before. */
import { approveTransfer } from '../../../src/domain/transfers/approve-transfer.ts';
import { cancelTransfer } from '../../../src/domain/transfers/cancel-transfer.ts';
import { rejectTransfer } from '../../../src/domain/transfers/reject-transfer.ts';
import { requestTransfer } from '../../../src/domain/transfers/request-transfer.ts';
import { shipTransfer } from '../../../src/domain/transfers/ship-transfer.ts';
import type { Actor } from '../../../src/actor.ts';
import { newKey } from '../../clinic.ts';
import { known, lotOf, type Model, type Reservation, type Transfer, type TransferLine } from './model.ts';
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
  idOf,
  mayAt,
  short,
  someAmount,
  somebody,
  someGiver,
  someProduct,
  type Kind,
  type Made,
  type Scene,
  type Step,
} from './scene.ts';
import { shown, total } from './units.ts';

export const transferKinds: readonly Kind[] = [
  { weight: 5, make: request },
  { weight: 5, make: approve },
  { weight: 4, make: ship },
  { weight: 1, make: reject },
  { weight: 2, make: cancel },
];

interface Asked {
  readonly stockId: string | null;
  readonly productId: string | null;
  readonly quantity: bigint;
}

function request(scene: Scene): Step {
  const { world, model, random } = scene;
  const batch = someGiver(scene);
  const from = batch?.placeId ?? random.pick(world.places);
  const to = world.places.find((place) => place !== from) ?? '';
  const actor = somebody(scene);
  const lines = Array.from({ length: random.between(1, 2) }, (): Asked => {
    const named = random.chance(0.5) ? someGiver(scene, (each) => each.placeId === from) : null;
    if (named !== null) return { stockId: named.id, productId: null, quantity: someAmount(random, givableOf(named)) };
    const giver = someGiver(scene, (each) => each.placeId === from);
    const id = giver?.productId ?? someProduct(scene).id;
    const there = total(batchesAt(model, from, id).map(givableOf));
    return { stockId: null, productId: id, quantity: someAmount(random, there) };
  });
  const input = {
    ...{ idempotencyKey: newKey(), fromLocationId: from, toLocationId: to },
    lines: lines.map((line) => ({ ...line, quantity: shown(line.quantity) })),
  };
  return {
    words: `request a transfer from ${short(from)} of ${lines.map(({ stockId, productId, quantity }) => `${shown(quantity)} of ${short(stockId ?? productId ?? '')}`).join(' and ')}`,
    about: lines.flatMap(({ stockId }) => stockId ?? []),
    isRepeatable: true,
    call: calls(world, actor, async (tx) => {
      const result = await requestTransfer(tx, input);
      const made = await tx.sql<{ id: string; stockId: string }>(
        'SELECT id, stock_id AS "stockId" FROM inventory.inventory_transfer_line WHERE transfer_id = $1 ORDER BY position',
        [idOf(result, 'transfer')],
      );
      return { ...result, line: made.map(({ id }) => id) };
    }),
    play: (now, made) => {
      if (lines.some(({ quantity }) => quantity === 0n)) return 'INVALID_QUANTITY';
      const parts = planned(now, from, lines);
      if (typeof parts === 'string') return parts;
      const transfer: Transfer = {
        ...{ id: idOf(made, 'transfer'), from, to, requestedBy: actor.id, status: 'REQUESTED' },
        lines: [...parts].map(([batchId, quantity], index) => lineOf(made['line']?.[index] ?? '', batchId, quantity)),
      };
      now.transfers.set(transfer.id, transfer);
      touch(now, transfer);
      return 'done';
    },
  };
}

const lineOf = (id: string, batchId: string, requested: bigint): TransferLine => ({
  ...{ id, batchId, requested, shipped: null, received: null, damaged: null, lost: null },
});

/** By batch, in the order in which they are first named. */
function planned(model: Model, from: string, lines: readonly Asked[]): ReadonlyMap<string, bigint> | Verdict {
  const taken = new Map<string, bigint>();
  const drawn = new Map<Asked, readonly Part[]>();
  const isNamed = ({ stockId }: Asked) => stockId !== null;
  for (const line of [...lines.filter(isNamed), ...lines.filter((each) => !isNamed(each))]) {
    const parts = drawnBy(model, from, line, taken);
    if (typeof parts === 'string') return parts;
    drawn.set(line, parts);
    for (const { batch, quantity } of parts) taken.set(batch.id, (taken.get(batch.id) ?? 0n) + quantity);
  }
  const sums = new Map<string, bigint>();
  for (const { batch, quantity } of lines.flatMap((line) => drawn.get(line) ?? [])) {
    sums.set(batch.id, (sums.get(batch.id) ?? 0n) + quantity);
  }
  return sums;
}

function drawnBy(
  model: Model,
  from: string,
  { stockId, productId, quantity }: Asked,
  taken: ReadonlyMap<string, bigint>,
): readonly Part[] | Verdict {
  if (stockId === null) {
    return planFefo(model, batchesAt(model, from, productId ?? ''), quantity, taken) ?? 'INSUFFICIENT_INVENTORY';
  }
  const batch = known(model.batches, stockId);
  const unusable = whyUnusable(lotOf(model, batch));
  if (unusable !== null) return unusable;
  if (quantity > givableOf(batch) - (taken.get(stockId) ?? 0n)) return 'INSUFFICIENT_INVENTORY';
  return [{ batch, quantity }];
}

type Verb = typeof approveTransfer;

/** On one that is likely in the state for it. */
function onTransfer(
  scene: Scene,
  verb: Verb,
  word: string,
  state: Transfer['status'],
  then: (model: Model, transfer: Transfer, actor: Actor, made: Made) => Verdict,
): Step | null {
  const transfer = someTransfer(scene, state);
  if (transfer === null) return null;
  const actor = somebody(scene);
  const input = { idempotencyKey: newKey(), transferId: transfer.id };
  return {
    words: `${word} transfer ${short(transfer.id)}`,
    about: [transfer.id, ...transfer.lines.map(({ batchId }) => batchId)],
    isRepeatable: true,
    call: calls(scene.world, actor, async (tx) => {
      const result = await verb(tx, input);
      const held = await tx.sql<{ id: string; stockId: string }>(
        'SELECT id, stock_id AS "stockId" FROM inventory.stock_reservation WHERE transfer_id = $1 ORDER BY stock_id',
        [transfer.id],
      );
      return { ...result, reservation: held.map(({ id }) => id) };
    }),
    play: (model, made) => then(model, known(model.transfers, transfer.id), actor, made),
  };
}

export function someTransfer({ model, random, focus }: Scene, state: Transfer['status']): Transfer | null {
  const all = [...model.transfers.values()];
  const focused = all.filter(({ lines }) => lines.some(({ batchId }) => batchId === focus));
  const fitting = (focused.length > 0 ? focused : all).filter(({ status }) => status === state);
  if (fitting.length === 0 && random.chance(0.9)) return null;
  const chosen = fitting.length > 0 && random.chance(0.9) ? fitting : all;
  return chosen.length === 0 ? null : random.pick(chosen);
}

const byBatch = ({ lines }: Transfer): TransferLine[] => [...lines].sort((a, b) => (a.batchId < b.batchId ? -1 : 1));

function whyNotUsable(model: Model, transfer: Transfer): Verdict | null {
  for (const { batchId } of byBatch(transfer)) {
    const unusable = whyUnusable(lotOf(model, known(model.batches, batchId)));
    if (unusable !== null) return unusable;
  }
  return null;
}

function approve(scene: Scene): Step | null {
  return onTransfer(scene, approveTransfer, 'approve', 'REQUESTED', (model, transfer, actor, made) => {
    if (!mayAt(actor, transfer.from)) return 'FORBIDDEN';
    if (transfer.status !== 'REQUESTED') return 'INVALID_STATUS_TRANSITION';
    const unusable = whyNotUsable(model, transfer);
    if (unusable !== null) return unusable;
    const lines = byBatch(transfer);
    if (lines.some(({ batchId, requested }) => requested > givableOf(known(model.batches, batchId)))) {
      return 'INSUFFICIENT_INVENTORY';
    }
    if (actor.id === transfer.requestedBy) return 'SEPARATION_OF_DUTIES';
    for (const [index, { batchId, requested }] of lines.entries()) {
      model.reserved += 1;
      const reservation: Reservation = {
        ...{ id: made['reservation']?.[index] ?? '', batchId, quantity: requested, status: 'ACTIVE' },
        ...{ isPast: false, order: model.reserved, transferId: transfer.id },
      };
      model.reservations.set(reservation.id, reservation);
      touch(model, reservation);
      move(model, known(model.batches, batchId), 'RESERVE', 'RESERVED', requested);
    }
    transfer.status = 'APPROVED';
    touch(model, transfer);
    return 'done';
  });
}

const heldFor = (model: Model, transfer: Transfer): Reservation[] =>
  [...model.reservations.values()].filter(({ transferId }) => transferId === transfer.id);

function ship(scene: Scene): Step | null {
  return onTransfer(scene, shipTransfer, 'ship', 'APPROVED', (model, transfer, actor) => {
    if (!mayAt(actor, transfer.from)) return 'FORBIDDEN';
    if (transfer.status !== 'APPROVED') return 'INVALID_STATUS_TRANSITION';
    const unusable = whyNotUsable(model, transfer);
    if (unusable !== null) return unusable;
    const held = heldFor(model, transfer);
    if (held.some(({ status }) => status !== 'ACTIVE')) return 'RESERVATION_NOT_ACTIVE';
    for (const reservation of held) {
      endReservation(model, reservation, 'FULFILLED');
      move(model, known(model.batches, reservation.batchId), 'TRANSFER_OUT', 'ON_HAND', -reservation.quantity);
    }
    for (const line of transfer.lines) line.shipped = line.requested;
    transfer.status = 'IN_TRANSIT';
    touch(model, transfer);
    return 'done';
  });
}

function reject(scene: Scene): Step | null {
  return onTransfer(scene, rejectTransfer, 'reject', 'REQUESTED', (model, transfer, actor) => {
    if (!mayAt(actor, transfer.from)) return 'FORBIDDEN';
    if (transfer.status !== 'REQUESTED') return 'INVALID_STATUS_TRANSITION';
    transfer.status = 'REJECTED';
    touch(model, transfer);
    return 'done';
  });
}

function cancel(scene: Scene): Step | null {
  const state = scene.random.pick(['REQUESTED', 'APPROVED'] as const);
  return onTransfer(scene, cancelTransfer, 'cancel', state, (model, transfer, actor) => {
    if (actor.id !== transfer.requestedBy && !actor.roles.includes('MANAGER')) return 'FORBIDDEN';
    if (transfer.status !== 'REQUESTED' && transfer.status !== 'APPROVED') return 'INVALID_STATUS_TRANSITION';
    for (const reservation of heldFor(model, transfer).filter(({ status }) => status === 'ACTIVE')) {
      endReservation(model, reservation, 'RELEASED');
      settle(model, known(model.batches, reservation.batchId), reservation.quantity);
    }
    transfer.status = 'CANCELLED';
    touch(model, transfer);
    return 'done';
  });
}
