/**
 * Holds notices against what is or was here, and lots that are new here against the notices that are remembered. What
 * may be meant becomes a match that waits for a person, and an alert. A match that a person has dismissed is opened again
 * only when it has become an exact one; nothing is ever decided or taken back here.
 * Locks: matches by notice, product and lot; open recalls whose notice has another class now; alerts by subject.
 */
import { v7 as uuid } from 'uuid';
import { Statement } from '../../db/statement.ts';
import type { Tx } from '../../db/in-transaction.ts';
import type { RecallClass } from '../../schema/enums.ts';
import { settleMatchAlerts } from '../alerts/recall-alerts.ts';
import { addAudit, type AuditLine } from '../audit.ts';
import { claimOnly } from '../claim.ts';
import { addOutbox } from '../outbox.ts';
import {
  firstWords,
  isByNameOnly,
  matchNotice,
  wordsOfProducts,
  type FoundMatch,
  type HeldProduct,
  type NoticeText,
} from './match-notice.ts';
import { keysOfProduct } from './product-codes.ts';
import { heldProducts, lotsThatMayBeMeant, lotsWithProducts } from './read-held.ts';
import { readLots } from './read-lots.ts';

interface ReadNotice extends NoticeText {
  readonly id: string;
  readonly recallClass: RecallClass | null;
  readonly lotKeys: readonly string[];
}

/** Answers how many matches are new, or open again. */
export async function matchNotices(tx: Tx, noticeIds: readonly string[]): Promise<number> {
  await claimOnly(tx, { mutation: 'findMatches', key: null, input: {} });
  const notices = await readNotices(tx, 'n.id = ANY($1::uuid[])', [noticeIds]);
  const shelf = new Shelf(await heldProducts(tx));
  const meant = notices.flatMap((notice) => [...shelf.find(notice.productKeys), ...namedWithRange(shelf, notice)]);
  const lotKeys = new Set(notices.flatMap((notice) => notice.lotKeys));
  const lots = await lotsThatMayBeMeant(tx, [...lotKeys], [...new Set(meant.map(({ id }) => id))]);
  const found = notices.flatMap((notice) => {
    const products = shelf.find([...notice.productKeys, ...wordsOfProducts(notice)]);
    return matchNotice(notice, products, lots).map((match) => ({ ...match, noticeId: notice.id }));
  });
  await followClasses(tx, noticeIds);
  return keep(tx, found, noticeIds);
}

/** Lots within a range are known by no number of the notice: they are looked at as all those of products by their codes. */
function namedWithRange(shelf: Shelf, notice: NoticeText): HeldProduct[] {
  if (readLots(notice.codeInfo).ranges.length === 0) return [];
  return shelf.find(wordsOfProducts(notice)).filter((product) => isByNameOnly(notice, keysOfProduct(product)));
}

export async function matchNewLots(tx: Tx, lotIds: readonly string[]): Promise<number> {
  await claimOnly(tx, { mutation: 'findMatches', key: null, input: {} });
  const { lots, products } = await lotsWithProducts(tx, lotIds);
  const notices = await readNotices(
    tx,
    `n.product_keys && $1::text[] OR n.lot_keys && $2::text[] OR ($4 OR cardinality(n.product_keys) = 0) AND EXISTS (
       SELECT FROM unnest($3::text[]) AS w(word) WHERE strpos(upper(n.product_description), w.word) > 0)`,
    [
      products.flatMap(keysOfProduct),
      lots.map(({ key }) => key),
      products.flatMap(firstWords),
      products.some((product) => keysOfProduct(product).length === 0),
    ],
  );
  const found = notices.flatMap((notice) =>
    matchNotice(notice, products, lots).map((match) => ({ ...match, noticeId: notice.id })),
  );
  return keep(tx, found, [...new Set(found.map(({ noticeId }) => noticeId))]);
}

/** What is held, found by its codes and by the first words of its names. */
class Shelf {
  readonly #products = new Map<string, HeldProduct[]>();

  constructor(products: readonly HeldProduct[]) {
    for (const product of products) {
      for (const key of [...keysOfProduct(product), ...firstWords(product)]) {
        const known = this.#products.get(key);
        if (known === undefined) this.#products.set(key, [product]);
        else known.push(product);
      }
    }
  }

  find(keys: readonly string[]): HeldProduct[] {
    return [...new Set(keys.flatMap((key) => this.#products.get(key) ?? []))];
  }
}

async function readNotices(tx: Tx, where: string, values: readonly unknown[]): Promise<ReadNotice[]> {
  return tx.query<ReadNotice[]>(
    `SELECT n.id, n.recall_class AS "recallClass", n.product_description AS "productDescription", n.code_info AS "codeInfo", n.names,
       n.product_keys AS "productKeys", n.lot_keys AS "lotKeys" FROM inventory.recall_notice n WHERE ${where} ORDER BY n.notice_number`,
    [...values],
  );
}

type NoticeMatch = FoundMatch & { readonly noticeId: string };

async function keep(tx: Tx, found: readonly NoticeMatch[], noticeIds: readonly string[]): Promise<number> {
  const list = (pick: (match: NoticeMatch) => unknown) => found.map(pick);
  const news = await tx.sql<{ id: string; noticeId: string; kind: string }>(
    `INSERT INTO inventory.recall_match AS m (id, notice_id, kind, product_id, lot_id, evidence)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::inventory.recall_match_kind[], $4::uuid[], $5::uuid[], $6::jsonb[]) AS f(id, notice_id, kind, product_id, lot_id, evidence)
     ORDER BY notice_id, product_id, lot_id
     ON CONFLICT (notice_id, product_id, lot_id) DO UPDATE SET kind = excluded.kind, evidence = excluded.evidence, status = 'PENDING',
       decided_by = NULL, decided_at = NULL, note = NULL
       WHERE m.kind <> 'EXACT_LOT' AND excluded.kind = 'EXACT_LOT' AND m.status <> 'CONFIRMED'
     RETURNING id, notice_id AS "noticeId", kind`,
    [
      list(() => uuid()),
      list(({ noticeId }) => noticeId),
      list(({ kind }) => kind),
      list(({ productId }) => productId),
      list(({ lotId }) => lotId),
      list(({ evidence }) => JSON.stringify(evidence)),
    ],
  );
  const told = news.map(({ id, noticeId, kind }): AuditLine => ({
    ...{ entity: 'recall_match', entityId: id, action: 'findMatches', after: { noticeId, kind } },
  }));
  const statement = new Statement();
  addAudit(statement, tx, told);
  await statement.run(tx, 'SELECT');
  await settleMatchAlerts(tx, noticeIds);
  return news.length;
}

/** A recall that was issued from a notice is as grave as the notice says now. */
async function followClasses(tx: Tx, noticeIds: readonly string[]): Promise<void> {
  const changed = await tx.sql<{ id: string; before: RecallClass; after: RecallClass }>(
    `WITH c AS (
       SELECT DISTINCT r.id, r.recall_class AS before, n.recall_class AS after FROM inventory.recall_notice n
       JOIN inventory.recall_match m ON m.notice_id = n.id JOIN inventory.recall r ON r.id = m.recall_id
       WHERE n.id = ANY($1::uuid[]) AND r.status = 'ACTIVE' AND r.recall_class <> n.recall_class)
     UPDATE inventory.recall r SET recall_class = c.after FROM c WHERE r.id = c.id RETURNING r.id, c.before, c.after`,
    [noticeIds],
  );
  if (changed.length === 0) return;
  const statement = new Statement();
  addAudit(
    statement,
    tx,
    changed.map(({ id, before, after }) => ({
      ...{ entity: 'recall', entityId: id, action: 'followClass', before: { recallClass: before } },
      after: { recallClass: after },
    })),
  );
  addOutbox(
    statement,
    changed.map(({ id }) => ({ topic: 'recall.changed', payload: { recallId: id } })),
  );
  await statement.run(tx, 'SELECT');
}
