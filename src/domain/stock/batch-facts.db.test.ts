import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { expectSoundLedger } from '../../../test/ledger-invariants.ts';
import { expectRefused, lastAudit, toldOf } from '../../../test/stock-watch.ts';
import type { Actor } from '../../actor.ts';
import { adjustStock } from './adjust-stock.ts';
import { decreaseStock } from './decrease-stock.ts';
import { delistFromPlatform, listOnPlatform, type ListOnPlatform } from './list-on-platform.ts';
import { moveStock, type MoveStock } from './move-stock.ts';
import { updateStock, type UpdateStock } from './update-stock.ts';

let clinic: TestClinic;
let manager: Actor;

beforeAll(async () => {
  clinic = await TestClinic.open();
  manager = await clinic.actor(['MANAGER']);
});
afterEach(() => expectSoundLedger(clinic));
afterAll(() => clinic.close());

const move = (input: MoveStock) => clinic.as(manager, (tx) => moveStock(tx, input));
const update = (input: UpdateStock) => clinic.as(manager, (tx) => updateStock(tx, input));
const list = (input: Partial<ListOnPlatform> & { stockId: string }) =>
  clinic.as(manager, (tx) => listOnPlatform(tx, { platform: 'Market', ...input }));
const delist = (stockId: string, platform = 'Market') =>
  clinic.as(manager, (tx) => delistFromPlatform(tx, { stockId, platform }));
const batch = async () => (await clinic.stock({ productId: await clinic.product(), unitCogs: '5' })).stockId;
const versionOf = async (stockId: string) =>
  (await clinic.one<{ version: number }>('SELECT version FROM inventory.stock WHERE id = $1', [stockId])).version;

async function storageUnit(locationId: string): Promise<string> {
  const id = newKey();
  await clinic.owner.query(
    `INSERT INTO inventory.storage_unit (id, location_id, name, min_celsius, max_celsius) VALUES ($1, $2, $3, 2, 8)`,
    [id, locationId, `Fridge ${id}`],
  );
  return id;
}

describe('moveStock', () => {
  it('keeps where the batch stood when, without gap or overlap', async () => {
    const stockId = await batch();
    const fridge = await storageUnit(clinic.locationId);
    await move({ stockId, storageUnitId: fridge, zone: 'A', bin: ' 7 ' });
    await move({ stockId, zone: 'B', bin: null });
    const positions = await clinic.all<{ since: Date; until: Date | null }>(
      `SELECT storage_unit_id AS unit, zone, bin, since, until FROM inventory.stock_position WHERE stock_id = $1 ORDER BY since, until NULLS LAST`,
      [stockId],
    );
    expect(positions).toMatchObject([
      { unit: null, zone: null },
      { unit: fridge, zone: 'A', bin: '7' },
      { unit: fridge, zone: 'B', bin: null, until: null },
    ]);
    expect(positions[0]?.until).toEqual(positions[1]?.since);
    expect(positions[1]?.until).toEqual(positions[2]?.since);
    expect(await lastAudit(clinic, stockId)).toMatchObject({
      action: 'moveStock',
      before: { zone: 'A', bin: '7' },
      after: { zone: 'B', bin: null, storageUnitId: fridge },
    });
    const version = await versionOf(stockId);
    await move({ stockId, zone: 'B' });
    expect(await versionOf(stockId)).toBe(version);
    expect(await toldOf(clinic, stockId)).toBe(2);
  });

  it('refuses a storage unit of another location, and what is malformed', async () => {
    const stockId = await batch();
    const elsewhere = await storageUnit(clinic.elsewhereId);
    await expectRefused(clinic, 'NOT_FOUND', () => move({ stockId, storageUnitId: elsewhere }));
    await expectRefused(clinic, 'NOT_FOUND', () => move({ stockId: newKey(), zone: 'A' }));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => move({ stockId, storageUnitId: 'fridge' }));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => move({ stockId, zone: 'x'.repeat(51) }));
  });
});

describe('updateStock', () => {
  const money = (stockId: string) =>
    clinic.one(
      `SELECT trim_scale(purchase_price::numeric) AS purchase, trim_scale(gross_purchase_price::numeric) AS gross,
         trim_scale(vat_amount::numeric) AS vat, trim_scale(profit_per_shelf_day::numeric) AS profit, trim_scale(unit_cost::numeric) AS cost
       FROM inventory.stock WHERE id = $1`,
      [stockId],
    );

  it('corrects costs and terms, and what follows from them', async () => {
    const stockId = await batch();
    await update({ stockId, unitCogs: '3.3333', vatRate: '0.21', roiPercentage: '50', shelfLifeDays: 30 });
    expect(await money(stockId)).toEqual({
      ...{ purchase: '33.333', gross: '40.3329', vat: '6.9999', profit: '0.6722', cost: '3.3333' },
    });
    await update({ stockId, cogsMode: 'RANGE', unitCogsMin: '1', unitCogsMax: '2', vatRate: null });
    expect(await money(stockId)).toMatchObject({ purchase: '15', gross: '15', vat: '0', cost: '1.5' });
    expect(await lastAudit(clinic, stockId)).toMatchObject({
      action: 'updateStock',
      before: { cogsMode: 'FIXED', unitCogsMin: null },
      after: { cogsMode: 'RANGE', unitCogsMin: '1', unitCogs: null },
    });
  });

  it('locks costs once units have left; other corrections go on', async () => {
    const stockId = await batch();
    const sale = { idempotencyKey: newKey(), quantity: '1', referenceType: 'order', referenceId: '1' };
    await clinic.as(manager, (tx) => decreaseStock(tx, { ...sale, stockId }));
    await expectRefused(clinic, 'COGS_LOCKED', () => update({ stockId, unitCogs: '6' }));
    await update({ stockId, unitCogs: '5.0', vatRate: '0.1', notes: 'seen' });
    expect(await money(stockId)).toMatchObject({ purchase: '50', gross: '55' });
  });

  it('locks costs once units were found missing, because they are lost at that cost; not where more were found', async () => {
    const stockId = await batch();
    const adjust = (newOnHand: string) =>
      clinic.as(manager, (tx) => adjustStock(tx, { idempotencyKey: newKey(), stockId, newOnHand, reason: 'counted' }));
    await adjust('11');
    await update({ stockId, unitCogs: '4' });
    await adjust('8');
    await expectRefused(clinic, 'COGS_LOCKED', () => update({ stockId, unitCogs: '6' }));
    await adjust('11');
    await expectRefused(clinic, 'COGS_LOCKED', () => update({ stockId, unitCogs: '6' }));
  });

  it('keeps what is not named, empties what is null, and changes nothing where nothing differs', async () => {
    const stockId = await batch();
    await update({ stockId, grade: 'A', notes: 'n', metadata: { harvestCode: 'H' }, externalIds: { erp: '1' } });
    await update({ stockId, notes: null, deliveredOn: '2026-01-02', paymentTerms: 'NET_30' });
    expect(
      await clinic.one(
        'SELECT grade, notes, metadata, external_ids, delivered_on, payment_terms FROM inventory.stock WHERE id = $1',
        [stockId],
      ),
    ).toMatchObject({
      ...{
        grade: 'A',
        notes: null,
        metadata: { harvestCode: 'H' },
        external_ids: { erp: '1' },
        payment_terms: 'NET_30',
      },
    });
    const version = await versionOf(stockId);
    await update({ stockId, grade: 'A', expectedVersion: version });
    expect(await versionOf(stockId)).toBe(version);
    await update({ stockId, metadata: { notes: 'n', harvestCode: 'H' } });
    await update({ stockId, metadata: { harvestCode: 'H', notes: 'n' } });
    expect(await versionOf(stockId)).toBe(version + 1);
  });

  it('refuses unknown metadata, half a range, other versions', async () => {
    const stockId = await batch();
    await expectRefused(clinic, 'BAD_USER_INPUT', () => update({ stockId, metadata: { harvestcode: 'H' } }));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => update({ stockId, cogsMode: 'RANGE', unitCogsMin: '1' }));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => update({ stockId, unitCogs: null }));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => update({ stockId, vatRate: '1.5' }));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => update({ stockId, externalIds: { erp: '\u0000' } }));
    const context = await expectRefused(clinic, 'VERSION_CONFLICT', () =>
      update({ stockId, grade: 'B', expectedVersion: 4 }),
    );
    expect(context).toMatchObject({ expected: 4, actual: 1 });
  });
});

describe('listings', () => {
  it('open and end, and may begin again', async () => {
    const stockId = await batch();
    await list({ stockId, price: '12.5', url: 'https://market.example/1' });
    await expectRefused(clinic, 'DUPLICATE', () => list({ stockId, platform: ' MARKET ' }));
    await list({ stockId, platform: 'Other' });
    await delist(stockId, 'market');
    await expectRefused(clinic, 'NOT_FOUND', () => delist(stockId));
    await list({ stockId });
    const { listed } = await clinic.one<{ listed: unknown }>(
      'SELECT listed_on_platforms AS listed FROM inventory.stock WHERE id = $1',
      [stockId],
    );
    const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as unknown;
    expect(listed).toEqual([
      {
        ...{ platform: 'Market', price: '12.5', url: 'https://market.example/1' },
        ...{ listedAt: instant, delistedAt: instant },
      },
      { platform: 'Other', price: null, url: null, listedAt: instant, delistedAt: null },
      { platform: 'Market', price: null, url: null, listedAt: instant, delistedAt: null },
    ]);
    expect(await lastAudit(clinic, stockId)).toMatchObject({ action: 'listOnPlatform' });
    expect(await toldOf(clinic, stockId)).toBe(4);
  });

  it('refuses what is no address, no price, no name', async () => {
    const stockId = await batch();
    await expectRefused(clinic, 'BAD_USER_INPUT', () => list({ stockId, url: 'javascript:alert(1)' }));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => list({ stockId, price: '-1' }));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => list({ stockId, platform: ' ' }));
    await expectRefused(clinic, 'NOT_FOUND', () => list({ stockId: newKey() }));
  });
});
