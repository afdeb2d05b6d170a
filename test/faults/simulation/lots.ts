/** The life of a batch, a lot that is blocked by hand, and one whose last day passes. */
import { changeLotStatus } from '../../../src/domain/stock/change-lot-status.ts';
import { changeStockStatus } from '../../../src/domain/stock/change-stock-status.ts';
import { expireLots } from '../../../src/domain/stock/expire-lots.ts';
import { newKey } from '../../clinic.ts';
import type { StockStatus } from '../../../src/schema/enums.ts';
import { known, lotOf, type Batch, type Model } from './model.ts';
import { byHand, endCause, freeOf, move, quarantineAll, touch, whyUnusable, type Verdict } from './rules.ts';
import { calls, short, someBatch, somebody, somePlace, type Kind, type Scene, type Step } from './scene.ts';
import { onBatch } from './shelf.ts';

export const lotKinds: readonly Kind[] = [
  { weight: 9, make: bring },
  { weight: 3, make: tidy },
  { weight: 3, make: block },
  { weight: 1, make: letPass },
  { weight: 2, make: expire },
];

const statuses: readonly StockStatus[] = [
  'LIVE',
  'LIVE',
  'LIVE',
  'ON_HOLD',
  'QUARANTINED',
  'CLOSED',
  'SOLD_OUT',
  'AWAITING_INTAKE',
];

/** What a person may ask for. */
const allowed: Readonly<Record<StockStatus, readonly StockStatus[]>> = {
  AWAITING_INTAKE: ['LIVE', 'QUARANTINED', 'CLOSED'],
  LIVE: ['ON_HOLD', 'QUARANTINED', 'CLOSED'],
  ON_HOLD: ['LIVE', 'QUARANTINED', 'CLOSED'],
  QUARANTINED: ['LIVE', 'ON_HOLD', 'CLOSED'],
  SOLD_OUT: ['CLOSED'],
  CLOSED: [],
};

function bring(scene: Scene): Step | null {
  const batch = someBatch(scene);
  return batch === null ? null : changeTo(scene, batch, scene.random.pick(statuses));
}

/** So that there is an end to all that was sold. */
function tidy(scene: Scene): Step | null {
  const batch = someBatch({ ...scene, focus: null }, ({ status }) => status === 'SOLD_OUT');
  return batch === null ? null : changeTo(scene, batch, 'CLOSED');
}

function changeTo(scene: Scene, batch: Batch, status: StockStatus): Step {
  return onBatch(
    scene,
    batch,
    `status to ${status}`,
    (input) => async (tx) => changeStockStatus(tx, { ...input, status, reason: 'decided' }),
    { then: (model, now) => changed(model, now, status) },
  );
}

function changed(model: Model, batch: Batch, to: StockStatus): Verdict {
  const { buckets, status } = batch;
  if (!allowed[status].includes(to)) return 'INVALID_STATUS_TRANSITION';
  if (to === 'CLOSED' && buckets.ON_HAND + buckets.DEFECTIVE + buckets.SAMPLE > 0n) return 'INVALID_STATUS_TRANSITION';
  const unusable = whyUnusable(lotOf(model, batch));
  const frees = to === 'LIVE' || (status === 'QUARANTINED' && to === 'ON_HOLD');
  if (frees && unusable !== null) return unusable;
  if (to === 'QUARANTINED') quarantineAll(model, batch, byHand(batch));
  else if (status === 'QUARANTINED' && to !== 'CLOSED') endCause(model, batch, byHand(batch), to);
  else if (to === 'ON_HOLD') move(model, batch, 'HOLD', 'HOLD', freeOf(batch));
  else move(model, batch, 'UNHOLD', 'HOLD', -buckets.HOLD);
  batch.status = to;
  return 'done';
}

function block(scene: Scene): Step | null {
  const { world, model, random } = scene;
  const batch = someBatch(scene);
  if (batch === null) return null;
  const lot = lotOf(model, batch);
  const actor = somebody(scene);
  const quarantined = random.chance(0.9) ? !lot.isQuarantined : lot.isQuarantined;
  const input = { idempotencyKey: newKey(), lotId: lot.id, quarantined, reason: 'in doubt' };
  return {
    words: `lot ${short(lot.id)} ${quarantined ? 'into' : 'out of'} quarantine`,
    about: [lot.id, batch.id],
    isRepeatable: true,
    call: calls(world, actor, async (tx) => changeLotStatus(tx, input)),
    play: (now) => {
      const its = known(now.lots, lot.id);
      its.isQuarantined = quarantined;
      const cause = `MANUAL ${lot.id}`;
      for (const each of batchesOf(now, lot.id)) {
        if (quarantined) quarantineAll(now, each, cause);
        else endCause(now, each, cause);
      }
      return 'done';
    },
  };
}

export function batchesOf(model: Model, lotId: string): Batch[] {
  return [...model.batches.values()].filter((batch) => batch.lotId === lotId);
}

function letPass(scene: Scene): Step | null {
  const batch = someBatch(scene);
  if (batch === null || scene.random.chance(0.5)) return null;
  const lot = lotOf(scene.model, batch);
  const { owner } = scene.world.clinic;
  return {
    words: `the last day of lot ${short(lot.id)} passes`,
    about: [lot.id, batch.id],
    isRepeatable: true,
    isArranged: true,
    call: async () => {
      await owner.query(
        `WITH said AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true)),
         lot AS (UPDATE inventory.inventory_lot SET expires_on = '2020-06-30' FROM said WHERE id = $1),
         vial AS (UPDATE inventory.open_vial_session SET opened_at = now() - interval '2 days', expires_at = now() - interval '1 day' FROM said
           WHERE lot_id = $1 AND status <> 'CLOSED')
         UPDATE inventory.stock SET lot_expires_on = '2020-06-30' FROM said WHERE lot_id = $1`,
        [lot.id],
      );
      return {};
    },
    play: (model) => {
      const its = known(model.lots, lot.id);
      its.expiresOn = '2020-06-30';
      its.isOver = true;
      for (const each of batchesOf(model, lot.id)) touch(model, each);
      for (const vial of model.vials.values()) {
        if (known(model.batches, vial.batchId).lotId === lot.id) vial.isPast = true;
      }
      return 'done';
    },
  };
}

/** The worker's run for one place. */
function expire(scene: Scene): Step {
  const { clinic } = scene.world;
  const placeId = somePlace(scene);
  return {
    words: `expire lots at ${short(placeId)}`,
    about: [],
    isRepeatable: true,
    skipsHeld: true,
    call: calls(scene.world, clinic.systemSession().actor, async (tx) => {
      await expireLots(tx, placeId);
      return {};
    }),
    play: (model) => {
      for (const batch of model.batches.values()) {
        const lot = lotOf(model, batch);
        const isGone = batch.status === 'SOLD_OUT' || batch.status === 'CLOSED';
        if (batch.placeId === placeId && lot.isOver && !isGone) quarantineAll(model, batch, `EXPIRY ${lot.id}`);
      }
      return 'done';
    },
  };
}
