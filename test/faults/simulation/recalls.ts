/** Recalls: of lots by their numbers or of all of a product, closed with and without release. */
import { closeRecall } from '../../../src/domain/recalls/close-recall.ts';
import { issueRecall } from '../../../src/domain/recalls/issue-recall.ts';
import { newKey } from '../../clinic.ts';
import { batchesOf } from './lots.ts';
import { known, lotKey, lotOf, type Model, type Recall } from './model.ts';
import { endCause, quarantineAll, touch } from './rules.ts';
import { calls, idOf, short, somebody, someBatch, type Kind, type Scene, type Step } from './scene.ts';

export const recallKinds: readonly Kind[] = [
  { weight: 1, make: issue },
  { weight: 3, make: close },
];

function issue(scene: Scene): Step | null {
  const { world, random } = scene;
  const batch = someBatch(scene);
  if (batch === null) return null;
  const lot = lotOf(scene.model, batch);
  const actor = somebody(scene);
  // One number more, of a lot that may come in later.
  const numbers = random.chance(0.15) ? [] : [lot.number.toLowerCase(), `R${random.between(1, 999_999)}`];
  const input = {
    ...{ idempotencyKey: newKey(), reference: newKey(), recallClass: 'CLASS_I' as const, reason: 'glass' },
    ...{ productId: lot.productId, lotNumbers: numbers },
  };
  return {
    words: `recall ${numbers.length === 0 ? 'all lots' : `lot ${short(lot.id)}`} of product ${short(lot.productId)}`,
    about: [lot.id, batch.id, lot.productId],
    isRepeatable: true,
    call: calls(world, actor, async (tx) => issueRecall(tx, input)),
    play: (model, made) => {
      const keys = numbers.map(lotKey);
      const lots = [...model.lots.values()].filter(
        ({ productId, number }) => productId === lot.productId && (keys.length === 0 || keys.includes(lotKey(number))),
      );
      const recall: Recall = {
        ...{ id: idOf(made, 'recall'), productId: lot.productId, keys, lotIds: new Set(lots.map(({ id }) => id)) },
        ...{ status: 'ACTIVE', isReleased: false },
      };
      model.recalls.set(recall.id, recall);
      touch(model, recall);
      for (const each of lots) {
        each.isRecalled = true;
        for (const held of batchesOf(model, each.id)) quarantineAll(model, held, `RECALL ${each.id}`);
      }
      return 'done';
    },
  };
}

function close(scene: Scene): Step | null {
  const { world, model, random } = scene;
  const all = [...model.recalls.values()];
  const active = all.filter(({ status }) => status === 'ACTIVE');
  const chosen = active.length > 0 && random.chance(0.9) ? active : all;
  if (chosen.length === 0 || (active.length === 0 && random.chance(0.8))) return null;
  const { id } = random.pick(chosen);
  const actor = somebody(scene);
  const releaseLots = random.chance(0.9);
  const input = { idempotencyKey: newKey(), recallId: id, resolution: 'seen to', releaseLots };
  return {
    words: `close recall ${short(id)}${releaseLots ? ' with release' : ''}`,
    about: [id],
    isRepeatable: true,
    call: calls(world, actor, async (tx) => closeRecall(tx, input)),
    play: (now) => {
      if (actor.locationIds.length < world.places.length) return 'FORBIDDEN';
      const recall = known(now.recalls, id);
      if (recall.status !== 'ACTIVE') return 'INVALID_STATUS_TRANSITION';
      recall.status = 'CLOSED';
      recall.isReleased = releaseLots;
      touch(now, recall);
      if (releaseLots) release(now, recall);
      return 'done';
    },
  };
}

/** What no other recall blocks: an open one, or one that was closed without release. */
function release(model: Model, recall: Recall): void {
  const others = [...model.recalls.values()].filter(({ id, isReleased }) => id !== recall.id && !isReleased);
  for (const lotId of recall.lotIds) {
    const lot = model.lots.get(lotId);
    if (lot === undefined || others.some(({ lotIds }) => lotIds.has(lotId))) continue;
    lot.isRecalled = false;
    for (const batch of batchesOf(model, lotId)) endCause(model, batch, `RECALL ${lotId}`);
  }
}
