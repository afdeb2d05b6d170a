/** Deliveries: of new lots and of known ones, spelled in several ways, too late or with another expiry. */
import { intake } from '../../../src/domain/stock/intake.ts';
import { newKey } from '../../clinic.ts';
import { lotKey, type Batch, type Lot, type Model } from './model.ts';
import { addToCause, lotCauses, move, whyUnusable, type Verdict } from './rules.ts';
import {
  calls,
  idOf,
  mayAt,
  short,
  somebody,
  somePlace,
  someProduct,
  zones,
  type Kind,
  type Made,
  type Scene,
  type Step,
} from './scene.ts';
import { one, shown } from './units.ts';

export const deliveryKinds: readonly Kind[] = [{ weight: 14, make: deliver }];

interface Delivery {
  readonly lotNumber: string;
  readonly expiresOn: string | null;
  readonly quantity: bigint;
  readonly unitCost: bigint;
  readonly goLive: boolean;
  readonly zone: string;
}

function deliver(scene: Scene): Step {
  const { world, model, random } = scene;
  const actor = somebody(scene);
  const placeId = somePlace(scene);
  const { id: productId } = someProduct(scene);
  const lots = [...model.lots.values()].filter((lot) => lot.productId === productId);
  const lot = lots.length > 0 && random.chance(0.6) ? random.pick(lots) : null;
  const storageUnit = random.pick([null, ...world.storageUnits.filter((unit) => unit.placeId === placeId)]);
  const delivery: Delivery = {
    lotNumber: lot === null ? newNumber(scene, productId) : spelled(lot.number, random.between(0, 2)),
    expiresOn: lot === null ? someExpiry(scene) : random.pick([null, null, lot.expiresOn, '2091-01-01']),
    quantity: random.chance(0.03)
      ? 0n
      : BigInt(random.between(1, 20)) * one + BigInt(random.pick([0, 0, 5_000, 3_333])),
    unitCost: BigInt(random.between(1, 400_000)),
    goLive: random.chance(0.85),
    zone: random.pick(zones),
  };
  const idempotencyKey = newKey();
  const taking = calls(world, actor, (tx) =>
    intake(tx, {
      ...{
        idempotencyKey,
        locationId: placeId,
        productId,
        vendorName: 'Vendor',
        cogsMode: 'FIXED',
        paymentTerms: 'COD',
      },
      ...{
        manufacturerLotNumber: delivery.lotNumber,
        expiresOn: delivery.expiresOn,
        goLive: delivery.goLive,
        zone: delivery.zone,
      },
      ...{
        quantity: shown(delivery.quantity),
        unitCogs: shown(delivery.unitCost),
        storageUnitId: storageUnit?.id ?? null,
      },
    }),
  );
  const call = async () => {
    const result = await taking();
    const { at } = await world.clinic.one<{ at: Date }>('SELECT received_at AS at FROM inventory.stock WHERE id = $1', [
      idOf(result, 'stock'),
    ]);
    return { ...result, receivedAt: [String(at.getTime())] };
  };
  return {
    words: `intake of ${shown(delivery.quantity)} of lot ${lot === null ? 'new' : short(lot.id)} (${delivery.expiresOn}) at ${short(placeId)}${delivery.goLive ? '' : ', waiting'}`,
    about: lot === null ? [] : [lot.id],
    isRepeatable: true,
    call,
    play: (now, made) => {
      if (delivery.quantity === 0n) return 'INVALID_QUANTITY';
      if (!mayAt(actor, placeId)) return 'NOT_FOUND';
      return takeIn(now, made, { ...delivery, productId, placeId, storageUnitId: storageUnit?.id ?? null });
    },
  };
}

/** Now and then one that was recalled before it came. */
function newNumber({ model, random }: Scene, productId: string): string {
  const recalled = [...model.recalls.values()]
    .filter((recall) => recall.productId === productId)
    .flatMap(({ keys }) => keys);
  return recalled.length > 0 && random.chance(0.1) ? random.pick(recalled) : `L${random.between(1, 999_999_999)}`;
}

function spelled(number: string, way: number): string {
  return (
    [number, number.toLowerCase(), `${number.slice(0, 2)}-${number.slice(2, 4)} ${number.slice(4)}`][way] ?? number
  );
}

function someExpiry({ random }: Scene): string | null {
  if (random.chance(0.05)) return '2020-06-30';
  const days = random.pick([null, 3, 10, 60, 400]);
  return days === null ? null : dayAhead(days);
}

export function dayAhead(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

type TakenIn = Delivery & {
  readonly productId: string;
  readonly placeId: string;
  readonly storageUnitId: string | null;
};

function takeIn(model: Model, made: Made, delivery: TakenIn): Verdict {
  const { productId, placeId, quantity, unitCost, storageUnitId, expiresOn } = delivery;
  const old = [...model.lots.values()].find(
    (each) => each.productId === productId && lotKey(each.number) === lotKey(delivery.lotNumber),
  );
  if (old !== undefined && expiresOn !== null && expiresOn !== old.expiresOn) return 'LOT_EXPIRY_MISMATCH';
  const lot: Lot = old ?? {
    ...{ id: idOf(made, 'lot'), productId, number: delivery.lotNumber, expiresOn },
    ...{ isOver: expiresOn !== null && expiresOn < '2021', isRecalled: false, isQuarantined: false },
  };
  if (old === undefined) nameInRecalls(model, lot);
  model.lots.set(lot.id, lot);
  const batch = newBatch(
    idOf(made, 'stock'),
    lot,
    { placeId, unitCost, storageUnitId, zone: delivery.zone, code: null },
    Number(idOf(made, 'receivedAt')),
  );
  model.batches.set(batch.id, batch);
  const isUnusable = whyUnusable(lot) !== null;
  batch.status = isUnusable ? 'QUARANTINED' : delivery.goLive ? 'LIVE' : 'AWAITING_INTAKE';
  move(model, batch, 'INTAKE', 'ON_HAND', quantity);
  if (isUnusable) {
    move(model, batch, 'QUARANTINE', 'QUARANTINE', quantity);
    for (const cause of lotCauses(lot)) addToCause(batch, cause, quantity);
  } else if (!delivery.goLive) move(model, batch, 'HOLD', 'HOLD', quantity);
  return 'done';
}

type NewBatch = Pick<Batch, 'placeId' | 'unitCost' | 'storageUnitId' | 'zone'> & {
  /** Null: one of its own. */
  readonly code: string | null;
};

/** What a recall names is recalled from its first day here on. */
function nameInRecalls(model: Model, lot: Lot): void {
  for (const { productId, keys, lotIds, status, isReleased } of model.recalls.values()) {
    const isNamed = keys.length === 0 ? status === 'ACTIVE' : !isReleased && keys.includes(lotKey(lot.number));
    if (productId !== lot.productId || !isNamed) continue;
    lotIds.add(lot.id);
    lot.isRecalled = true;
  }
}

export function newBatch(
  id: string,
  lot: Lot,
  { placeId, unitCost, storageUnitId, zone, code }: NewBatch,
  receivedAt: number,
): Batch {
  return {
    ...{ id, lotId: lot.id, productId: lot.productId, placeId, unitCost, storageUnitId, zone, receivedAt },
    ...{ code: code ?? id, status: 'AWAITING_INTAKE', seq: 0, excursionId: null },
    buckets: { ON_HAND: 0n, RESERVED: 0n, QUARANTINE: 0n, HOLD: 0n, DEFECTIVE: 0n, SAMPLE: 0n },
    causes: new Map(),
  };
}
