/** Stock counts: begun, told in parts by several people, handed in, counted again, posted, or given up. */
import { approveCount } from '../../../src/domain/counts/approve-count.ts';
import { cancelCount } from '../../../src/domain/counts/cancel-count.ts';
import { recordCount } from '../../../src/domain/counts/record-count.ts';
import { startCount } from '../../../src/domain/counts/start-count.ts';
import { submitCount } from '../../../src/domain/counts/submit-count.ts';
import type { Actor } from '../../../src/actor.ts';
import type { CountStatus } from '../../../src/schema/enums.ts';
import { newKey } from '../../clinic.ts';
import { known, productOf, type Batch, type Count, type CountLine, type Figure, type Model } from './model.ts';
import { activeOf, endReservation, freeOf, move, settle, touch, type Verdict } from './rules.ts';
import { zones, calls, idOf, mayAt, short, somebody, somePlace, type Kind, type Scene, type Step } from './scene.ts';
import { someWitness } from './shelf.ts';
import { least, one, shown, units } from './units.ts';

export const countKinds: readonly Kind[] = [
  { weight: 2, make: start },
  { weight: 10, make: tell },
  { weight: 6, make: submit },
  { weight: 5, make: approve },
  { weight: 1, make: cancel },
];

function start(scene: Scene): Step {
  const { world, random } = scene;
  const placeId = somePlace(scene);
  const zone = random.pick([...zones, ...zones, null]);
  const actor = somebody(scene);
  return {
    words: `count zone ${zone ?? 'all'} of ${short(placeId)}`,
    about: [],
    isRepeatable: false,
    isUnkeyed: true,
    call: calls(world, actor, async (tx) => {
      const result = await startCount(tx, { locationId: placeId, zone });
      const lines = await tx.sql<{ id: string; stockId: string }>(
        'SELECT id, stock_id AS "stockId" FROM inventory.inventory_count_line WHERE count_id = $1 ORDER BY stock_id',
        [idOf(result, 'count')],
      );
      return { ...result, line: lines.map(({ id }) => id) };
    }),
    play: (model, made) => {
      if (!mayAt(actor, placeId)) return 'NOT_FOUND';
      const batches = [...model.batches.values()]
        .filter(
          (batch) => batch.placeId === placeId && batch.buckets.ON_HAND > 0n && (zone === null || batch.zone === zone),
        )
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      if (batches.length === 0) return 'BAD_USER_INPUT';
      const open = [...model.counts.values()].filter(({ status }) => !isEnded(status)).flatMap(({ lines }) => lines);
      if (batches.some(({ id }) => open.some(({ batchId }) => batchId === id))) return 'DUPLICATE';
      const lines = batches.map(({ id }, index): CountLine => ({
        ...{ id: made['line']?.[index] ?? '', batchId: id, first: null, second: null },
        ...{ isSecondNeeded: false, isTouched: false },
      }));
      const count: Count = { id: idOf(made, 'count'), placeId, status: 'IN_PROGRESS', lines, counters: new Set() };
      model.counts.set(count.id, count);
      touch(model, count);
      return 'done';
    },
  };
}

const isEnded = (status: CountStatus): boolean => status === 'APPROVED' || status === 'CANCELLED';

/** One that is likely in the state for it. */
function someCount({ model, random }: Scene, states: readonly CountStatus[]): Count | null {
  const all = [...model.counts.values()];
  const fitting = all.filter(({ status }) => states.includes(status));
  if (fitting.length === 0 && random.chance(0.9)) return null;
  const chosen = fitting.length > 0 && random.chance(0.9) ? fitting : all;
  return chosen.length === 0 ? null : random.pick(chosen);
}

function tell(scene: Scene): Step | null {
  const { model, random, world } = scene;
  const count = someCount(scene, ['IN_PROGRESS', 'RECOUNTING']);
  if (count === null) return null;
  const isSecond = count.status === 'RECOUNTING';
  const due = count.lines.filter((line) => (isSecond ? line.isSecondNeeded : line.first === null));
  const share = random.chance(0.5) ? 1 : 0.7;
  const chosen = (due.length > 0 ? due : count.lines).filter(() => random.chance(share));
  if (chosen.length === 0) return null;
  const actor = someCounter(scene, isSecond ? chosen : []);
  const figures = new Map(chosen.map(({ id, batchId }) => [id, someFigure(scene, known(model.batches, batchId))]));
  const lines = [...figures].map(([lineId, counted]) => ({ lineId, counted: shown(counted) }));
  return {
    words: `tell ${lines.length} lines of count ${short(count.id)}`,
    about: [count.id],
    isRepeatable: true,
    isUnkeyed: true,
    call: calls(world, actor, async (tx) => recordCount(tx, { countId: count.id, lines })),
    play: (now) => {
      if ([...figures.values()].some((counted) => counted < 0n)) return 'NEGATIVE_QUANTITY';
      if (!mayAt(actor, count.placeId)) return 'NOT_FOUND';
      return record(now, known(now.counts, count.id), figures, actor);
    },
  };
}

/** Mostly not the manager, who approves, and for a second count another than for the first. */
function someCounter(scene: Scene, lines: readonly CountLine[]): Actor {
  const { pharmacist, second, provider, technician } = scene.world.people;
  const others = [pharmacist, second, provider, technician].filter(
    ({ id }) => !lines.some(({ first }) => first?.by === id),
  );
  return others.length === 0 || scene.random.chance(0.1) ? somebody(scene) : scene.random.pick(others);
}

/** Mostly what is there; at times a little off, or far. */
function someFigure({ random }: Scene, { buckets }: Batch): bigint {
  const there = buckets.ON_HAND;
  const off = random.pick(
    ['0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0.5', '-0.5', '1', '-1', '3', '-3'].map(units),
  );
  if (random.chance(0.03)) return 0n;
  if (random.chance(0.005)) return -one;
  return there + off < 0n ? 0n : there + off;
}

function record(model: Model, count: Count, figures: ReadonlyMap<string, bigint>, actor: Actor): Verdict {
  if (count.status !== 'IN_PROGRESS' && count.status !== 'RECOUNTING') return 'INVALID_STATUS_TRANSITION';
  const isSecond = count.status === 'RECOUNTING';
  const lines = count.lines.filter(({ id }) => figures.has(id));
  if (isSecond && lines.some(({ first }) => first?.by === actor.id)) return 'RECOUNT_REQUIRED';
  for (const line of lines) {
    const counted = figures.get(line.id) ?? 0n;
    const before = isSecond ? line.second : line.first;
    if (before?.by === actor.id && before.counted === counted && !isOutOfDate(model, line)) continue;
    const figure: Figure = { expected: known(model.batches, line.batchId).buckets.ON_HAND, counted, by: actor.id };
    if (isSecond) line.second = figure;
    else line.first = figure;
    if (isSecond) line.isSecondNeeded = false;
    line.isTouched = false;
    count.counters.add(actor.id);
  }
  touch(model, count);
  return 'done';
}

const differenceOf = ({ first, second }: CountLine): bigint => {
  const figure = second ?? first;
  return figure === null ? 0n : figure.counted - figure.expected;
};

/** Nothing can be said by its figure any more. */
function isOutOfDate(model: Model, line: CountLine): boolean {
  const { status, buckets } = known(model.batches, line.batchId);
  const difference = differenceOf(line);
  return line.isTouched || (difference > 0n ? status === 'CLOSED' : buckets.ON_HAND + difference < 0n);
}

/** Whether it may be posted as it is. */
function holds(model: Model, line: CountLine): boolean {
  const { first, second, isSecondNeeded, batchId } = line;
  const batch = known(model.batches, batchId);
  const difference = differenceOf(line);
  if (isOutOfDate(model, line)) return false;
  if (second !== null) return true;
  if (isSecondNeeded || first === null) return false;
  if (productOf(model, batch).isScheduled) return difference === 0n;
  const size = difference < 0n ? -difference : difference;
  return size <= one || size * 100n <= first.expected;
}

function onCount(
  scene: Scene,
  verb: typeof submitCount,
  word: string,
  states: readonly CountStatus[],
  then: (model: Model, count: Count) => Verdict,
): Step | null {
  const count = someCount(scene, states);
  if (count === null) return null;
  const actor = somebody(scene);
  const input = { idempotencyKey: newKey(), countId: count.id };
  return {
    words: `${word} count ${short(count.id)}`,
    about: [count.id],
    isRepeatable: true,
    call: calls(scene.world, actor, async (tx) => verb(tx, input)),
    play: (model) => {
      if (!mayAt(actor, count.placeId)) return 'NOT_FOUND';
      return then(model, known(model.counts, count.id));
    },
  };
}

function submit(scene: Scene): Step | null {
  return onCount(scene, submitCount, 'hand in', ['IN_PROGRESS', 'RECOUNTING', 'SUBMITTED'], (model, count) => {
    if (isEnded(count.status)) return 'INVALID_STATUS_TRANSITION';
    if (count.lines.some(({ first }) => first === null)) return 'COUNT_INCOMPLETE';
    const open = count.lines.filter((line) => !holds(model, line));
    if (open.length > 0 && count.status === 'RECOUNTING') return 'RECOUNT_REQUIRED';
    if (open.length === 0 && count.status === 'SUBMITTED') return 'INVALID_STATUS_TRANSITION';
    for (const line of open) Object.assign(line, { second: null, isSecondNeeded: true });
    if (open.length === 0) for (const line of count.lines) line.isSecondNeeded = false;
    count.status = open.length === 0 ? 'SUBMITTED' : 'RECOUNTING';
    touch(model, count);
    return 'done';
  });
}

function cancel(scene: Scene): Step | null {
  if (scene.random.chance(0.6)) return null;
  return onCount(scene, cancelCount, 'cancel', ['RECOUNTING', 'SUBMITTED'], (model, count) => {
    if (isEnded(count.status)) return 'INVALID_STATUS_TRANSITION';
    count.status = 'CANCELLED';
    touch(model, count);
    return 'done';
  });
}

function approve(scene: Scene): Step | null {
  const count = someCount(scene, ['SUBMITTED']);
  if (count === null) return null;
  const actor = scene.random.chance(0.8) ? scene.world.people.manager : somebody(scene);
  const witness = someWitness(scene);
  const input = { idempotencyKey: newKey(), countId: count.id, witness };
  return {
    words: `approve count ${short(count.id)}${witness === null ? ', unwitnessed' : ''}`,
    about: [count.id, ...count.lines.filter((line) => differenceOf(line) !== 0n).map(({ batchId }) => batchId)],
    isRepeatable: true,
    call: calls(scene.world, actor, async (tx) => approveCount(tx, input)),
    play: (model) => {
      if (!mayAt(actor, count.placeId)) return 'NOT_FOUND';
      const now = known(model.counts, count.id);
      if (now.status !== 'SUBMITTED') return 'INVALID_STATUS_TRANSITION';
      const lacks = (line: CountLine) =>
        differenceOf(line) < 0n && productOf(model, known(model.batches, line.batchId)).isScheduled;
      if (witness === null && now.lines.some(lacks)) return 'WITNESS_REQUIRED';
      if (now.counters.has(actor.id)) return 'SEPARATION_OF_DUTIES';
      if (now.lines.some((line) => !holds(model, line))) return 'RECOUNT_REQUIRED';
      for (const line of now.lines) post(model, known(model.batches, line.batchId), differenceOf(line));
      now.status = 'APPROVED';
      touch(model, now);
      return 'done';
    },
  };
}

/** A shortage eats free units, then reservations, the newest first and each whole, then hold, then quarantine. */
function post(model: Model, batch: Batch, difference: bigint): void {
  if (difference >= 0n) {
    move(model, batch, 'COUNT_ADJUSTMENT', 'ON_HAND', difference);
    if (difference > 0n) settle(model, batch, difference);
    return;
  }
  let left = -difference - freeOf(batch);
  const reservations = left > 0n ? activeOf(model, batch) : [];
  for (const reservation of reservations) {
    if (left <= 0n) break;
    endReservation(model, reservation, 'RELEASED');
    left -= reservation.quantity;
  }
  const fromHold = left > 0n ? least(left, batch.buckets.HOLD) : 0n;
  move(model, batch, 'UNHOLD', 'HOLD', -fromHold);
  if (left > fromHold) move(model, batch, 'UNQUARANTINE', 'QUARANTINE', -(left - fromHold));
  move(model, batch, 'COUNT_ADJUSTMENT', 'ON_HAND', difference);
  if (left < 0n && reservations.length > 0) settle(model, batch, -left);
}
