/** Opened vials, of which the pharmacist draws, who may sign for several patients: one in use by three patients, one fresh, one used up, and one closed with the rest thrown away. */
import { v7 as uuid } from 'uuid';
import { closeVial } from '../domain/vials/close-vial.ts';
import { openVial } from '../domain/vials/open-vial.ts';
import { useVial } from '../domain/vials/use-vial.ts';
import type { DemoDay } from './demo-day.ts';

interface Scene {
  readonly product: string;
  readonly place: string;
  readonly mixedWith?: string;
  /** Doses and charge of each use. */
  readonly uses: readonly (readonly [string, string])[];
  readonly closed?: boolean;
}

const scenes: readonly Scene[] = [
  {
    ...{ product: 'Xeomin 100 U', place: 'HARBOUR', mixedWith: '2.5' },
    uses: [
      ['12.5', '175'],
      ['20', '280'],
      ['12.5', '175'],
    ],
  },
  { product: 'Fluzone multi-dose', place: 'LAKESIDE', uses: [] },
  {
    ...{ product: 'Sculptra 367.5 mg', place: 'SUNSET', mixedWith: '8' },
    uses: [
      ['5', '520'],
      ['3', '340'],
    ],
  },
  {
    ...{ product: 'Dysport 300 U', place: 'SUNSET', mixedWith: '1.5', closed: true },
    uses: [
      ['110', '430'],
      ['120', '460'],
    ],
  },
];

export async function playVials(day: DemoDay): Promise<void> {
  for (const scene of scenes) await play(day, scene);
}

async function play(day: DemoDay, { product, place, mixedWith, uses, closed = false }: Scene): Promise<void> {
  const [productId, locationId] = [await day.product(product), await day.location(place)];
  const diluted = mixedWith === undefined ? {} : { diluent: 'Sodium chloride 0.9 %', diluentMl: mixedWith };
  const { session } = await day.as('PROVIDER', (tx) =>
    openVial(tx, { idempotencyKey: uuid(), productId, locationId, ...diluted }),
  );
  const [sessionId] = session ?? [];
  if (sessionId === undefined) throw new Error(`No vial of ${product} was opened`);
  const providerId = await day.user('PROVIDER');
  const patients = await day.patients(uses.length);
  for (const [index, [doses, charge]] of uses.entries()) {
    const patientId = patients[index] ?? '';
    await day.as('PHARMACIST', (tx) =>
      useVial(tx, { idempotencyKey: uuid(), sessionId, patientId, providerId, doses, charge }),
    );
  }
  if (!closed) return;
  await day.as('PROVIDER', (tx) =>
    closeVial(tx, { idempotencyKey: uuid(), sessionId, wasteReason: 'OPEN_VIAL_EXPIRED' }),
  );
}
