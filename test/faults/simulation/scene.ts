/** The clinic of a run, with its people, places and goods, and how a step of it is made. */
import pg from 'pg';
import type { Actor } from '../../../src/actor.ts';
import { poolOf } from '../../../src/db/prepared.ts';
import { inVerbTransaction, type Tx } from '../../../src/db/in-transaction.ts';
import type { Random } from '../../../src/seed/random.ts';
import { TestClinic } from '../../clinic.ts';
import type { Cluster } from '../../live/cluster.ts';
import { lotOf, type Batch, type Model, type Product } from './model.ts';
import { givableOf, whyUnusable, type Verdict } from './rules.ts';
import { one, units } from './units.ts';

export interface People {
  readonly pharmacist: Actor;
  readonly second: Actor;
  readonly provider: Actor;
  readonly technician: Actor;
  readonly manager: Actor;
  /** Signs for others, and does nothing else. */
  readonly witness: Actor;
  /** Works at the second place only. */
  readonly elsewhere: Actor;
}

export interface World {
  readonly clinic: TestClinic;
  /** May end other sessions. */
  readonly admin: pg.Pool;
  readonly people: People;
  readonly places: readonly [string, string];
  readonly storageUnits: readonly { readonly id: string; readonly placeId: string }[];
  readonly patients: readonly string[];
}

export interface Scene {
  readonly world: World;
  readonly model: Model;
  readonly random: Random;
  /** The batch that two calls are to meet on. */
  readonly focus: string | null;
}

export const zones = ['A', 'B', 'C'] as const;

/** Ids that a call answered with, or that were looked up after it. */
export type Made = Readonly<Record<string, readonly string[]>>;

export interface Step {
  readonly words: string;
  /** What it speaks of. */
  readonly about: readonly string[];
  /** Under the same key every time. */
  readonly call: () => Promise<Made>;
  /** What must come of it; changes the model where it is done. */
  readonly play: (model: Model, made: Made) => Verdict;
  /** Called twice in a row it is done once. */
  readonly isRepeatable: boolean;
  /** It takes no key, so that it is done anew when it is called later. */
  readonly isUnkeyed?: boolean;
  /** Passes over what others hold, so that after a race it is called again. */
  readonly skipsHeld?: boolean;
  /** Not a call of the product: puts a stored time into the past. */
  readonly isArranged?: boolean;
}

export interface Kind {
  readonly weight: number;
  /** Null where there is nothing to do it with. */
  readonly make: (scene: Scene) => Step | null;
}

export const idOf = (made: Made, name: string): string => made[name]?.[0] ?? '';

export const short = (id: string): string => id.slice(-6);

export const mayAt = (actor: Actor, placeId: string): boolean => actor.locationIds.includes(placeId);

/** As a transaction of the product's. */
export function calls({ clinic }: World, actor: Actor, work: (tx: Tx) => Promise<Made>): () => Promise<Made> {
  return async () => inVerbTransaction(clinic.session(actor), work);
}

/** Mostly somebody who may do it; now and then somebody of the other place only. */
export function somebody({ world: { people }, random }: Scene): Actor {
  if (random.chance(0.03)) return people.elsewhere;
  return random.pick([people.pharmacist, people.second, people.provider, people.technician, people.manager]);
}

export function someBatch({ model, random, focus }: Scene, fits: (batch: Batch) => boolean = () => true): Batch | null {
  const focused = focus === null ? undefined : model.batches.get(focus);
  if (focused !== undefined && fits(focused) && random.chance(0.9)) return focused;
  const all = [...model.batches.values()];
  const filled = all.filter((batch) => batch.buckets.ON_HAND > 0n && fits(batch));
  const chosen = filled.length > 0 && random.chance(0.85) ? filled : all.filter(fits);
  return chosen.length === 0 ? null : random.pick(chosen);
}

/** Mostly one that gives. */
export function someGiver(scene: Scene, fits: (batch: Batch) => boolean = () => true): Batch | null {
  const gives = (batch: Batch) => givableOf(batch) > 0n && whyUnusable(lotOf(scene.model, batch)) === null;
  const giver = scene.random.chance(0.8) ? someBatch(scene, (batch) => gives(batch) && fits(batch)) : null;
  return giver ?? someBatch(scene, fits);
}

export function someProduct(
  { model, random, focus }: Scene,
  fits: (product: Product) => boolean = () => true,
): Product {
  const focused = model.products.get((focus === null ? undefined : model.batches.get(focus))?.productId ?? '');
  if (focused !== undefined && fits(focused)) return focused;
  return random.pick([...model.products.values()].filter(fits));
}

export function somePlace({ world, model, random, focus }: Scene): string {
  return (focus === null ? undefined : model.batches.get(focus))?.placeId ?? random.pick(world.places);
}

/** Mostly some of what there is, at times all of it, more than that, or nothing. */
export function someAmount(random: Random, there: bigint): bigint {
  const kind = random.between(1, 20);
  if (kind === 1) return 0n;
  if (kind === 2) return there + units('0.0001');
  if (kind <= 6 && there > 0n) return there;
  if (kind <= 9) return BigInt(random.between(1, 9_999));
  return BigInt(random.between(1, 6)) * one;
}

export async function makeWorld(cluster: Cluster, model: Model): Promise<World> {
  const database = await cluster.newDatabase();
  await cluster.asAdmin('postgres', `ALTER DATABASE ${database.name} SET synchronous_commit = off`);
  const clinic = await TestClinic.in(database);
  const admin = new pg.Pool({ connectionString: database.adminUrl, max: 1 });
  for (const pool of [poolOf(clinic.db), clinic.owner, admin]) pool.on('error', () => undefined);
  admin.on('connect', (client) => client.on('error', () => undefined));
  const places = [clinic.locationId, clinic.elsewhereId] as const;
  const actor = async (role: 'PHARMACIST' | 'PROVIDER' | 'TECHNICIAN' | 'MANAGER', at: readonly string[] = places) =>
    clinic.actor([role], at);
  const people: People = {
    pharmacist: await actor('PHARMACIST'),
    second: await actor('PHARMACIST'),
    provider: await actor('PROVIDER'),
    technician: await actor('TECHNICIAN'),
    manager: await actor('MANAGER'),
    witness: await actor('MANAGER'),
    elsewhere: await actor('PHARMACIST', [clinic.elsewhereId]),
  };
  await makeProducts(clinic, model);
  const patients = await Promise.all([1, 2, 3, 4].map(() => clinic.patient()));
  return { clinic, admin, people, places, patients, storageUnits: await makeUnits(clinic) };
}

async function makeProducts(clinic: TestClinic, model: Model): Promise<void> {
  const kinds = [
    { isScheduled: false, doses: null, isForOnePatient: false },
    { isScheduled: false, doses: null, isForOnePatient: false },
    { isScheduled: true, doses: null, isForOnePatient: false },
    { isScheduled: false, doses: '100', isForOnePatient: false },
    { isScheduled: false, doses: '7', isForOnePatient: true },
    { isScheduled: true, doses: '30', isForOnePatient: false },
  ];
  for (const { doses, ...kind } of kinds) {
    const id = await clinic.product({
      ...(kind.isScheduled ? { deaSchedule: 'CII' } : {}),
      ...(doses === null ? {} : { dosesPerStockUnit: doses }),
    });
    await clinic.owner.query(
      `UPDATE catalogue.product SET dose_unit = 'unit', label_stability_hours = 24, policy_stability_hours = 72, single_patient_vial = $2 WHERE id = $1`,
      [id, kind.isForOnePatient],
    );
    model.products.set(id, { id, ...kind, doses: doses === null ? null : units(doses) });
  }
}

async function makeUnits(clinic: TestClinic): Promise<World['storageUnits']> {
  const made = [];
  for (const placeId of [clinic.locationId, clinic.elsewhereId]) {
    for (const name of ['Fridge A', 'Fridge B']) {
      const { id } = await clinic.one<{ id: string }>(
        `INSERT INTO inventory.storage_unit (id, location_id, name, min_celsius, max_celsius) VALUES (gen_random_uuid(), $1, $2, 2, 8) RETURNING id`,
        [placeId, name],
      );
      made.push({ id, placeId });
    }
  }
  return made;
}

export async function endWorld({ admin, clinic }: World): Promise<void> {
  await admin.end();
  await clinic.close();
}
