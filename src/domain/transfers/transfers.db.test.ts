import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { expectSoundLedger } from '../../../test/ledger-invariants.ts';
import { bucketsOf, causesOf, expectRefused, lastAudit, linesOf } from '../../../test/stock-watch.ts';
import { TransferTable } from '../../../test/transfers.ts';
import { changeLotStatus } from '../stock/change-lot-status.ts';
import { requestTransfer } from './request-transfer.ts';

let clinic: TestClinic;
let table: TransferTable;

beforeAll(async () => {
  clinic = await TestClinic.open();
  table = await TransferTable.at(clinic);
});
afterEach(() => expectSoundLedger(clinic));
afterAll(() => clinic.close());

const batch = async (quantity = '10', product: Parameters<TestClinic['product']>[0] = {}) => {
  const productId = await clinic.product(product);
  return { productId, ...(await clinic.stock({ productId, quantity })) };
};
const refused = (code: string, work: () => Promise<unknown>) => expectRefused(clinic, code, work);

describe('from the request to the receipt', () => {
  it('units are reserved, leave the source, are in transit, and are a row of the same lot and batch at the other end', async () => {
    const { stockId, lotId } = await batch();
    const id = await table.request([{ stockId, quantity: '4' }]);
    expect(await linesOf(clinic, stockId)).toEqual([]);
    await table.approve(id);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '10', reserved: '4' });
    await table.ship(id);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ status: 'LIVE', on_hand: '6', reserved: '0' });
    expect(await table.lines(id)).toMatchObject([{ requested: '4', shipped: '4', received: null, inTransit: '4' }]);
    await table.receive(id);
    expect(await table.lines(id)).toMatchObject([
      { shipped: '4', received: '4', damaged: '0', lost: '0', inTransit: '0' },
    ]);
    const home = await table.homeOf(id);
    expect(await bucketsOf(clinic, home)).toMatchObject({ status: 'LIVE', on_hand: '4', quarantine: '0' });
    expect(
      await clinic.one(
        `SELECT d.lot_id = $3 AS lot, d.batch_code = s.batch_code AS batch, d.location_id = $4 AS place, d.unit_cost = s.unit_cost AS cost
         FROM inventory.stock d, inventory.stock s WHERE d.id = $1 AND s.id = $2`,
        [home, stockId, lotId, clinic.elsewhereId],
      ),
    ).toEqual({ lot: true, batch: true, place: true, cost: true });
    expect(await linesOf(clinic, stockId)).toEqual([
      'RESERVE RESERVED +4',
      'RELEASE RESERVED -4',
      'TRANSFER_OUT ON_HAND -4',
    ]);
    expect(await lastAudit(clinic, id)).toMatchObject({
      ...{ action: 'receiveTransfer', before: { status: 'IN_TRANSIT' }, after: { status: 'RECEIVED' } },
    });
  });

  it('a second transfer of the batch tops its row up, and one back tops up the first', async () => {
    const { stockId } = await batch();
    const first = await table.shipped([{ stockId, quantity: '4' }]);
    await table.receive(first);
    const second = await table.shipped([{ stockId, quantity: '6' }]);
    await table.receive(second);
    const home = await table.homeOf(first);
    expect(await table.homeOf(second)).toBe(home);
    expect(await bucketsOf(clinic, home)).toMatchObject({ on_hand: '10' });
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ status: 'SOLD_OUT', on_hand: '0' });
    const ends = { fromLocationId: clinic.elsewhereId, toLocationId: clinic.locationId };
    const back = await table.request([{ stockId: home, quantity: '10' }], ends, table.receiver);
    await table.approve(back, table.farManager);
    await table.ship(back, table.receiver);
    await table.receive(back, [], {}, table.technician);
    expect(await table.homeOf(back)).toBe(stockId);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ status: 'LIVE', on_hand: '10' });
    expect(await bucketsOf(clinic, home)).toMatchObject({ status: 'SOLD_OUT', on_hand: '0' });
  });

  it('the same key does it once', async () => {
    const { stockId } = await batch();
    const input = {
      ...{ idempotencyKey: newKey(), fromLocationId: clinic.locationId, toLocationId: clinic.elsewhereId },
      lines: [{ stockId, quantity: '1' }],
    };
    const once = await clinic.as(table.technician, (tx) => requestTransfer(tx, input));
    expect(await clinic.as(table.technician, (tx) => requestTransfer(tx, input))).toEqual(once);
    const ofBatch = 'SELECT FROM inventory.inventory_transfer_line WHERE stock_id = $1';
    expect(await clinic.all(ofBatch, [stockId])).toHaveLength(1);
  });
});

describe('a request', () => {
  it('by product is settled first expiry first out at once, one line a batch', async () => {
    const productId = await clinic.product();
    const late = await clinic.stock({ productId, quantity: '5', expiresOn: '2099-06-30' });
    const soon = await clinic.stock({ productId, quantity: '3', expiresOn: '2099-01-31' });
    const id = await table.request([
      { productId, quantity: '4' },
      { stockId: late.stockId, quantity: '2' },
    ]);
    const lines = (await table.lines(id)).map(({ stockId, requested }) => [stockId, requested]);
    expect(lines).toEqual([
      [soon.stockId, '3'],
      [late.stockId, '3'],
    ]);
  });

  it('may come from the destination, which is not told how much the source has', async () => {
    const { productId, stockId } = await batch('5');
    await table.request([{ productId, quantity: '5' }], {}, table.receiver);
    const context = await refused('INSUFFICIENT_INVENTORY', () =>
      table.request([{ stockId, quantity: '6' }], {}, table.receiver),
    );
    expect(context).toEqual({ productId, requested: '6' });
    expect(await refused('INSUFFICIENT_INVENTORY', () => table.request([{ productId, quantity: '6' }]))).toMatchObject({
      available: '5',
    });
  });

  it('has a code of the year at the source', async () => {
    const { stockId } = await batch();
    const codeOf = async () => {
      const id = await table.request([{ stockId, quantity: '1' }]);
      return (await clinic.one<{ code: string }>('SELECT code FROM inventory.inventory_transfer WHERE id = $1', [id]))
        .code;
    };
    const [first, second] = [await codeOf(), await codeOf()];
    expect(first).toMatch(new RegExp(`^TRF-20\\d\\d-\\d{6}$`));
    expect(Number(second.slice(-6))).toBe(Number(first.slice(-6)) + 1);
  });

  it('is refused for strange places, batches and quantities, and for units that may not go', async () => {
    const { stockId, productId, lotId } = await batch();
    const elsewhere = await clinic.stock({ productId, locationId: clinic.elsewhereId });
    const line = { stockId, quantity: '1' };
    const request = (code: string, lines: Parameters<TransferTable['request']>[0], more: object = {}) =>
      refused(code, () => table.request(lines, more));
    await request('BAD_USER_INPUT', [line], { toLocationId: clinic.locationId });
    await request('BAD_USER_INPUT', []);
    await request('BAD_USER_INPUT', [{ stockId, productId, quantity: '1' }]);
    await request('BAD_USER_INPUT', [{ quantity: '1' }]);
    await request('INVALID_QUANTITY', [{ stockId, quantity: '0' }]);
    await request('NOT_FOUND', [line], { toLocationId: newKey() });
    await request('NOT_FOUND', [line], { fromLocationId: newKey(), toLocationId: clinic.elsewhereId });
    await request('NOT_FOUND', [{ stockId: newKey(), quantity: '1' }]);
    await request('NOT_FOUND', [{ stockId: elsewhere.stockId, quantity: '1' }]);
    await request('NOT_FOUND', [{ productId: newKey(), quantity: '1' }]);
    await request('INSUFFICIENT_INVENTORY', [line, { stockId, quantity: '9.0001' }]);
    await clinic.as(table.manager, (tx) =>
      changeLotStatus(tx, { idempotencyKey: newKey(), lotId, quarantined: true, reason: 'a look at it' }),
    );
    await request('LOT_QUARANTINED', [line]);
  });
});

describe('approval', () => {
  it('is by another person than the one who asked, at the source', async () => {
    const { stockId } = await batch();
    const id = await table.request([{ stockId, quantity: '4' }], {}, table.manager);
    await refused('SEPARATION_OF_DUTIES', () => table.approve(id));
    await refused('FORBIDDEN', () => table.approve(id, table.farManager));
    await refused('NOT_FOUND', async () => table.approve(id, await clinic.actor(['MANAGER'], [])));
    await table.approve(id, await clinic.actor(['MANAGER']));
    expect(await table.status(id)).toBe('APPROVED');
  });

  it('looks again at what is there', async () => {
    const { stockId } = await batch('5');
    const [first, second] = [
      await table.request([{ stockId, quantity: '3' }]),
      await table.request([{ stockId, quantity: '3' }]),
    ];
    await table.approve(first);
    expect(await refused('INSUFFICIENT_INVENTORY', () => table.approve(second))).toMatchObject({ available: '2' });
    await table.reject(second);
    expect(await table.status(second)).toBe('REJECTED');
    await refused('INVALID_STATUS_TRANSITION', () => table.approve(second));
  });

  it('of the same person is refused by the database, too', async () => {
    const { stockId } = await batch();
    const id = await table.request([{ stockId, quantity: '1' }]);
    const approve = `UPDATE inventory.inventory_transfer SET status = 'APPROVED', approved_by = requested_by, approved_at = now() WHERE id = $1`;
    await expect(clinic.owner.query(approve, [id])).rejects.toThrow('inventory_transfer_separation');
  });
});

describe('a transfer that has ended', () => {
  const changes = [
    'UPDATE inventory.inventory_transfer SET reason = NULL WHERE id = $1',
    'DELETE FROM inventory.inventory_transfer_line WHERE transfer_id = $1',
    'UPDATE inventory.inventory_transfer_line SET note = NULL WHERE transfer_id = $1',
    `INSERT INTO inventory.inventory_transfer_line (id, transfer_id, position, stock_id, lot_id, product_id, requested_quantity)
     SELECT gen_random_uuid(), transfer_id, 2, $2, lot_id, product_id, 1 FROM inventory.inventory_transfer_line WHERE transfer_id = $1`,
  ] as const;
  const ends: readonly (readonly [name: string, end: (id: string) => Promise<unknown>])[] = [
    ['rejected', (id) => table.reject(id)],
    ['cancelled', (id) => table.cancel(id)],
    [
      'received',
      async (id) => {
        await table.approve(id);
        await table.ship(id);
        await table.receive(id);
      },
    ],
  ];

  it.each(ends)('%s is never changed, whoever tries', async (_name, end) => {
    const [{ stockId }, other] = [await batch(), await batch()];
    const id = await table.request([{ stockId, quantity: '1' }]);
    const attempt = (sql: string) => clinic.owner.query(sql, sql.includes('$2') ? [id, other.stockId] : [id]);
    await clinic.owner.query('UPDATE inventory.inventory_transfer_line SET note = NULL WHERE transfer_id = $1', [id]);
    await end(id);
    for (const change of changes) await expect(attempt(change), change).rejects.toThrow('refused');
  });
});

describe('an end before the shipment', () => {
  it('by who asked, or a manager of either end, frees what was reserved', async () => {
    const { stockId } = await batch();
    const ids = await Promise.all([1, 2, 3].map(() => table.request([{ stockId, quantity: '2' }])));
    for (const id of ids) await table.approve(id);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ reserved: '6' });
    await refused('FORBIDDEN', async () => table.cancel(ids[0] ?? '', await clinic.actor(['TECHNICIAN'])));
    await table.cancel(ids[0] ?? '');
    await table.cancel(ids[1] ?? '', table.manager);
    await table.cancel(ids[2] ?? '', table.farManager);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '10', reserved: '0' });
    await refused('INVALID_STATUS_TRANSITION', () => table.cancel(ids[0] ?? ''));
  });

  it('is not to be had once it is on its way', async () => {
    const { stockId } = await batch();
    const id = await table.shipped([{ stockId, quantity: '2' }]);
    expect(await refused('INVALID_STATUS_TRANSITION', () => table.cancel(id))).toMatchObject({
      ...{ from: 'IN_TRANSIT', to: 'CANCELLED', allowed: ['RECEIVED'] },
    });
  });
});

describe('a receipt with a difference', () => {
  it('writes what was damaged or lost off at the destination, and alerts both ends', async () => {
    const { stockId, lotId } = await batch();
    const id = await table.shipped([{ stockId, quantity: '8' }]);
    await table.receive(id, [{ received: '5.5', damaged: '1.5', lost: '1', note: 'the box was open' }]);
    const home = await table.homeOf(id);
    expect(await bucketsOf(clinic, home)).toMatchObject({ status: 'LIVE', on_hand: '5.5' });
    expect(
      await clinic.all(
        `SELECT format('%s %s %s %s', trim_scale(quantity::numeric), reason, trim_scale(cost::numeric), note) AS waste
         FROM inventory.waste_record WHERE stock_id = $1 ORDER BY reason`,
        [home],
      ),
    ).toEqual([{ waste: '1.5 DAMAGED 7.5 the box was open' }, { waste: '1 LOST_OR_STOLEN 5 the box was open' }]);
    const alerts = await clinic.all<{ place: string; lot: string; message: string }>(
      `SELECT location_id AS place, lot_id AS lot, message FROM inventory.inventory_alert WHERE type = 'TRANSFER_DISCREPANCY' AND subject = $1`,
      [id],
    );
    expect(alerts.map(({ place }) => place).sort()).toEqual([clinic.locationId, clinic.elsewhereId].sort());
    expect(alerts[0]?.lot).toBe(lotId);
    expect(alerts[0]?.message).toContain('1.5 damaged and 1 lost of 8 vials');
    const { has } = await clinic.one<{ has: boolean }>(
      'SELECT has_discrepancy AS has FROM inventory.inventory_transfer WHERE id = $1',
      [id],
    );
    expect(has).toBe(true);
  });

  it('of everything leaves an empty row', async () => {
    const { stockId } = await batch();
    const id = await table.shipped([{ stockId, quantity: '2' }]);
    await table.receive(id, [{ received: '0', lost: '2', note: 'never came' }]);
    expect(await bucketsOf(clinic, await table.homeOf(id))).toMatchObject({ status: 'SOLD_OUT', on_hand: '0' });
  });

  it('that does not add up is refused, and so is one that is not told of whole', async () => {
    const { stockId } = await batch();
    const id = await table.shipped([{ stockId, quantity: '3' }]);
    expect(await refused('TRANSFER_UNBALANCED', () => table.receive(id, [{ received: '2' }]))).toMatchObject({
      ...{ shipped: '3', received: '2', damaged: '0', lost: '0' },
    });
    await refused('TRANSFER_UNBALANCED', () => table.receive(id, [{ received: '3', damaged: '1' }]));
    await refused('TRANSFER_UNBALANCED', () => table.receive(id, [], { lines: [] }));
    await refused('NOT_FOUND', () => table.receive(id, [{ lineId: newKey() }]));
    await refused('BAD_USER_INPUT', () => table.receive(id, [{ received: '2', lost: '1' }]));
    await refused('FORBIDDEN', () => table.receive(id, [], {}, table.manager));
    await refused('FORBIDDEN', () => table.approve(id, table.farManager));
  });

  it('of a controlled drug needs a witness, who is kept; a whole one does not', async () => {
    const { stockId } = await batch('10', { deaSchedule: 'CII' });
    const whole = await table.shipped([{ stockId, quantity: '2' }]);
    await table.receive(whole);
    const id = await table.shipped([{ stockId, quantity: '2' }]);
    const told = [{ received: '1', damaged: '1' }];
    await refused('WITNESS_REQUIRED', () => table.receive(id, told));
    await table.receive(id, told, { witness: table.witness });
    const waste = 'SELECT witness_id AS witness FROM inventory.waste_record WHERE stock_id = $1';
    expect(await clinic.all(waste, [await table.homeOf(id)])).toEqual([{ witness: table.witness.id }]);
  });
});

describe('a lot that becomes unusable', () => {
  const block = (lotId: string) =>
    clinic.as(table.manager, (tx) =>
      changeLotStatus(tx, { idempotencyKey: newKey(), lotId, quarantined: true, reason: 'a look at it' }),
    );

  it('before the shipment takes the reservation away, and nothing is shipped', async () => {
    const { stockId, lotId } = await batch();
    const id = await table.request([{ stockId, quantity: '4' }]);
    await table.approve(id);
    await block(lotId);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ reserved: '0', quarantine: '10' });
    await refused('LOT_QUARANTINED', () => table.ship(id));
    await clinic.as(table.manager, (tx) =>
      changeLotStatus(tx, { idempotencyKey: newKey(), lotId, quarantined: false, reason: 'nothing found' }),
    );
    expect(await refused('RESERVATION_NOT_ACTIVE', () => table.ship(id))).toMatchObject({ status: 'RELEASED' });
    await table.cancel(id);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '10', reserved: '0', quarantine: '0' });
  });

  it('on the way is received into quarantine, for what the lot is then', async () => {
    const { stockId, lotId } = await batch();
    const id = await table.shipped([{ stockId, quantity: '4' }]);
    await block(lotId);
    await table.receive(id, [{ received: '3', damaged: '1' }]);
    const home = await table.homeOf(id);
    expect(await bucketsOf(clinic, home)).toMatchObject({ status: 'QUARANTINED', on_hand: '3', quarantine: '3' });
    expect(await causesOf(clinic, home)).toEqual(['MANUAL 3']);
    const told = `SELECT payload->>'unusable' AS why FROM ops.outbox WHERE topic = 'intake.unusable' AND payload->>'stockId' = $1`;
    expect(await clinic.all(told, [home])).toEqual([{ why: 'LOT_QUARANTINED' }]);
  });

  it('by its last day on the way is received into quarantine', async () => {
    const { stockId, lotId } = await batch();
    const id = await table.shipped([{ stockId, quantity: '4' }]);
    await clinic.owner.query(
      `WITH lot AS (UPDATE inventory.inventory_lot SET expires_on = '2020-01-31' WHERE id = $1)
       UPDATE inventory.stock SET lot_expires_on = '2020-01-31' WHERE lot_id = $1`,
      [lotId],
    );
    await table.receive(id);
    expect(await causesOf(clinic, await table.homeOf(id))).toEqual(['EXPIRY 4']);
  });
});

it('a closed row at the destination gets a sibling', async () => {
  const { stockId } = await batch();
  const first = await table.shipped([{ stockId, quantity: '2' }]);
  await table.receive(first, [{ received: '0', damaged: '2' }]);
  const closed = await table.homeOf(first);
  await clinic.owner.query(`UPDATE inventory.stock SET status = 'CLOSED' WHERE id = $1`, [closed]);
  const second = await table.shipped([{ stockId, quantity: '3' }]);
  await table.receive(second);
  const home = await table.homeOf(second);
  expect(home).not.toBe(closed);
  expect(await bucketsOf(clinic, home)).toMatchObject({ status: 'LIVE', on_hand: '3' });
  expect(await bucketsOf(clinic, closed)).toMatchObject({ status: 'CLOSED', on_hand: '0' });
});
