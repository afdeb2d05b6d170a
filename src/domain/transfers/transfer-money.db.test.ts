import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { expectSoundLedger } from '../../../test/ledger-invariants.ts';
import { expectRefused } from '../../../test/stock-watch.ts';
import { TransferTable } from '../../../test/transfers.ts';
import type { Actor } from '../../actor.ts';
import { dispense } from '../dispensing/dispense.ts';
import { intake } from '../stock/intake.ts';
import { updateStock } from '../stock/update-stock.ts';

let clinic: TestClinic;
let table: TransferTable;
let pharmacist: Actor;

beforeAll(async () => {
  clinic = await TestClinic.open();
  table = await TransferTable.at(clinic);
  pharmacist = await clinic.actor(['PHARMACIST']);
});
afterEach(() => expectSoundLedger(clinic));
afterAll(() => clinic.close());

async function bought(quantity: string, more: object = {}): Promise<string> {
  const productId = await clinic.product();
  const { stock } = await clinic.as(pharmacist, (tx) =>
    intake(tx, {
      ...{ idempotencyKey: newKey(), locationId: clinic.locationId, productId, vendorName: 'Vendor' },
      ...{ manufacturerLotNumber: newKey(), expiresOn: '2099-12-31', quantity, paymentTerms: 'NET_30' },
      ...{ cogsMode: 'FIXED', unitCogs: '3.3333', vatRate: '0.21', roiPercentage: '50', shelfLifeDays: 100 },
      ...more,
    }),
  );
  return stock?.[0] ?? '';
}

/** "net gross vat profit-a-day" of a batch. */
async function moneyOf(stockId: string): Promise<string> {
  const plain = (column: string) => `trim_scale(${column}::numeric)`;
  const { money } = await clinic.one<{ money: string }>(
    `SELECT concat_ws(' ', ${['purchase_price', 'gross_purchase_price', 'vat_amount', 'profit_per_shelf_day'].map(plain).join(', ')}) AS money
     FROM inventory.stock WHERE id = $1`,
    [stockId],
  );
  return money;
}

async function moved(stockId: string, quantity: string) {
  const id = await table.shipped([{ stockId, quantity }]);
  await table.receive(id);
  const [line] = await table.lines(id);
  return { home: line?.destinationStockId ?? '', net: line?.money, gross: line?.gross };
}

describe('the money of a batch', () => {
  it('goes with the units: what stays and what goes is what it was', async () => {
    const stockId = await bought('10');
    expect(await moneyOf(stockId)).toBe('33.333 40.3329 6.9999 0.2017');
    const { home, net, gross } = await moved(stockId, '4');
    expect(await moneyOf(stockId)).toBe('19.9998 24.1998 4.2 0.121');
    expect([net, gross]).toEqual(['13.3332', '16.1331']);
    expect(await moneyOf(home)).toBe('13.3332 16.1331 2.7999 0.0807');
  });

  it('goes to the last decimal, in whatever parts', async () => {
    const stockId = await bought('1', { unitCogs: '0.1001', vatRate: '0.19' });
    const parts = ['0.3333', '0.3333', '0.0001', '0.3333'];
    let home = '';
    for (const part of parts) ({ home } = await moved(stockId, part));
    expect(await moneyOf(stockId)).toBe('0 0 0 0');
    expect(await moneyOf(home)).toMatch(/^0\.1001 0\.1191 0\.019 /);
  });

  it('of what was used stays where it was used', async () => {
    const stockId = await bought('10', { unitCogs: '5', vatRate: '0' });
    const { productId } = await clinic.one<{ productId: string }>(
      'SELECT product_id AS "productId" FROM inventory.stock WHERE id = $1',
      [stockId],
    );
    await clinic.as(pharmacist, (tx) =>
      dispense(tx, {
        ...{ idempotencyKey: newKey(), locationId: clinic.locationId, lines: [{ productId, quantity: '3' }] },
      }),
    );
    const { home } = await moved(stockId, '7');
    expect(await moneyOf(stockId)).toMatch(/^15 15 0 /);
    expect(await moneyOf(home)).toMatch(/^35 35 0 /);
  });

  it('of a range is that of its mean', async () => {
    const range = { cogsMode: 'RANGE', unitCogs: null, unitCogsMin: '1', unitCogsMax: '1.0001', vatRate: null };
    const stockId = await bought('10', range);
    expect(await moneyOf(stockId)).toMatch(/^10\.0005 10\.0005 0 /);
    const { home } = await moved(stockId, '9');
    expect(await moneyOf(stockId)).toMatch(/^1\.0001 1\.0001 0 /);
    expect(await moneyOf(home)).toMatch(/^9\.0004 9\.0004 0 /);
  });

  it('that nobody knows stays unknown', async () => {
    const { stockId } = await clinic.stock({ productId: await clinic.product(), quantity: '10' });
    const { home, net } = await moved(stockId, '4');
    expect(net).toBeNull();
    expect([await moneyOf(stockId), await moneyOf(home)]).toEqual(['', '']);
  });

  it('is worked out anew at both ends from what each has, and its cost is the same at both, for good', async () => {
    const stockId = await bought('10', { unitCogs: '5', vatRate: '0' });
    const { home } = await moved(stockId, '4');
    const manager = await clinic.actor(['MANAGER'], [clinic.locationId, clinic.elsewhereId]);
    for (const id of [stockId, home]) {
      await clinic.as(manager, (tx) => updateStock(tx, { stockId: id, vatRate: '0.5' }));
      await expectRefused(clinic, 'COGS_LOCKED', () =>
        clinic.as(manager, (tx) => updateStock(tx, { stockId: id, unitCogs: '6' })),
      );
    }
    expect(await moneyOf(stockId)).toMatch(/^30 45 15 /);
    expect(await moneyOf(home)).toMatch(/^20 30 10 /);
  });
});
