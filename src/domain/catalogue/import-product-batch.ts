/**
 * Some hundred products of a file, in one transaction and a fixed number of statements a round. A product is known by
 * its NDC or GTIN, else by brand, name, category and stock unit; one without codes learns those of a row that agrees in
 * form and strength too. Rows that may mean a product which an earlier row of the round makes wait for the next round.
 * Refuses DUPLICATE for the batch; single rows are refused in its outcome. Locks: other imports, brands, vendors,
 * products by id.
 */
import { v7 as uuid } from 'uuid';
import { advisoryLocks } from '../../db/advisory-locks.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { Refusal } from '../../refusal.ts';
import { audit, type AuditLine } from '../audit.ts';
import { changesOf } from '../changes.ts';
import { claimOnly } from '../claim.ts';
import { isBudgetChanged, judgeBudgetsAnew } from '../cold-chain/budget-changed.ts';
import { refuseDuplicates } from '../duplicate.ts';
import { tell } from '../outbox.ts';
import type { CatalogueProduct } from './catalogue-file.ts';
import { findOrMakeBrands } from './find-or-make-brands.ts';
import { findKnownProducts, type Found, type KnownProduct } from './find-known-products.ts';
import type { Given, Outcome, RefusedRow } from './import-outcome.ts';
import {
  insertProducts,
  productCodes,
  requireUnitsKept,
  updateProducts,
  withGiven,
  type ProductFields,
} from './product-fields.ts';

type Row = Given<CatalogueProduct>;
type StoredProduct = ProductFields & { readonly id: string; readonly brandId: string | null };

interface Round {
  readonly added: StoredProduct[];
  /** What is known before and after the round, by id. */
  readonly known: Map<string, { readonly before: KnownProduct; readonly after: StoredProduct }>;
  updated: number;
  unchanged: number;
  readonly refused: RefusedRow[];
  readonly later: Row[];
}

export async function importProductBatch(tx: Tx, rows: readonly Row[]): Promise<Outcome> {
  await claimOnly(tx, { mutation: 'importCatalogue', key: null, input: {} });
  await tx.sql('SELECT pg_advisory_xact_lock($1)', [advisoryLocks.catalogueImport]);
  const rounds: Round[] = [];
  for (let left = rows; left.length > 0;) {
    const round = await importRound(tx, left);
    rounds.push(round);
    left = round.later;
  }
  return {
    added: rounds.reduce((total, { added }) => total + added.length, 0),
    updated: rounds.reduce((total, { updated }) => total + updated, 0),
    unchanged: rounds.reduce((total, { unchanged }) => total + unchanged, 0),
    changedFields: rounds.flatMap((round) =>
      changedIn(round).flatMap(({ before, after }) => changesOf(before, after).names),
    ),
    refused: rounds.flatMap(({ refused }) => refused),
  };
}

async function importRound(tx: Tx, rows: readonly Row[]): Promise<Round> {
  const brandIds = await findOrMakeBrands(
    tx,
    rows.map(({ product }) => product),
  );
  const found = await findKnownProducts(
    tx,
    rows.map(({ product }, index) => ({ product, brandId: brandIds[index] ?? null })),
  );
  const round: Round = { added: [], known: new Map(), updated: 0, unchanged: 0, refused: [], later: [] };
  const taken = new TakenProducts();
  for (const [index, row] of rows.entries()) {
    const matches = found[index] ?? { byCode: [], byName: [] };
    const [known, another] = matches.byCode.length > 0 ? matches.byCode : matches.byName;
    if (another !== undefined) round.refused.push({ row: row.row, reason: ambiguous(matches) });
    else if (!taken.take(row.product, brandIds[index] ?? null, known ?? null)) round.later.push(row);
    else decide(round, row, brandIds[index] ?? null, known ?? null);
  }
  await write(tx, round);
  return round;
}

function ambiguous({ byCode }: Found): string {
  return byCode.length > 0
    ? 'Its NDC and its GTIN belong to different products.'
    : 'Several products have this brand, name, category and unit. Give the NDC or the GTIN.';
}

/** What a round has taken up already: nothing is made twice, and no code goes to two products. */
class TakenProducts {
  /** By code: the known product that it is of, or null for one that is made. */
  readonly #codes = new Map<string, string | null>();
  readonly #coded = new Set<string>();
  readonly #uncoded = new Set<string>();

  take(product: CatalogueProduct, brandId: string | null, known: KnownProduct | null): boolean {
    const id = known?.id ?? null;
    const codes = [product.ndc, product.gtin].filter((code) => code !== undefined);
    const name = [brandId ?? '', product.name, product.category, product.stockUnit].map(looseKey).join('\n');
    const isCoded = codes.length > 0;
    if (codes.some((code) => this.#codes.has(code) && (id === null || this.#codes.get(code) !== id))) return false;
    if (id === null && (this.#uncoded.has(name) || (!isCoded && this.#coded.has(name)))) return false;
    for (const code of codes) this.#codes.set(code, id);
    if (id === null) (isCoded ? this.#coded : this.#uncoded).add(name);
    return true;
  }
}

const looseKey = (name: string) => name.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();

function decide(round: Round, { row, product: given }: Row, brandId: string | null, known: KnownProduct | null): void {
  try {
    if (known === null) {
      round.added.push({ ...withGiven({}, given), id: uuid(), brandId });
      return;
    }
    const now: StoredProduct = round.known.get(known.id)?.after ?? known;
    const product = withGiven(now, given);
    requireUnitsKept(now, product, known.hasStock);
    const after = { ...product, id: known.id, brandId: brandId ?? now.brandId };
    round[changesOf(now, after).names.length === 0 ? 'unchanged' : 'updated'] += 1;
    round.known.set(known.id, { before: known, after });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    round.refused.push({ row, reason: error.message });
  }
}

const changedIn = ({ known }: Round) =>
  [...known.values()].filter(({ before, after }) => changesOf(before, after).names.length > 0);

async function write(tx: Tx, round: Round): Promise<void> {
  const { added } = round;
  const changed = changedIn(round);
  if (added.length + changed.length === 0) return;
  await refuseDuplicates(productCodes, async () => {
    if (changed.length > 0) await tx.sql(updateProducts, [JSON.stringify(changed.map(({ after }) => after))]);
    if (added.length > 0) await tx.sql(insertProducts, [JSON.stringify(added)]);
  });
  const lines: AuditLine[] = [
    ...added.map(({ id, ...after }) => ({ entity: 'product', entityId: id, action: 'importCatalogue', after })),
    ...changed.map((product) => {
      const { before, after } = changesOf(product.before, product.after);
      return { entity: 'product', entityId: product.after.id, action: 'importCatalogue', before, after };
    }),
  ];
  await audit(tx, ...lines);
  await tell(tx, { topic: 'product.changed', payload: { productIds: lines.map(({ entityId }) => entityId) } });
  const bearOther = changed.filter(({ before, after }) => isBudgetChanged(changesOf(before, after).names));
  await judgeBudgetsAnew(
    tx,
    bearOther.map(({ after }) => after.id),
  );
}
