import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import type { Actor } from '../../actor.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { Refusal } from '../../refusal.ts';
import { intake } from './intake.ts';
import type { Intake } from './intake-input.ts';

let clinic: TestClinic;
let technician: Actor;

beforeAll(async () => {
  clinic = await TestClinic.open();
  technician = await clinic.actor(['TECHNICIAN']);
});
afterAll(() => clinic.close());

const delivery = (overrides: Partial<Intake> = {}): Intake => ({
  idempotencyKey: newKey(),
  locationId: clinic.locationId,
  brandName: 'Sanofi Pasteur',
  productName: 'Fluzone Quadrivalent',
  category: 'Vaccine',
  stockUnit: 'vial',
  vendorName: 'McKesson',
  manufacturerLotNumber: `L${newKey()}`,
  expiresOn: '2099-06-30',
  quantity: '10',
  cogsMode: 'FIXED',
  unitCogs: '18.5',
  paymentTerms: 'NET_30',
  ...overrides,
});
const take = (overrides: Partial<Intake> = {}) => clinic.as(technician, (tx) => intake(tx, delivery(overrides)));
async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Refusal)) throw error instanceof Error ? error : new Error('was not refused');
  return error;
}
const counts = () =>
  clinic.one(`SELECT (SELECT count(*) FROM catalogue.vendor) AS vendors, (SELECT count(*) FROM catalogue.brand) AS brands,
    (SELECT count(*) FROM catalogue.product) AS products, (SELECT count(*) FROM inventory.inventory_lot) AS lots,
    (SELECT count(*) FROM inventory.stock) AS stock, (SELECT count(*) FROM inventory.stock_position) AS positions,
    (SELECT count(*) FROM inventory.inventory_transaction) AS lines, (SELECT count(*) FROM audit.audit_entry) AS audited,
    (SELECT count(*) FROM ops.outbox) AS told, (SELECT count(*) FROM ops.idempotency_key) AS keys`);

describe('intake', () => {
  it('makes all that is new and one row that adds up', async () => {
    const result = await take({ quantity: '12.5', vatRate: '0.2', roiPercentage: '30', shelfLifeDays: 100, zone: 'A' });
    const row = await clinic.one(
      `SELECT status, on_hand_quantity, available_quantity, purchase_price, gross_purchase_price, vat_amount, profit_per_shelf_day, ledger_seq, sku, batch_code
       FROM inventory.stock WHERE id = $1`,
      [result['stock']?.[0]],
    );
    expect(row).toMatchObject({
      status: 'LIVE',
      on_hand_quantity: '12.5',
      available_quantity: '12.5',
      purchase_price: '231.25',
      gross_purchase_price: '277.5',
      vat_amount: '46.25',
      profit_per_shelf_day: '0.8325',
      ledger_seq: '1',
    });
    expect(row['sku']).toMatch(/^SKU-SANOFIPASTEU-FLUZONEQUADR-\d{8}-\d{6}$/);
    expect(row['batch_code']).toMatch(/^BCH-LOT-\d{8}-\d{3,}-\d{6}$/);
    const line = await clinic.one(
      'SELECT id, type, trim_scale(quantity_before) AS quantity_before, quantity_after, unit_cost FROM inventory.inventory_transaction WHERE stock_id = $1',
      [result['stock']?.[0]],
    );
    expect(line).toEqual({
      id: result['transaction']?.[0],
      type: 'INTAKE',
      quantity_before: '0',
      quantity_after: '12.5',
      unit_cost: '18.5',
    });
    expect(
      await clinic.all('SELECT zone FROM inventory.stock_position WHERE stock_id = $1 AND until IS NULL', [
        result['stock']?.[0],
      ]),
    ).toEqual([{ zone: 'A' }]);
  });

  it('knows a brand, a vendor and a lot again in other case, spacing and form', async () => {
    const first = await take({
      brandName: 'Élan  Vital',
      vendorName: 'Cardinal',
      productName: 'Twin',
      manufacturerLotNumber: 'ab-12 é3',
    });
    const second = await take({
      brandName: ' e\u0301LAN VITAL ',
      vendorName: 'CARDINAL',
      productName: 'twin',
      manufacturerLotNumber: 'AB12e\u03013',
    });
    expect(second['product']).toEqual(first['product']);
    expect(second['lot']).toEqual(first['lot']);
    expect(second['stock']).not.toEqual(first['stock']);
  });

  it('fills from the barcode only what was not given', async () => {
    const barcode = '(01)00312345678906(17)991231(10)SCAN01(21)SER1';
    const result = await take({ barcode, productName: 'Scanned', manufacturerLotNumber: null, expiresOn: null });
    const row = await clinic.one(
      `SELECT l.manufacturer_lot_number AS lot, l.serial_number AS serial, p.gtin FROM inventory.inventory_lot l JOIN catalogue.product p ON p.id = l.product_id WHERE l.id = $1`,
      [result['lot']?.[0]],
    );
    expect(row).toEqual({ lot: 'SCAN01', serial: 'SER1', gtin: '00312345678906' });
    const nothing = {
      brandName: null,
      productName: null,
      category: null,
      stockUnit: null,
      manufacturerLotNumber: null,
      expiresOn: null,
    };
    const again = await take({ barcode, ...nothing });
    expect(again['lot']).toEqual(result['lot']);
  });

  it('fills what was left blank from the barcode, too', async () => {
    const barcode = '(01)00312345678913(17)991231(10)SCAN02(21)SER2';
    const blank = {
      productName: 'Scanned blank',
      manufacturerLotNumber: ' ',
      serialNumber: '',
      gtin: '',
      expiresOn: null,
    };
    const result = await take({ barcode, ...blank });
    const row = await clinic.one(
      `SELECT l.manufacturer_lot_number AS lot, l.serial_number AS serial, p.gtin FROM inventory.inventory_lot l JOIN catalogue.product p ON p.id = l.product_id WHERE l.id = $1`,
      [result['lot']?.[0]],
    );
    expect(row).toEqual({ lot: 'SCAN02', serial: 'SER2', gtin: '00312345678913' });
  });

  it('takes expired units in only into quarantine, with its cause and a call for an alert', async () => {
    const result = await take({ expiresOn: '2020-01-31' });
    const id = result['stock']?.[0];
    expect(
      await clinic.one(
        'SELECT status, on_hand_quantity AS q, quarantine_quantity AS quarantine, available_quantity AS free FROM inventory.stock WHERE id = $1',
        [id],
      ),
    ).toEqual({ status: 'QUARANTINED', q: '10', quarantine: '10', free: '0' });
    expect(
      await clinic.all('SELECT cause, quantity FROM inventory.stock_quarantine WHERE stock_id = $1', [id]),
    ).toEqual([{ cause: 'EXPIRY', quantity: '10' }]);
    expect(
      await clinic.all(`SELECT topic FROM ops.outbox WHERE topic = 'intake.unusable' AND payload->>'stockId' = $1`, [
        id,
      ]),
    ).toHaveLength(1);
  });

  it('names every cause for which units of a blocked lot stand in quarantine', async () => {
    const lot = { manufacturerLotNumber: 'BLOCKED', expiresOn: '2020-01-31' };
    const first = await take(lot);
    await clinic.owner.query('UPDATE inventory.inventory_lot SET recalled = true, quarantined = true WHERE id = $1', [
      first['lot']?.[0],
    ]);
    const second = await take(lot);
    expect(
      await clinic.all('SELECT cause, reference FROM inventory.stock_quarantine WHERE stock_id = $1 ORDER BY cause', [
        second['stock']?.[0],
      ]),
    ).toEqual(['RECALL', 'EXPIRY', 'MANUAL'].map((cause) => ({ cause, reference: first['lot']?.[0] })));
  });

  it('waits on hold where it is not to go live yet', async () => {
    const result = await take({ goLive: false });
    expect(
      await clinic.one(
        'SELECT status, hold_quantity AS hold, available_quantity AS free FROM inventory.stock WHERE id = $1',
        [result['stock']?.[0]],
      ),
    ).toEqual({ status: 'AWAITING_INTAKE', hold: '10', free: '0' });
  });

  it('answers a replay with the same rows, and makes nothing', async () => {
    const input = delivery();
    const first = await clinic.as(technician, (tx) => intake(tx, input));
    const before = await counts();
    expect(await clinic.as(technician, (tx) => intake(tx, input))).toEqual(first);
    expect(await counts()).toEqual(before);
  });

  it.each<[string, Partial<Intake>]>([
    ['INVALID_QUANTITY', { quantity: '0' }],
    ['BAD_USER_INPUT', { vendorName: '  ' }],
    ['BAD_USER_INPUT', { manufacturerLotNumber: null }],
    ['BAD_USER_INPUT', { unitCogs: null }],
    ['BAD_USER_INPUT', { barcode: '(01)00312345678907' }],
    ['BAD_USER_INPUT', { metadata: { thcc: 1 } }],
    ['BAD_USER_INPUT', { occurredAt: new Date('2020-01-01T00:00:00Z') }],
    ['BAD_USER_INPUT', { category: null }],
    ['BAD_USER_INPUT', { manufacturerLotNumber: '- ‐' }],
    ['BAD_USER_INPUT', { idempotencyKey: '🔑'.repeat(8) }],
    ['BAD_USER_INPUT', { unitCogs: '9999999999', quantity: '1000', roiPercentage: '99999', shelfLifeDays: 1 }],
    // Several reasons at once: what is malformed comes before the quantity, and both before what is not known.
    ['BAD_USER_INPUT', { vendorName: '', quantity: '0', locationId: '01890000-0000-7000-8000-000000000000' }],
    ['INVALID_QUANTITY', { quantity: '0', locationId: '01890000-0000-7000-8000-000000000000' }],
    ['BAD_USER_INPUT', { grade: 'x'.repeat(11) }],
    ['NOT_FOUND', { productId: '01890000-0000-7000-8000-000000000000' }],
    ['NOT_FOUND', { storageUnitId: '01890000-0000-7000-8000-000000000000' }],
  ])('refuses as %s and changes nothing: %j', async (code, overrides) => {
    const before = await counts();
    expect((await refusalOf(take({ productName: 'Never made', ...overrides }))).code).toBe(code);
    expect(await counts()).toEqual(before);
  });

  it('refuses another place and another expiry of a known lot', async () => {
    expect((await refusalOf(take({ locationId: clinic.elsewhereId }))).code).toBe('NOT_FOUND');
    await take({ manufacturerLotNumber: 'SAME', expiresOn: '2099-01-31' });
    expect(
      (await refusalOf(take({ manufacturerLotNumber: 's-a-m-e', expiresOn: '2099-02-28' }))).context,
    ).toMatchObject({ known: '2099-01-31', given: '2099-02-28' });
  });

  it('is all or nothing, whichever of its statements fails', async () => {
    const statements = await countStatements();
    expect(statements).toBeGreaterThan(6);
    for (let failing = 1; failing <= statements; failing += 1) {
      const before = await counts();
      const work = clinic.as(technician, (tx) =>
        intake(failAt(tx, failing), delivery({ brandName: `B${failing}`, vendorName: `V${failing}` })),
      );
      await expect(work).rejects.toThrow('planned failure');
      expect(await counts()).toEqual(before);
    }
  });

  it('gives no two of 24 concurrent deliveries the same code, and makes one lot, brand and product', async () => {
    const results = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        take({
          brandName: index % 2 ? 'RACE' : 'race',
          productName: 'Racer',
          vendorName: 'Racing',
          manufacturerLotNumber: index % 2 ? 'r-1' : 'R1',
        }),
      ),
    );
    expect(new Set(results.map((result) => result['lot']?.[0])).size).toBe(1);
    const codes = await clinic.all('SELECT DISTINCT batch_code, sku FROM inventory.stock WHERE lot_id = $1', [
      results[0]?.['lot']?.[0],
    ]);
    expect(codes).toHaveLength(24);
  });
});

async function countStatements(): Promise<number> {
  let statements = 0;
  await clinic.as(technician, (tx) =>
    intake(
      counting(tx, () => {
        statements += 1;
      }),
      delivery({ brandName: 'Counted', vendorName: 'Counted' }),
    ),
  );
  return statements;
}

function failAt(tx: Tx, failing: number): Tx {
  let statement = 0;
  return counting(tx, () => {
    statement += 1;
    if (statement === failing) throw new Error('planned failure');
  });
}

function counting(tx: Tx, each: () => void): Tx {
  return Object.assign(Object.create(tx) as Tx, {
    sql: async (text: string, values?: readonly unknown[]) => {
      const rows = await tx.sql(text, values);
      each();
      return rows;
    },
  });
}
