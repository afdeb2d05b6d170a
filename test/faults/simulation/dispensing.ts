/** What is given to patients, first expiry first out or named or reserved, and what is taken back. */
import { dispense } from '../../../src/domain/dispensing/dispense.ts';
import { reverseDispense } from '../../../src/domain/dispensing/reverse-dispense.ts';
import { newKey } from '../../clinic.ts';
import { known, lotOf, productOf, type Batch, type Dispensed, type Model, type Reservation } from './model.ts';
import {
  batchesAt,
  endReservation,
  givableOf,
  move,
  planFefo,
  settle,
  whyUnusable,
  type Part,
  type Verdict,
} from './rules.ts';
import { someReservation } from './reservations.ts';
import {
  calls,
  idOf,
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
import { newBatch } from './deliveries.ts';
import { someWitness } from './shelf.ts';
import { shown, total } from './units.ts';

export const dispensingKinds: readonly Kind[] = [
  { weight: 14, make: give },
  { weight: 6, make: takeBack },
];

interface Wanted {
  readonly productId: string;
  readonly quantity: bigint;
  readonly stockId: string | null;
  readonly reservationId: string | null;
}

function give(scene: Scene): Step {
  const { world, random } = scene;
  const placeId = someGiver(scene)?.placeId ?? somePlace(scene);
  const lines = random.chance(0.7) ? [someLine(scene, placeId)] : [someLine(scene, placeId), someLine(scene, placeId)];
  const wanted = alone(scene.model, placeId, lines);
  const actor = somebody(scene);
  const input = {
    ...{ idempotencyKey: newKey(), locationId: placeId, patientId: random.pick([null, ...world.patients]) },
    lines: wanted.map((line) => ({ ...line, quantity: shown(line.quantity) })),
  };
  return {
    words: `dispense ${wanted.map(inWords).join(' and ')} at ${short(placeId)}`,
    about: wanted.flatMap(({ productId, stockId, reservationId }) => [productId, stockId ?? '', reservationId ?? '']),
    isRepeatable: true,
    call: calls(world, actor, async (tx) => dispense(tx, input)),
    play: (model, made) => {
      if (wanted.some(({ quantity }) => quantity === 0n)) return 'INVALID_QUANTITY';
      if (!mayAt(actor, placeId)) return 'NOT_FOUND';
      return given(model, placeId, wanted, made);
    },
  };
}

/** A reservation is named once; one of another place is asked for by itself. */
function alone(model: Model, placeId: string, lines: readonly Wanted[]): readonly Wanted[] {
  const reserved = lines.flatMap(({ reservationId }) => reservationId ?? []);
  const placeOf = (id: string) => known(model.batches, known(model.reservations, id).batchId).placeId;
  const away = lines.find(({ reservationId }) => reservationId !== null && placeOf(reservationId) !== placeId);
  if (away !== undefined) return [away];
  return new Set(reserved).size === reserved.length ? lines : lines.slice(0, 1);
}

const inWords = ({ productId, quantity, stockId, reservationId }: Wanted): string =>
  `${shown(quantity)} of product ${short(productId)}${stockId === null ? '' : ` from batch ${short(stockId)}`}${reservationId === null ? '' : ` by reservation ${short(reservationId)}`}`;

function someLine(scene: Scene, placeId: string): Wanted {
  const { model, random } = scene;
  const kind = random.between(1, 10);
  const batch = kind <= 3 ? someGiver(scene, (each) => each.placeId === placeId) : null;
  if (batch !== null) {
    const quantity = someAmount(random, givableOf(batch));
    return { productId: batch.productId, quantity, stockId: batch.id, reservationId: null };
  }
  const reservation = kind <= 5 ? someReservation(scene) : null;
  if (reservation !== null) {
    const { productId } = known(model.batches, reservation.batchId);
    const quantity = someAmount(random, reservation.quantity);
    return { productId, quantity, stockId: null, reservationId: reservation.id };
  }
  const giver = someGiver(scene, (each) => each.placeId === placeId);
  const productId = giver?.productId ?? someProduct(scene).id;
  const there = total(batchesAt(model, placeId, productId).map(givableOf));
  return { productId, quantity: someAmount(random, there), stockId: null, reservationId: null };
}

interface Drawn {
  readonly parts: readonly Part[];
  readonly reservation: Reservation | null;
}

function given(model: Model, placeId: string, wanted: readonly Wanted[], made: Made): Verdict {
  for (const { reservationId } of wanted) {
    if (reservationId === null) continue;
    const { batchId } = known(model.reservations, reservationId);
    if (known(model.batches, batchId).placeId !== placeId) return 'NOT_FOUND';
  }
  const drawn = drawAll(model, placeId, wanted);
  if (typeof drawn === 'string') return drawn;
  for (const { reservation } of drawn) if (reservation !== null) endReservation(model, reservation, 'FULFILLED');
  for (const [index, { line, parts }] of drawn.entries()) {
    for (const { batch, quantity } of parts) move(model, batch, 'DISPENSE', 'ON_HAND', -quantity);
    const id = made['record']?.[index] ?? '';
    const kept = parts.map(({ batch, quantity }) => ({ batchId: batch.id, quantity }));
    model.dispensed.set(id, { id, productId: line.productId, placeId, parts: kept, isReversed: false });
  }
  for (const { line, reservation } of drawn) {
    if (reservation === null) continue;
    settle(model, known(model.batches, reservation.batchId), reservation.quantity - line.quantity);
  }
  return 'done';
}

/** What is named comes first; what two lines ask of one batch is summed up. */
function drawAll(
  model: Model,
  placeId: string,
  wanted: readonly Wanted[],
): (Drawn & { readonly line: Wanted })[] | Verdict {
  const taken = new Map<string, bigint>();
  const drawn = new Map<Wanted, Drawn>();
  const isNamed = ({ stockId, reservationId }: Wanted) => stockId !== null || reservationId !== null;
  for (const line of [...wanted.filter(isNamed), ...wanted.filter((each) => !isNamed(each))]) {
    const draw = drawnFor(model, placeId, line, taken);
    if (typeof draw === 'string') return draw;
    drawn.set(line, draw);
    if (draw.reservation !== null) continue;
    for (const { batch, quantity } of draw.parts) taken.set(batch.id, (taken.get(batch.id) ?? 0n) + quantity);
  }
  return wanted.flatMap((line) => {
    const draw = drawn.get(line);
    return draw === undefined ? [] : [{ ...draw, line }];
  });
}

function drawnFor(model: Model, placeId: string, line: Wanted, taken: ReadonlyMap<string, bigint>): Drawn | Verdict {
  const { productId, quantity, stockId, reservationId } = line;
  if (reservationId !== null) return byReservation(model, known(model.reservations, reservationId), quantity);
  if (stockId === null) {
    const parts = planFefo(model, batchesAt(model, placeId, productId), quantity, taken);
    return parts === null ? 'INSUFFICIENT_INVENTORY' : { parts, reservation: null };
  }
  const batch = known(model.batches, stockId);
  const unusable = whyUnusable(lotOf(model, batch));
  if (unusable !== null) return unusable;
  if (quantity > givableOf(batch) - (taken.get(stockId) ?? 0n)) return 'INSUFFICIENT_INVENTORY';
  return { parts: [{ batch, quantity }], reservation: null };
}

/** Its units, at most. */
export function byReservation(model: Model, reservation: Reservation, quantity: bigint): Drawn | Verdict {
  const batch = known(model.batches, reservation.batchId);
  const unusable = whyUnusable(lotOf(model, batch));
  if (unusable !== null) return unusable;
  if (quantity > reservation.quantity) return 'INSUFFICIENT_INVENTORY';
  if (reservation.transferId !== null) return 'FORBIDDEN';
  if (reservation.status !== 'ACTIVE' || reservation.isPast) return 'RESERVATION_NOT_ACTIVE';
  return { parts: [{ batch, quantity }], reservation };
}

function takeBack(scene: Scene): Step | null {
  const { world, model, random, focus } = scene;
  const all = [...model.dispensed.values()];
  const focused = all.filter(({ parts }) => parts.some(({ batchId }) => batchId === focus));
  const standing = all.filter(({ isReversed }) => !isReversed);
  const chosen = focused.length > 0 ? focused : standing.length > 0 && random.chance(0.8) ? standing : all;
  if (chosen.length === 0) return null;
  const record = random.pick(chosen);
  const actor = somebody(scene);
  const returnToStock = random.chance(0.6);
  const witness = someWitness(scene);
  const input = { idempotencyKey: newKey(), dispenseRecordId: record.id, returnToStock, reason: 'wrong', witness };
  return {
    words: `reverse dispense ${short(record.id)} of ${record.parts.map(({ batchId, quantity }) => `${shown(quantity)} of batch ${short(batchId)}`).join(', ')}${returnToStock ? '' : ' as waste'}${witness === null ? ', unwitnessed' : ''}`,
    about: [record.id, ...record.parts.map(({ batchId }) => batchId)],
    isRepeatable: true,
    call: calls(world, actor, async (tx) => {
      const result = await reverseDispense(tx, input);
      const siblings = await tx.sql<{ id: string; at: Date }>(
        `SELECT s.id, s.received_at AS at FROM inventory.dispense_allocation a JOIN inventory.stock s ON s.id = a.stock_id
         WHERE a.dispense_record_id = $1 AND a.stock_id <> ALL($2::uuid[]) ORDER BY s.id`,
        [idOf(result, 'record'), record.parts.map(({ batchId }) => batchId)],
      );
      return {
        ...result,
        sibling: siblings.map(({ id }) => id),
        siblingAt: siblings.map(({ at }) => String(at.getTime())),
      };
    }),
    play: (now, made) => {
      if (!mayAt(actor, record.placeId)) return 'NOT_FOUND';
      const isScheduled = known(now.products, record.productId).isScheduled;
      if (!returnToStock && isScheduled && witness === null) return 'WITNESS_REQUIRED';
      const its = known(now.dispensed, record.id);
      if (its.isReversed) return 'ALREADY_REVERSED';
      its.isReversed = true;
      returned(now, its, returnToStock, made);
      return 'done';
    },
  };
}

function returned(model: Model, record: Dispensed, toStock: boolean, made: Made): void {
  let siblings = 0;
  for (const { batchId, quantity } of [...record.parts].sort((a, b) => (a.batchId < b.batchId ? -1 : 1))) {
    const batch = known(model.batches, batchId);
    if (!toStock) {
      move(model, batch, 'RETURN', 'ON_HAND', quantity);
      move(model, batch, 'WASTE', 'ON_HAND', -quantity);
      continue;
    }
    const home = batch.status === 'CLOSED' ? makeSibling(model, batch, made, siblings++) : batch;
    const wasTooWarm = home !== batch && batch.excursionId !== null;
    const isHeldBack = productOf(model, batch).isScheduled || whyUnusable(lotOf(model, batch)) !== null || wasTooWarm;
    move(model, home, 'RETURN', 'ON_HAND', quantity);
    settle(model, home, quantity, isHeldBack ? [`RETURN ${idOf(made, 'record')}`] : []);
  }
}

/** Units come back to a batch whose life is over: they are a new one. */
function makeSibling(model: Model, old: Batch, made: Made, index: number): Batch {
  const at = Number(made['siblingAt']?.[index] ?? 0);
  const batch = newBatch(made['sibling']?.[index] ?? '', lotOf(model, old), { ...old, code: null }, at);
  batch.status = 'LIVE';
  model.batches.set(batch.id, batch);
  return batch;
}
