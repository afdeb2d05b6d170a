import { afterAll, beforeAll, expect, it } from 'vitest';
import { answer, ask } from '../../test/api.ts';
import { newKey, TestClinic } from '../../test/clinic.ts';
import { expectSoundLedger } from '../../test/ledger-invariants.ts';
import type { Actor } from '../actor.ts';
import { hashPassword } from '../domain/people/password.ts';

let clinic: TestClinic;
let manager: Actor;

beforeAll(async () => {
  clinic = await TestClinic.open();
  manager = await clinic.actor(['MANAGER']);
});
afterAll(() => clinic.close());

const payload = '{ stock { id status onHand quarantine hold version } transactions { type bucket quantityChange } }';
const mutate = (field: string, type: string, input: object, selection = payload) =>
  answer<Record<string, unknown>>(
    clinic,
    manager,
    `mutation ($input: ${type}!) { ${field}(input: $input) ${selection} }`,
    { input },
  );
const key = () => ({ idempotencyKey: newKey() });

it('answers each mutation with the batch as it is now, and its lines', async () => {
  const { stockId, lotId } = await clinic.stock({ productId: await clinic.product() });
  const order = { quantity: '1', referenceType: 'order', referenceId: '17' };
  expect(await mutate('decreaseStock', 'DecreaseStockInput', { ...key(), stockId, ...order })).toMatchObject({
    decreaseStock: { stock: { onHand: '9' }, transactions: [{ type: 'SALE', quantityChange: '-1' }] },
  });
  expect(await mutate('increaseStock', 'IncreaseStockInput', { ...key(), stockId, ...order })).toMatchObject({
    increaseStock: { stock: { onHand: '10' }, transactions: [{ type: 'RETURN', quantityChange: '1' }] },
  });
  const adjusted = { ...key(), stockId, newOnHand: '8', reason: 'counted' };
  expect(await mutate('adjustStock', 'AdjustStockInput', adjusted)).toMatchObject({
    adjustStock: { stock: { onHand: '8' }, transactions: [{ type: 'ADJUSTMENT' }] },
  });
  expect(await mutate('adjustStock', 'AdjustStockInput', adjusted)).toMatchObject({
    adjustStock: { stock: { onHand: '8' }, transactions: [{ type: 'ADJUSTMENT' }] },
  });
  const moved = { ...key(), stockId, from: 'ON_HAND', to: 'HOLD', quantity: '2', reason: 'papers' };
  expect(await mutate('moveBucket', 'MoveBucketInput', moved)).toMatchObject({
    moveBucket: { stock: { hold: '2' }, transactions: [{ type: 'HOLD', bucket: 'HOLD' }] },
  });
  const held = { ...key(), stockId, status: 'ON_HOLD', reason: 'papers' };
  expect(await mutate('changeStockStatus', 'ChangeStockStatusInput', held)).toMatchObject({
    changeStockStatus: { stock: { status: 'ON_HOLD', hold: '8' }, transactions: [{ type: 'HOLD' }] },
  });
  const blocked = { ...key(), lotId, quarantined: true, reason: 'cracked' };
  expect(await mutate('changeLotStatus', 'ChangeLotStatusInput', blocked, '{ lot { id status } }')).toEqual({
    changeLotStatus: { lot: { id: lotId, status: 'QUARANTINED' } },
  });
  const grade = { stockId, grade: 'B', metadata: { harvestCode: 'H1' } };
  expect(
    await mutate('updateStock', 'UpdateStockInput', grade, '{ stock { grade metadata } transactions { id } }'),
  ).toEqual({ updateStock: { stock: { grade: 'B', metadata: { harvestCode: 'H1' } }, transactions: [] } });
  expect(await mutate('moveStock', 'MoveStockInput', { stockId, zone: 'A' }, '{ stock { zone } }')).toEqual({
    moveStock: { stock: { zone: 'A' } },
  });
  const listing = '{ stock { listedOnPlatforms { platform price delistedAt } } }';
  const offered = { stockId, platform: 'Market', price: '9.5' };
  expect(await mutate('listOnPlatform', 'ListOnPlatformInput', offered, listing)).toEqual({
    listOnPlatform: { stock: { listedOnPlatforms: [{ platform: 'Market', price: '9.5', delistedAt: null }] } },
  });
  expect(await mutate('delistFromPlatform', 'DelistInput', { stockId, platform: 'Market' }, listing)).toMatchObject({
    delistFromPlatform: { stock: { listedOnPlatforms: [{ delistedAt: expect.any(String) as unknown }] } },
  });
  await expectSoundLedger(clinic);
});

it('reserves, releases, fulfils', async () => {
  const { stockId } = await clinic.stock({ productId: await clinic.product() });
  const reservedUntil = new Date(Date.now() + 86_400_000).toISOString();
  const reserve = async () => {
    const input = { ...key(), stockId, quantity: '4', reservedUntil };
    const { reserveStock } = await mutate(
      'reserveStock',
      'ReserveInput',
      input,
      '{ reservations { id status quantity } }',
    );
    const { reservations } = reserveStock as { reservations: { id: string; status: string; quantity: string }[] };
    expect(reservations).toMatchObject([{ status: 'ACTIVE', quantity: '4' }]);
    return { ...key(), reservationId: reservations[0]?.id };
  };
  const selection = '{ reservation { status stock { onHand reserved } } }';
  expect(await mutate('releaseReservation', 'ReservationInput', await reserve(), selection)).toEqual({
    releaseReservation: { reservation: { status: 'RELEASED', stock: { onHand: '10', reserved: '0' } } },
  });
  expect(await mutate('fulfilReservation', 'ReservationInput', await reserve(), selection)).toEqual({
    fulfilReservation: { reservation: { status: 'FULFILLED', stock: { onHand: '6', reserved: '0' } } },
  });
});

it('takes a witness by password, who is another person', async () => {
  const { stockId } = await clinic.stock({ productId: await clinic.product({ deaSchedule: 'CII' }) });
  const colleague = await clinic.actor(['PHARMACIST']);
  await clinic.owner.query('UPDATE people."user" SET password_hash = $1 WHERE id = ANY($2::uuid[])', [
    await hashPassword('correct horse battery'),
    [colleague.id, manager.id],
  ]);
  const source = `mutation ($input: AdjustStockInput!) { adjustStock(input: $input) ${payload} }`;
  const adjust = async (witness?: object) => {
    const input = { ...key(), stockId, newOnHand: '9', reason: 'spilled', ...(witness && { witness }) };
    const { errors } = await ask(clinic, manager, source, { input });
    return errors[0]?.split(' ')[0] ?? null;
  };
  const signs = (actor: Actor, password = 'correct horse battery') => ({ email: `${actor.id}@example.test`, password });
  expect(await adjust()).toBe('WITNESS_REQUIRED');
  expect(await adjust(signs(colleague, 'wrong horse battery'))).toBe('WITNESS_REJECTED');
  expect(await adjust(signs(manager))).toBe('SEPARATION_OF_DUTIES');
  expect(await adjust(signs(colleague))).toBeNull();
  const kept = await clinic.all(
    `SELECT FROM audit.audit_entry WHERE after::text LIKE '%horse%' UNION ALL SELECT FROM ops.idempotency_key WHERE result::text LIKE '%horse%'`,
  );
  expect(kept).toEqual([]);
});
