/** Opened vials: uses, uses taken back, closing, the end of their time. */
import { closeVial } from '../../../src/domain/vials/close-vial.ts';
import { expireVials } from '../../../src/domain/vials/expire-vials.ts';
import { reverseVialUsage } from '../../../src/domain/vials/reverse-vial-usage.ts';
import { useVial } from '../../../src/domain/vials/use-vial.ts';
import { newKey } from '../../clinic.ts';
import { known, lotOf, productOf, type Model, type Use, type Vial } from './model.ts';
import { isAuthoriser } from './openings.ts';
import { touch, whyUnusable, type Verdict } from './rules.ts';
import { calls, idOf, mayAt, short, someAmount, somebody, type Kind, type Scene, type Step } from './scene.ts';
import { someWitness } from './shelf.ts';
import { halfUp, least, shown, total } from './units.ts';

export const vialKinds: readonly Kind[] = [
  { weight: 10, make: use },
  { weight: 4, make: takeBack },
  { weight: 3, make: close },
  { weight: 1, make: letPass },
  { weight: 2, make: expire },
];

export const remainsOf = ({ initial, used, wasted }: Vial): bigint => initial - used - wasted;

export function someVial({ model, random, focus }: Scene): Vial | null {
  const all = [...model.vials.values()];
  const focused = all.filter(({ batchId }) => batchId === focus);
  const isGood = ({ batchId }: Vial) => whyUnusable(lotOf(model, known(model.batches, batchId))) === null;
  const open = all.filter(({ status, isPast }) => status === 'OPEN' && !isPast);
  const good = open.filter(isGood);
  const alive = good.length > 0 && random.chance(0.8) ? good : open;
  const chosen = focused.length > 0 ? focused : alive.length > 0 && random.chance(0.85) ? alive : all;
  return chosen.length === 0 ? null : random.pick(chosen);
}

function use(scene: Scene): Step | null {
  const { world, random } = scene;
  const vial = someVial(scene);
  if (vial === null) return null;
  const actor = somebody(scene);
  const doses = someAmount(random, remainsOf(vial));
  const patientId = random.pick(world.patients);
  const signs = random.chance(0.5) ? { id: world.people.witness.id } : null;
  const input = {
    ...{ idempotencyKey: newKey(), sessionId: vial.id, patientId, providerId: world.people.provider.id },
    ...{ doses: shown(doses), charge: '100', authoriser: signs },
  };
  const { placeId } = known(scene.model.batches, vial.batchId);
  return {
    words: `use ${shown(doses)} of vial ${short(vial.id)} of batch ${short(vial.batchId)}`,
    about: [vial.id, vial.batchId],
    isRepeatable: true,
    call: calls(world, actor, async (tx) => useVial(tx, input)),
    play: (model, made) => {
      if (doses === 0n) return 'INVALID_QUANTITY';
      if (!mayAt(actor, placeId)) return 'NOT_FOUND';
      const now = known(model.vials, vial.id);
      const refused = whyNotDrawn(model, now, doses);
      if (refused !== null) return refused;
      const needsSigning = isForOne(model, now) && hadBy(now, (id) => id !== patientId);
      if (needsSigning && signs === null && !isAuthoriser(actor)) return 'AUTHORISER_REQUIRED';
      now.uses.push({ id: idOf(made, 'usage'), patientId, doses, reverses: null });
      now.used += doses;
      if (remainsOf(now) === 0n) now.status = 'DEPLETED';
      touch(model, now);
      return 'done';
    },
  };
}

function whyNotDrawn(model: Model, vial: Vial, doses: bigint): Verdict | null {
  const unusable = whyUnusable(lotOf(model, known(model.batches, vial.batchId)));
  if (unusable !== null) return unusable;
  if (known(model.batches, vial.batchId).excursionId !== null) return 'LOT_QUARANTINED';
  if (vial.status === 'EXPIRED' || (vial.status === 'OPEN' && vial.isPast)) return 'VIAL_EXPIRED';
  if (vial.status !== 'OPEN') return 'VIAL_NOT_OPEN';
  return doses > remainsOf(vial) ? 'VIAL_OVERDRAWN' : null;
}

const isForOne = (model: Model, vial: Vial): boolean =>
  productOf(model, known(model.batches, vial.batchId)).isForOnePatient;

function hadBy({ uses }: Vial, is: (patientId: string) => boolean): boolean {
  const net = new Map<string, bigint>();
  for (const { patientId, doses } of uses) net.set(patientId, (net.get(patientId) ?? 0n) + doses);
  return [...net].some(([patientId, doses]) => is(patientId) && doses > 0n);
}

/** What the uses have cost of the one unit so far. */
function spentOn(model: Model, { batchId, initial, uses }: Vial): bigint {
  const { unitCost } = known(model.batches, batchId);
  const costs = new Map<string, bigint>();
  for (const { id, doses, reverses } of uses) {
    const left = unitCost - total(costs.values());
    const cost = reverses === null ? least(halfUp(doses * unitCost, initial), left) : -(costs.get(reverses) ?? 0n);
    costs.set(id, cost);
  }
  return total(costs.values());
}

/** Doses become waste, which costs their share, or all that is left of the unit where nothing follows it. */
export function waste(model: Model, vial: Vial, doses: bigint, isLast: boolean): void {
  touch(model, vial);
  if (doses === 0n) return;
  const { unitCost } = known(model.batches, vial.batchId);
  const rest = unitCost - spentOn(model, vial) - total(vial.wasteCosts);
  vial.wasteCosts.push(isLast ? rest : least(halfUp(doses * unitCost, vial.initial), rest));
  vial.wasted += doses;
}

function takeBack(scene: Scene): Step | null {
  const { world, random } = scene;
  const vial = someVial(scene);
  if (vial === null || vial.uses.length === 0) return null;
  const its: Use = random.pick(vial.uses);
  const actor = somebody(scene);
  const witness = someWitness(scene);
  const { placeId } = known(scene.model.batches, vial.batchId);
  const input = { idempotencyKey: newKey(), usageId: its.id, reason: 'wrong vial', witness };
  return {
    words: `take back use ${short(its.id)} of ${shown(its.doses)} of vial ${short(vial.id)}${witness === null ? ', unwitnessed' : ''}`,
    about: [vial.id, vial.batchId],
    isRepeatable: true,
    call: calls(world, actor, async (tx) => reverseVialUsage(tx, input)),
    play: (model, made) => {
      if (!mayAt(actor, placeId)) return 'NOT_FOUND';
      const now = known(model.vials, vial.id);
      const isTaken = its.reverses !== null || now.uses.some(({ reverses }) => reverses === its.id);
      if (isTaken) return 'ALREADY_REVERSED';
      const batch = known(model.batches, now.batchId);
      const isInTime = !now.isPast && (now.status === 'OPEN' || now.status === 'DEPLETED');
      const comesBack = isInTime && whyUnusable(lotOf(model, batch)) === null;
      if (!comesBack && productOf(model, batch).isScheduled && witness === null) return 'WITNESS_REQUIRED';
      const isLast = remainsOf(now) === 0n;
      now.uses.push({ id: idOf(made, 'usage'), patientId: its.patientId, doses: -its.doses, reverses: its.id });
      now.used -= its.doses;
      if (comesBack) now.status = 'OPEN';
      else waste(model, now, its.doses, isLast);
      touch(model, now);
      return 'done';
    },
  };
}

function close(scene: Scene): Step | null {
  const { world } = scene;
  const vial = someVial(scene);
  if (vial === null) return null;
  const actor = somebody(scene);
  const witness = someWitness(scene);
  const { placeId } = known(scene.model.batches, vial.batchId);
  const input = { idempotencyKey: newKey(), sessionId: vial.id, wasteReason: 'CONTAMINATED' as const, witness };
  return {
    words: `close vial ${short(vial.id)} of batch ${short(vial.batchId)}${witness === null ? ', unwitnessed' : ''}`,
    about: [vial.id, vial.batchId],
    isRepeatable: true,
    call: calls(world, actor, async (tx) => closeVial(tx, input)),
    play: (model) => {
      if (!mayAt(actor, placeId)) return 'NOT_FOUND';
      const now = known(model.vials, vial.id);
      if (now.status !== 'OPEN' && now.status !== 'EXPIRED') return 'INVALID_STATUS_TRANSITION';
      const isScheduled = productOf(model, known(model.batches, now.batchId)).isScheduled;
      if (isScheduled && remainsOf(now) > 0n && witness === null) return 'WITNESS_REQUIRED';
      waste(model, now, remainsOf(now), true);
      now.status = 'CLOSED';
      return 'done';
    },
  };
}

function letPass(scene: Scene): Step | null {
  const vial = someVial(scene);
  if (vial === null || vial.status === 'CLOSED') return null;
  return {
    words: `the time of vial ${short(vial.id)} passes`,
    about: [vial.id, vial.batchId],
    isRepeatable: true,
    isArranged: true,
    call: async () => {
      await scene.world.clinic.owner.query(
        `WITH said AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true))
         UPDATE inventory.open_vial_session SET opened_at = now() - interval '2 days', expires_at = now() - interval '1 day' FROM said WHERE id = $1`,
        [vial.id],
      );
      return {};
    },
    play: (model) => {
      known(model.vials, vial.id).isPast = true;
      return 'done';
    },
  };
}

/** The worker's run. */
function expire(scene: Scene): Step {
  const { clinic } = scene.world;
  return {
    words: 'expire vials',
    about: [],
    isRepeatable: true,
    skipsHeld: true,
    call: calls(scene.world, clinic.systemSession().actor, async (tx) => ({ session: await expireVials(tx) })),
    play: (model) => {
      for (const vial of model.vials.values()) {
        if (vial.status !== 'OPEN' || !vial.isPast) continue;
        const waits = productOf(model, known(model.batches, vial.batchId)).isScheduled;
        if (!waits) waste(model, vial, remainsOf(vial), true);
        vial.status = 'EXPIRED';
        touch(model, vial);
      }
      return 'done';
    },
  };
}
