/**
 * Brings a row of opening stock in as a person would take a delivery in, but as an IMPORT: ledger and audit begin with it.
 * Guarantees: each row for itself, whole or not at all; a row that came before is not brought in again, and one that came
 * with other figures is refused. Refuses, by row: BAD_USER_INPUT, NOT_FOUND and whatever intake refuses.
 */
import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { inTransaction, type Session, type Tx } from '../../db/in-transaction.ts';
import { read } from '../../db/prepared.ts';
import { Refusal } from '../../refusal.ts';
import { hashOf, type Result } from '../claim.ts';
import { intake } from './intake.ts';
import type { Intake } from './intake-input.ts';
import type { OpeningStock } from './opening-table.ts';

/** A row's identity: its place, product, lot and position, and which of several alike it is. */
export interface OpeningIntake {
  readonly legacyId: string;
  readonly input: Intake;
  readonly contentHash: Buffer;
}

/** Tells rows apart that are alike; one for a file. */
export class OpeningRows {
  readonly #seen = new Map<string, number>();

  constructor(private readonly db: DataSource) {}

  async intakeOf(stock: OpeningStock): Promise<OpeningIntake> {
    const [zone = null, rack = null, shelf = null, bin = null] = stock.position;
    const locationId = await locationOf(this.db, stock.location);
    const product = await productOf(this.db, stock);
    const facts = {
      ...{ locationId, ...product, brandName: stock.brandName, category: stock.category, stockUnit: stock.stockUnit },
      ...{ vendorName: stock.vendorName ?? 'Opening stock', manufacturerLotNumber: stock.lotNumber },
      ...{ expiresOn: stock.expiresOn, quantity: stock.quantity, unitCogs: stock.unitCogs },
      ...{ cogsMode: 'FIXED' as const, paymentTerms: stock.paymentTerms ?? ('COD' as const), zone, rack, shelf, bin },
    };
    const { brandName, manufacturerLotNumber } = facts;
    // As the row tells it: a product that its first row makes would be another one the next time.
    const told = [stock.productName?.replaceAll(/\s+/g, ' ') ?? null, stock.gtin, stock.ndc];
    const identity = [locationId, told, brandName, manufacturerLotNumber, zone, rack, shelf, bin];
    const alike = JSON.stringify(identity).toLowerCase();
    const nth = (this.#seen.get(alike) ?? 0) + 1;
    this.#seen.set(alike, nth);
    const legacyId = createHash('sha256').update(`${alike} ${nth}`).digest('hex');
    const content = { ...facts, productId: null, productName: null, gtin: null, ndc: null };
    return { legacyId, input: { idempotencyKey: `opening-${legacyId}`, ...facts }, contentHash: hashOf(content) };
  }
}

/** Within 90 days its key knows it; afterwards whoever keeps `legacyId` must. */
export async function importOpeningStock(session: Session, { input }: OpeningIntake): Promise<Result> {
  try {
    return await inTransaction(session, (tx) => intake(tx, input, 'IMPORT'));
  } catch (error) {
    if (error instanceof Refusal && error.code === 'IDEMPOTENCY_CONFLICT') throw cameOtherwise();
    throw error;
  }
}

export function cameOtherwise(): Refusal {
  return new Refusal(
    'BAD_USER_INPUT',
    'This row was brought in before with other figures, and its units may have moved since: count or adjust the batch.',
  );
}

class Tried extends Error {}

/** Whether it would be brought in; nothing stays. */
export async function tryOpeningStock(session: Session, { input }: OpeningIntake): Promise<void> {
  const work = async (tx: Tx) => {
    await intake(tx, input, 'IMPORT');
    throw new Tried();
  };
  await inTransaction(session, work).catch((error: unknown) => {
    if (error instanceof Tried) return;
    throw error instanceof Refusal && error.code === 'IDEMPOTENCY_CONFLICT' ? cameOtherwise() : error;
  });
}

async function locationOf(db: DataSource, told: string): Promise<string> {
  const found = await read<{ id: string }>(
    db,
    `SELECT id FROM people.location WHERE lower(code) = lower($1)
     UNION ALL SELECT id FROM people.location WHERE catalogue.name_key(name) = catalogue.name_key($1)
       AND NOT EXISTS (SELECT FROM people.location WHERE lower(code) = lower($1))`,
    [told],
  );
  const [location] = found;
  if (location !== undefined && found.length === 1) return location.id;
  const why = found.length === 0 ? 'There is no location with the code or name' : 'Several locations are called';
  throw new Refusal('NOT_FOUND', `${why} "${told}".`, { field: 'location' });
}

type Named = Pick<Intake, 'productId' | 'productName' | 'gtin' | 'ndc'>;

/** By its code, as intake finds it; else by its name, where one product alone is called so. */
async function productOf(db: DataSource, { productName, brandName, gtin, ndc }: OpeningStock): Promise<Named> {
  if (gtin !== null || ndc !== null || productName === null) return { productName, gtin, ndc };
  const found = await read<{ id: string }>(
    db,
    `SELECT p.id FROM catalogue.product p LEFT JOIN catalogue.brand b ON b.id = p.brand_id
     WHERE catalogue.name_key(p.name) = catalogue.name_key($1) AND ($2::text IS NULL OR b.name_key = catalogue.name_key($2)) LIMIT 2`,
    [productName, brandName],
  );
  const [product] = found;
  if (found.length > 1) {
    throw new Refusal('BAD_USER_INPUT', `Several products are called "${productName}": give brand, GTIN or NDC.`, {
      field: 'product',
    });
  }
  return product === undefined ? { productName } : { productId: product.id };
}
