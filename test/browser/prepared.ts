/** What a journey begins with, made through the API: a batch of a product, patients, places. */
import { randomUUID } from 'node:crypto';
import type { Stage } from './stage.ts';

export interface Batch {
  readonly stockId: string;
  readonly productId: string;
  readonly locationId: string;
}

export async function placeCalled(stage: Stage, name: string): Promise<string> {
  const { locations } = await stage.ask<{ locations: { id: string; name: string }[] }>(
    'pharmacist',
    '{ locations { id name } }',
  );
  const found = locations.find((each) => each.name === name);
  if (found === undefined) throw new Error(`The demo has no ${name}`);
  return found.id;
}

export interface NewBatch {
  readonly place: string;
  readonly product: string;
  readonly lot: string;
  readonly quantity: string;
  readonly zone?: string;
}

export async function takeIn(stage: Stage, { place, product, lot, quantity, zone }: NewBatch): Promise<Batch> {
  const locationId = await placeCalled(stage, place);
  const input = {
    ...{ idempotencyKey: randomUUID(), locationId, quantity, manufacturerLotNumber: lot, zone: zone ?? null },
    ...{ brandName: 'Example', productName: product, category: 'Vaccine', stockUnit: 'vial', vendorName: 'McKesson' },
    ...{ cogsMode: 'FIXED', unitCogs: '12.5', paymentTerms: 'COD', expiresOn: '2031-01-31' },
  };
  const { intake } = await stage.ask<{ intake: { stock: { id: string }; product: { id: string } } }>(
    'pharmacist',
    'mutation ($input: IntakeInput!) { intake(input: $input) { stock { id } product { id } } }',
    { input },
  );
  return { stockId: intake.stock.id, productId: intake.product.id, locationId };
}

/** Answers who had of it. */
export async function giveTo(stage: Stage, { stockId, productId, locationId }: Batch, search: string): Promise<string> {
  const { patients } = await stage.ask<{ patients: { nodes: { id: string; firstName: string; lastName: string }[] } }>(
    'pharmacist',
    'query ($search: String) { patients(search: $search, first: 1) { nodes { id firstName lastName } } }',
    { search },
  );
  const [patient] = patients.nodes;
  if (patient === undefined) throw new Error(`The demo has no patient ${search}`);
  const input = {
    ...{ idempotencyKey: randomUUID(), locationId, patientId: patient.id },
    lines: [{ productId, stockId, quantity: '1' }],
  };
  await stage.ask('provider', 'mutation ($input: DispenseInput!) { dispense(input: $input) { records { id } } }', {
    input,
  });
  return `${patient.firstName} ${patient.lastName}`;
}
