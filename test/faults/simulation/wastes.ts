/** What is written off: units out of a bucket, doses out of an opened vial. */
import { recordWaste } from '../../../src/domain/waste/record-waste.ts';
import { newKey } from '../../clinic.ts';
import { known, productOf } from './model.ts';
import { move, type Verdict } from './rules.ts';
import { calls, mayAt, short, someAmount, somebody, someBatch, type Kind, type Scene, type Step } from './scene.ts';
import { shown } from './units.ts';
import { noteCorrection, onBatch, positive, someBucket, someWitness, thereIn } from './shelf.ts';
import { remainsOf, someVial, waste } from './vials.ts';

export const wasteKinds: readonly Kind[] = [
  { weight: 6, make: wasteUnits },
  { weight: 2, make: spill },
];

function wasteUnits(scene: Scene): Step | null {
  const batch = someBatch(scene);
  if (batch === null) return null;
  const bucket = someBucket(scene, batch);
  const quantity = someAmount(scene.random, thereIn(batch, bucket));
  const witness = someWitness(scene);
  const reason = scene.random.pick(['DAMAGED', 'EXPIRED', 'LOST_OR_STOLEN'] as const);
  return onBatch(
    scene,
    batch,
    `waste ${shown(quantity)} ${reason} out of ${bucket}${witness === null ? ', unwitnessed,' : ''}`,
    (input) => async (tx) =>
      recordWaste(tx, { ...input, bucket, quantity: shown(quantity), reason, note: 'seen', witness }),
    {
      before: () => (quantity === 0n ? positive(quantity)() : bucket === 'RESERVED' ? 'BAD_USER_INPUT' : null),
      then: (model, now): Verdict => {
        if (quantity > thereIn(now, bucket)) return 'INSUFFICIENT_INVENTORY';
        if (productOf(model, now).isScheduled && witness === null) return 'WITNESS_REQUIRED';
        if (bucket === 'QUARANTINE') move(model, now, 'UNQUARANTINE', 'QUARANTINE', -quantity);
        if (bucket === 'HOLD') move(model, now, 'UNHOLD', 'HOLD', -quantity);
        const hasLeft = bucket === 'DEFECTIVE' || bucket === 'SAMPLE';
        move(model, now, 'WASTE', hasLeft ? bucket : 'ON_HAND', -quantity);
        // What is lost was missing before somebody wrote it off.
        if (reason === 'LOST_OR_STOLEN') noteCorrection(model, now, quantity);
        return 'done';
      },
    },
  );
}

function spill(scene: Scene): Step | null {
  const vial = someVial(scene);
  if (vial === null) return null;
  const actor = somebody(scene);
  const doses = someAmount(scene.random, remainsOf(vial));
  const witness = someWitness(scene);
  const { placeId } = known(scene.model.batches, vial.batchId);
  const input = {
    idempotencyKey: newKey(),
    sessionId: vial.id,
    quantity: shown(doses),
    reason: 'SPILLED' as const,
    witness,
  };
  return {
    words: `spill ${shown(doses)} of vial ${short(vial.id)}${witness === null ? ', unwitnessed' : ''}`,
    about: [vial.id, vial.batchId],
    isRepeatable: true,
    call: calls(scene.world, actor, async (tx) => recordWaste(tx, input)),
    play: (model) => {
      if (doses === 0n) return 'INVALID_QUANTITY';
      if (!mayAt(actor, placeId)) return 'NOT_FOUND';
      const now = known(model.vials, vial.id);
      if (now.status !== 'OPEN' && now.status !== 'EXPIRED') return 'VIAL_NOT_OPEN';
      if (doses > remainsOf(now)) return 'VIAL_OVERDRAWN';
      if (productOf(model, known(model.batches, now.batchId)).isScheduled && witness === null)
        return 'WITNESS_REQUIRED';
      const isLast = doses === remainsOf(now);
      waste(model, now, doses, isLast);
      if (isLast && now.status === 'OPEN') now.status = 'DEPLETED';
      return 'done';
    },
  };
}
