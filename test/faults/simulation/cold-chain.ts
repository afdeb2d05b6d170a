/**
 * Batches that were out of their limits for too long: held back, looked at by a person, released or not. That the budget
 * is spent is arranged here; from readings to minutes is shown elsewhere.
 */
import { acknowledgeExcursion } from '../../../src/domain/cold-chain/acknowledge-excursion.ts';
import { holdBatches } from '../../../src/domain/cold-chain/hold-batches.ts';
import { claimOnly } from '../../../src/domain/claim.ts';
import { newKey } from '../../clinic.ts';
import { known, type Batch } from './model.ts';
import { endCause, quarantineAll, touch } from './rules.ts';
import { calls, mayAt, short, somebody, someBatch, type Kind, type Scene, type Step } from './scene.ts';

export const coldKinds: readonly Kind[] = [
  { weight: 1, make: warm },
  { weight: 2, make: decide },
];

function warm(scene: Scene): Step | null {
  const { world, random } = scene;
  const batch = someBatch(scene);
  if (batch === null) return null;
  const excursionId = newKey();
  const storageUnitId = random.pick(world.storageUnits).id;
  const { clinic } = world;
  const hold = calls(world, clinic.systemSession().actor, async (tx) => {
    await claimOnly(tx, { mutation: 'evaluateExcursions', key: null, input: {} });
    await holdBatches(tx, [{ stockId: batch.id, excursionId }]);
    return {};
  });
  return {
    words: `batch ${short(batch.id)} was too warm, excursion ${short(excursionId)}`,
    about: [batch.id, excursionId],
    isRepeatable: true,
    isUnkeyed: true,
    call: async () => {
      await clinic.owner.query(
        `WITH said AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true))
         INSERT INTO inventory.temperature_excursion (id, kind, storage_unit_id, stock_id, started_at, ended_at, min_celsius, max_celsius, minutes_out,
           limit_min_celsius, limit_max_celsius, grace_minutes, budget_minutes)
         SELECT $1, 'CUMULATIVE', $2, $3, now() - interval '2 hours', now() - interval '1 hour', 9, 12, 60, 2, 8, 5, 30 FROM said ON CONFLICT DO NOTHING`,
        [excursionId, storageUnitId, batch.id],
      );
      return hold();
    },
    play: (model) => {
      const now = known(model.batches, batch.id);
      model.excursions.set(excursionId, { id: excursionId, batchId: now.id, isSeen: false, isReleased: false });
      if (now.excursionId === excursionId) return 'done';
      quarantineAll(model, now, `EXCURSION ${excursionId}`);
      now.excursionId = excursionId;
      return 'done';
    },
  };
}

function decide(scene: Scene): Step | null {
  const { world, model, random } = scene;
  const all = [...model.excursions.values()];
  const open = all.filter(({ isReleased }) => !isReleased);
  const chosen = open.length > 0 && random.chance(0.9) ? open : all;
  if (chosen.length === 0) return null;
  const { id, batchId } = random.pick(chosen);
  const { placeId } = known(model.batches, batchId);
  const actor = somebody(scene);
  const release = random.chance(0.7);
  return {
    words: `acknowledge excursion ${short(id)} of batch ${short(batchId)}${release ? ' with release' : ''}`,
    about: [id, batchId],
    isRepeatable: false,
    isUnkeyed: true,
    call: calls(world, actor, async (tx) => {
      await acknowledgeExcursion(tx, { excursionId: id, comment: 'seen', release });
      return {};
    }),
    play: (now) => {
      if (!mayAt(actor, placeId)) return 'NOT_FOUND';
      const excursion = known(now.excursions, id);
      if (excursion.isSeen && (excursion.isReleased || !release)) return 'ALREADY_REVIEWED';
      excursion.isSeen = true;
      if (!release) return 'done';
      excursion.isReleased = true;
      const batch = known(now.batches, batchId);
      endCause(now, batch, `EXCURSION ${id}`);
      touch(now, batch);
      batch.excursionId = lastExcursion(batch);
      return 'done';
    },
  };
}

/** That holds units still. */
function lastExcursion({ causes }: Batch): string | null {
  const held = [...causes.keys()].filter((cause) => cause.startsWith('EXCURSION '));
  return held.at(-1)?.slice('EXCURSION '.length) ?? null;
}
