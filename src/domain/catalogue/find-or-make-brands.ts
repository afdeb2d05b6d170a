/** As finding or making one, for the many of an import. Brands before vendors, as everywhere, each by name. */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { audit } from '../audit.ts';

interface Branded {
  readonly brandName?: string;
  readonly vendorName?: string;
}

/** The brand's id for each; null where none is named. A brand that has no vendor yet gets the one that is named. */
export async function findOrMakeBrands(tx: Tx, all: readonly Branded[]): Promise<readonly (string | null)[]> {
  const brands = await findOrMakeAll(
    tx,
    'brand',
    all.map(({ brandName }) => brandName),
  );
  const vendors = await findOrMakeAll(
    tx,
    'vendor',
    all.map(({ vendorName }) => vendorName),
  );
  const owned = new Map<string, string>();
  for (const { brandName, vendorName } of all) {
    const [brandId, vendorId] = [brands.get(brandName ?? ''), vendors.get(vendorName ?? '')];
    if (brandId !== undefined && vendorId !== undefined && !owned.has(brandId)) owned.set(brandId, vendorId);
  }
  await giveVendors(tx, owned);
  return all.map(({ brandName }) => brands.get(brandName ?? '') ?? null);
}

/** Ids by the name as it was written. */
async function findOrMakeAll(
  tx: Tx,
  table: 'brand' | 'vendor',
  all: readonly (string | undefined)[],
): Promise<ReadonlyMap<string, string>> {
  const names = [...new Set(all.filter((name) => name !== undefined))];
  if (names.length === 0) return new Map();
  const made = await tx.sql<{ id: string; name: string }>(
    `INSERT INTO catalogue.${table} (id, name)
     SELECT DISTINCT ON (catalogue.name_key(n.name)) n.id, n.name FROM unnest($1::uuid[], $2::text[]) AS n(id, name)
     ORDER BY catalogue.name_key(n.name) ON CONFLICT (name_key) DO NOTHING RETURNING id, name`,
    [names.map(() => uuid()), names],
  );
  const action = table === 'brand' ? 'createBrand' : 'createVendor';
  if (made.length > 0) {
    await audit(tx, ...made.map(({ id, name }) => ({ entity: table, entityId: id, action, after: { name } })));
  }
  const found = await tx.sql<{ id: string; written: string }>(
    `SELECT t.id, n.name AS written FROM unnest($1::text[]) AS n(name) JOIN catalogue.${table} t ON t.name_key = catalogue.name_key(n.name)`,
    [names],
  );
  return new Map(found.map(({ id, written }) => [written, id]));
}

async function giveVendors(tx: Tx, owned: ReadonlyMap<string, string>): Promise<void> {
  if (owned.size === 0) return;
  const given = await tx.sql<{ id: string; vendorId: string }>(
    `UPDATE catalogue.brand b SET vendor_id = g.vendor_id FROM unnest($1::uuid[], $2::uuid[]) AS g(brand_id, vendor_id)
     WHERE b.id = g.brand_id AND b.vendor_id IS NULL RETURNING b.id, b.vendor_id AS "vendorId"`,
    [[...owned.keys()], [...owned.values()]],
  );
  if (given.length === 0) return;
  const line = ({ id, vendorId }: { id: string; vendorId: string }) => ({
    entity: 'brand',
    entityId: id,
    action: 'updateBrand',
    before: { vendorId: null },
    after: { vendorId },
  });
  await audit(tx, ...given.map(line));
}
