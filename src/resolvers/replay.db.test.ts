import { afterAll, beforeAll, expect, it } from 'vitest';
import { answer, ask } from '../../test/api.ts';
import { newKey, TestClinic } from '../../test/clinic.ts';
import type { Actor } from '../actor.ts';

let clinic: TestClinic;
let manager: Actor;
let colleague: Actor;

beforeAll(async () => {
  clinic = await TestClinic.open();
  manager = await clinic.actor(['MANAGER', 'PHARMACIST']);
  colleague = await clinic.actor(['MANAGER', 'PHARMACIST']);
});
afterAll(() => clinic.close());

interface Batch {
  readonly productId: string;
  readonly stockId: string;
}

const order = { referenceType: 'order', referenceId: '17' };
const reservedUntil = new Date(Date.now() + 86_400_000).toISOString();
const stock = '{ stock { id } transactions { id quantityChange } }';

async function made(field: string, type: string, input: object, selection: string): Promise<string> {
  const source = `mutation ($input: ${type}!) { ${field}(input: $input) { ${selection} { id } } }`;
  const data = await answer<Record<string, Record<string, { id: string }[]>>>(clinic, manager, source, {
    input: { idempotencyKey: newKey(), ...input },
  });
  return data[field]?.[selection]?.[0]?.id ?? '';
}
const reserved = ({ stockId }: Batch) =>
  made('reserveStock', 'ReserveInput', { stockId, quantity: '2', reservedUntil }, 'reservations');
const dispensed = ({ productId }: Batch) =>
  made(
    'dispense',
    'DispenseInput',
    { locationId: clinic.locationId, lines: [{ productId, quantity: '1' }] },
    'records',
  );

const intakeOf = ({ productId }: Batch) => ({
  ...{ locationId: clinic.locationId, productId, vendorName: 'McKesson', manufacturerLotNumber: 'R1' },
  ...{ quantity: '5', cogsMode: 'FIXED', unitCogs: '1', paymentTerms: 'COD' },
});

type Input = (batch: Batch) => object | Promise<object>;
/** Every mutation that takes a key and answers with what lies at a place. */
const keyed: readonly (readonly [field: string, type: string, selection: string, input: Input])[] = [
  ['decreaseStock', 'DecreaseStockInput', stock, ({ stockId }) => ({ stockId, quantity: '1', ...order })],
  ['increaseStock', 'IncreaseStockInput', stock, ({ stockId }) => ({ stockId, quantity: '1', ...order })],
  [
    'adjustStock',
    'AdjustStockInput',
    stock,
    ({ stockId }) => ({ stockId, newOnHand: '8', reason: 'x', expectedVersion: 1 }),
  ],
  [
    'moveBucket',
    'MoveBucketInput',
    stock,
    ({ stockId }) => ({ stockId, from: 'ON_HAND', to: 'HOLD', quantity: '1', reason: 'x' }),
  ],
  [
    'changeStockStatus',
    'ChangeStockStatusInput',
    stock,
    ({ stockId }) => ({ stockId, status: 'ON_HOLD', reason: 'x', expectedVersion: 1 }),
  ],
  [
    'reserveStock',
    'ReserveInput',
    '{ reservations { id quantity } }',
    ({ stockId }) => ({ stockId, quantity: '1', reservedUntil }),
  ],
  [
    'releaseReservation',
    'ReservationInput',
    '{ reservation { id } }',
    async (batch) => ({ reservationId: await reserved(batch) }),
  ],
  [
    'fulfilReservation',
    'ReservationInput',
    '{ reservation { id } }',
    async (batch) => ({ reservationId: await reserved(batch) }),
  ],
  ['intake', 'IntakeInput', '{ stock { id } lot { id } product { id } transaction { id } }', intakeOf],
  [
    'dispense',
    'DispenseInput',
    '{ records { id quantity } }',
    ({ productId }) => ({ locationId: clinic.locationId, lines: [{ productId, quantity: '1' }] }),
  ],
  [
    'reverseDispense',
    'ReverseDispenseInput',
    '{ records { id reverses } }',
    async (batch) => ({ dispenseRecordId: await dispensed(batch), returnToStock: true, reason: 'x' }),
  ],
];

it.each(keyed)(
  '%s answers a replay the same after everything has changed, and only its own caller there',
  async (field, type, selection, inputOf) => {
    const productId = await clinic.product();
    const { stockId, lotId } = await clinic.stock({ productId });
    const input = { idempotencyKey: newKey(), ...(await inputOf({ productId, stockId })) };
    const source = `mutation ($input: ${type}!) { ${field}(input: $input) ${selection} }`;
    const first = await answer(clinic, manager, source, { input });
    await answer(
      clinic,
      manager,
      'mutation ($input: ChangeLotStatusInput!) { changeLotStatus(input: $input) { lot { id } } }',
      { input: { idempotencyKey: newKey(), lotId, quarantined: true, reason: 'cracked' } },
    );
    const lines = () => clinic.one('SELECT count(*)::int AS lines FROM inventory.inventory_transaction');
    const before = await lines();
    expect(await answer(clinic, manager, source, { input })).toEqual(first);
    const elsewhere = { ...manager, locationIds: [clinic.elsewhereId] };
    expect((await ask(clinic, elsewhere, source, { input })).errors).toEqual([`NOT_FOUND ${field}`]);
    expect(await lines()).toEqual(before);
    // A key belongs to who used it: another's call with it is a call of its own, judged by what is there now.
    const other = await ask(clinic, colleague, source, { input });
    expect(other.data).not.toEqual(first);
  },
);
