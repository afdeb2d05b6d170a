/** Corrections, sales and returns, buckets, and where a batch stands. */
import { adjustStock } from '../../../src/domain/stock/adjust-stock.ts';
import { decreaseStock } from '../../../src/domain/stock/decrease-stock.ts';
import { increaseStock } from '../../../src/domain/stock/increase-stock.ts';
import { moveBucket } from '../../../src/domain/stock/move-bucket.ts';
import { moveStock } from '../../../src/domain/stock/move-stock.ts';
import type { StockBucket } from '../../../src/schema/enums.ts';
import { newKey } from '../../clinic.ts';
import { known, lotOf, productOf, type Batch, type Model } from './model.ts';
import {
  excursionCauses,
  lotCauses,
  addToCause,
  byHand,
  freeOf,
  givableOf,
  move,
  settle,
  touch,
  whyUnusable,
  type Verdict,
} from './rules.ts';
import {
  calls,
  mayAt,
  short,
  someAmount,
  somebody,
  someBatch,
  someGiver,
  type Kind,
  type Made,
  type Scene,
  type Step,
} from './scene.ts';
import { one, shown } from './units.ts';

export const shelfKinds: readonly Kind[] = [
  { weight: 4, make: correct },
  { weight: 6, make: sell },
  { weight: 5, make: giveBack },
  { weight: 12, make: shift },
  { weight: 4, make: carry },
];

/** A step on one batch that is there: `play` is asked when whoever acts may see it. */
export function onBatch(
  scene: Scene,
  batch: Batch,
  words: string,
  work: (input: { readonly idempotencyKey: string; readonly stockId: string }) => Parameters<typeof calls>[2],
  checks: {
    readonly before?: () => Verdict | null;
    readonly then: (model: Model, batch: Batch, made: Made) => Verdict;
  },
): Step {
  const actor = somebody(scene);
  const input = { idempotencyKey: newKey(), stockId: batch.id };
  return {
    words: `${words} of batch ${short(batch.id)}`,
    about: [batch.id],
    isRepeatable: true,
    call: calls(scene.world, actor, work(input)),
    play: (model, made) => {
      const malformed = checks.before?.() ?? null;
      if (malformed !== null) return malformed;
      if (!mayAt(actor, batch.placeId)) return 'NOT_FOUND';
      return checks.then(model, known(model.batches, batch.id), made);
    },
  };
}

export const positive = (quantity: bigint) => (): Verdict | null => (quantity > 0n ? null : 'INVALID_QUANTITY');

/** Signs in three cases of four; null is nobody. */
export function someWitness({ world, random }: Scene): { readonly id: string } | null {
  return random.chance(0.75) ? { id: world.people.witness.id } : null;
}

function correct(scene: Scene): Step | null {
  const batch = someBatch(scene);
  if (batch === null) return null;
  const { random } = scene;
  const change = someAmount(random, freeOf(batch));
  const newOnHand = random.chance(0.05) ? -one : batch.buckets.ON_HAND + (random.chance(0.5) ? change : -change);
  const witness = someWitness(scene);
  const isOutdated = random.chance(0.05);
  return onBatch(
    scene,
    batch,
    `adjust to ${shown(newOnHand)}${witness === null ? ' unwitnessed' : ''}`,
    (input) => async (tx) =>
      adjustStock(tx, {
        ...input,
        newOnHand: shown(newOnHand),
        reason: 'found',
        witness,
        expectedVersion: isOutdated ? 2_000_000 : null,
      }),
    {
      before: () => (newOnHand < 0n ? 'NEGATIVE_QUANTITY' : null),
      then: (model, now) => {
        const { ON_HAND, RESERVED, QUARANTINE, HOLD } = now.buckets;
        if (newOnHand > 0n && now.status === 'CLOSED') return 'INVALID_STATUS_TRANSITION';
        if (isOutdated) return 'VERSION_CONFLICT';
        if (newOnHand < RESERVED + QUARANTINE + HOLD) return 'BELOW_RESERVED';
        const difference = newOnHand - ON_HAND;
        if (difference < 0n && productOf(model, now).isScheduled && witness === null) return 'WITNESS_REQUIRED';
        noteCorrection(model, now, difference);
        move(model, now, 'ADJUSTMENT', 'ON_HAND', difference);
        if (difference > 0n) settle(model, now, difference);
        return 'done';
      },
    },
  );
}

/** Whoever counts the batch must count it again. */
export function noteCorrection(model: Model, batch: Batch, difference: bigint): void {
  if (difference === 0n) return;
  for (const { lines } of model.counts.values()) {
    for (const line of lines) if (line.batchId === batch.id) line.isTouched = true;
  }
}

function sell(scene: Scene): Step | null {
  const batch = someGiver(scene);
  if (batch === null) return null;
  const quantity = someAmount(scene.random, givableOf(batch));
  return onBatch(
    scene,
    batch,
    `decrease by ${shown(quantity)}`,
    (input) => async (tx) =>
      decreaseStock(tx, { ...input, quantity: shown(quantity), referenceType: 'sale', referenceId: '1' }),
    {
      before: positive(quantity),
      then: (model, now) => {
        if (productOf(model, now).isScheduled) return 'FORBIDDEN';
        const unusable = whyUnusable(lotOf(model, now));
        if (unusable !== null) return unusable;
        if (quantity > givableOf(now)) return 'INSUFFICIENT_INVENTORY';
        move(model, now, 'SALE', 'ON_HAND', -quantity);
        return 'done';
      },
    },
  );
}

function giveBack(scene: Scene): Step | null {
  const batch = someBatch(scene);
  if (batch === null) return null;
  const quantity = someAmount(scene.random, one);
  return onBatch(
    scene,
    batch,
    `increase by ${shown(quantity)}`,
    (input) => async (tx) =>
      increaseStock(tx, { ...input, quantity: shown(quantity), referenceType: 'return', referenceId: '1' }),
    {
      before: positive(quantity),
      then: (model, now) => {
        if (now.status === 'CLOSED') return 'INVALID_STATUS_TRANSITION';
        move(model, now, 'RETURN', 'ON_HAND', quantity);
        settle(model, now, quantity);
        return 'done';
      },
    },
  );
}

const buckets: readonly StockBucket[] = ['ON_HAND', 'QUARANTINE', 'HOLD', 'DEFECTIVE', 'SAMPLE', 'RESERVED'];

export const thereIn = (batch: Batch, bucket: StockBucket): bigint =>
  bucket === 'ON_HAND' ? freeOf(batch) : batch.buckets[bucket];

export function someBucket({ random }: Scene, batch: Batch): StockBucket {
  const filled = buckets.filter((bucket) => thereIn(batch, bucket) > 0n);
  return filled.length > 0 && random.chance(0.85) ? random.pick(filled) : random.pick(buckets);
}

function shift(scene: Scene): Step | null {
  const batch = someBatch(scene);
  if (batch === null) return null;
  const from = someBucket(scene, batch);
  const to = scene.random.pick(buckets);
  const quantity = someAmount(scene.random, thereIn(batch, from));
  const witness = someWitness(scene);
  return onBatch(
    scene,
    batch,
    `move ${shown(quantity)} from ${from} to ${to}${witness === null ? ' unwitnessed' : ''}`,
    (input) => async (tx) =>
      moveBucket(tx, { ...input, from, to, quantity: shown(quantity), reason: 'moved', witness }),
    {
      before: () => (from === to || from === 'RESERVED' || to === 'RESERVED' ? 'BAD_USER_INPUT' : positive(quantity)()),
      then: (model, now) => {
        const isFreeing = from !== 'ON_HAND' && (to === 'ON_HAND' || to === 'HOLD');
        if (to === 'ON_HAND' && now.status !== 'LIVE' && now.status !== 'SOLD_OUT') return 'INVALID_STATUS_TRANSITION';
        const unusable = whyUnusable(lotOf(model, now));
        if (isFreeing && unusable !== null) return unusable;
        if (isFreeing && now.excursionId !== null) return 'LOT_QUARANTINED';
        if (quantity > thereIn(now, from)) return 'INSUFFICIENT_INVENTORY';
        const leaves = (bucket: StockBucket) => bucket === 'DEFECTIVE' || bucket === 'SAMPLE';
        const lowers = leaves(from) || leaves(to);
        if (lowers && productOf(model, now).isScheduled && witness === null) return 'WITNESS_REQUIRED';
        takeOut(model, now, from, quantity);
        putInto(model, now, to, quantity);
        return 'done';
      },
    },
  );
}

/** Afterwards the units are on hand, and nowhere else. */
export function takeOut(model: Model, batch: Batch, from: StockBucket, quantity: bigint): void {
  if (from === 'QUARANTINE') move(model, batch, 'UNQUARANTINE', 'QUARANTINE', -quantity);
  if (from === 'HOLD') move(model, batch, 'UNHOLD', 'HOLD', -quantity);
  if (from !== 'DEFECTIVE' && from !== 'SAMPLE') return;
  const type = from === 'DEFECTIVE' ? 'DEFECT' : 'SAMPLE';
  move(model, batch, type, from, -quantity);
  move(model, batch, type, 'ON_HAND', quantity);
}

function putInto(model: Model, batch: Batch, to: StockBucket, quantity: bigint): void {
  if (to === 'HOLD') move(model, batch, 'HOLD', 'HOLD', quantity);
  if (to === 'QUARANTINE') {
    move(model, batch, 'QUARANTINE', 'QUARANTINE', quantity);
    // Defects and samples were not held with the rest of the batch when its lot was blocked.
    const causes = [byHand(batch), ...lotCauses(lotOf(model, batch)), ...excursionCauses(batch)];
    for (const cause of causes) addToCause(batch, cause, quantity);
  }
  if (to !== 'DEFECTIVE' && to !== 'SAMPLE') return;
  const type = to === 'DEFECTIVE' ? 'DEFECT' : 'SAMPLE';
  move(model, batch, type, 'ON_HAND', -quantity);
  move(model, batch, type, to, quantity);
}

function carry(scene: Scene): Step | null {
  const batch = someBatch(scene);
  if (batch === null) return null;
  const { world, random } = scene;
  const storageUnitId = random.pick([null, ...world.storageUnits.map(({ id }) => id)]);
  const step = onBatch(
    scene,
    batch,
    `move to unit ${storageUnitId === null ? 'none' : short(storageUnitId)}`,
    ({ stockId }) =>
      async (tx) =>
        moveStock(tx, { stockId, storageUnitId }),
    {
      then: (model, now) => {
        const unit = world.storageUnits.find(({ id }) => id === storageUnitId);
        if (unit !== undefined && unit.placeId !== now.placeId) return 'NOT_FOUND';
        now.storageUnitId = storageUnitId;
        touch(model, now);
        return 'done';
      },
    },
  );
  return { ...step, isUnkeyed: true };
}
