/**
 * Whether a notice may concern a product here, and which of its lots. EXACT_LOT: the same product by its code, and a lot
 * number as a whole word. POSSIBLE: the lot number and a product that is alike, or the product and a number that may be
 * the lot's. PRODUCT_ONLY: the product, and no number that a lot could be told by. None means nothing: never "safe". Pure.
 */
import type { RecallMatchKind } from '../../schema/enums.ts';
import { groupBy } from '../group-by.ts';
import { plainText } from './notice-words.ts';
import { keysOfProduct, sameProduct, type ProductKey, type SameProduct } from './product-codes.ts';
import { alikeKey, isWithin, readLots, type ReadLots } from './read-lots.ts';

export interface HeldProduct {
  readonly id: string;
  readonly name: string;
  readonly brand: string | null;
  readonly genericName: string | null;
  readonly ndc: string | null;
  readonly gtin: string | null;
}

export interface HeldLot {
  readonly id: string;
  readonly productId: string;
  readonly number: string;
  /** As lot numbers are compared. */
  readonly key: string;
}

export interface NoticeText {
  readonly productDescription: string;
  readonly codeInfo: string;
  readonly names: readonly string[];
  readonly productKeys: readonly ProductKey[];
}

export interface FoundMatch {
  readonly kind: RecallMatchKind;
  readonly productId: string;
  /** Null where the match names none. */
  readonly lotId: string | null;
  readonly evidence: Readonly<Record<string, unknown>>;
}

export function matchNotice(
  notice: NoticeText,
  products: readonly HeldProduct[],
  lots: readonly HeldLot[],
): FoundMatch[] {
  const read = readLots(notice.codeInfo);
  const lotsOf = groupBy(lots, ({ productId }) => productId);
  return products.flatMap((product) => matchesOf(notice, read, product, lotsOf.get(product.id) ?? []));
}

function matchesOf(notice: NoticeText, read: ReadLots, product: HeldProduct, lots: readonly HeldLot[]): FoundMatch[] {
  const keys = keysOfProduct(product);
  const same = sameProduct(notice.productKeys, keys);
  const names = namesAlike(notice, product);
  if (same === null && names.length === 0) return [];
  const codes = keys.filter((key) => notice.productKeys.includes(key)).map((key) => key.slice(2));
  const about = { productId: product.id, evidence: { sameProduct: same, codes, names } };
  const found = lots.flatMap((lot): FoundMatch[] => {
    const how = lotReading(lot.key, read, same);
    const kind = how === 'WHOLE_WORD' && same === 'SAME' ? 'EXACT_LOT' : 'POSSIBLE';
    const evidence = { ...about.evidence, lotNumber: lot.number, readAs: how };
    return how === null ? [] : [{ ...about, kind, lotId: lot.id, evidence }];
  });
  const isUnreadable = ![...read.sure].some((key) => /\d/.test(key)) || read.saysAll;
  const isTheProduct = same !== null || (isByNameOnly(notice, keys) && names.includes(fullName(product)));
  if (!isUnreadable || !isTheProduct || (found.length > 0 && !read.saysAll)) return found;
  return [
    ...found,
    { ...about, kind: 'PRODUCT_ONLY', lotId: null, evidence: { ...about.evidence, saysAll: read.saysAll } },
  ];
}

type LotReading = 'WHOLE_WORD' | 'PART_OR_OTHER' | 'WITHIN_RANGE' | 'ALIKE' | null;

/** Letters that look like digits count only where the product is the same. */
function lotReading(key: string, read: ReadLots, same: SameProduct): LotReading {
  if (read.sure.has(key)) return 'WHOLE_WORD';
  if (read.maybe.has(key)) return 'PART_OR_OTHER';
  if (isWithin(key, read.ranges)) return 'WITHIN_RANGE';
  const isAlike = same !== null && [...read.sure].some((other) => alikeKey(other) === alikeKey(key));
  return isAlike ? 'ALIKE' : null;
}

/** Where one side has no code, names are all there is. */
export function isByNameOnly({ productKeys }: NoticeText, keys: readonly ProductKey[]): boolean {
  return productKeys.length === 0 || keys.length === 0;
}

const fullName = ({ brand, name }: HeldProduct): string =>
  brand === null || name.startsWith(brand) ? name : `${brand} ${name}`;

/** Forms and strengths, which many products share. */
const common = new Set(
  'INJECTION INJECTABLE TABLET TABLETS CAPSULE CAPSULES SOLUTION SUSPENSION CREAM OINTMENT POWDER STERILE VIAL VIALS SYRINGE ORAL TOPICAL FOR WITH SODIUM HYDROCHLORIDE ACETATE SULFATE PHOSPHATE EXTENDED RELEASE DELAYED UNITS DOSE SINGLE MULTI LIQUID SPRAY DROPS'.split(
    ' ',
  ),
);

const significant = (text: string): string[] =>
  (plainText(text).match(/[A-Z]{4,}/g) ?? []).filter((word) => !common.has(word));

/** By what a product is looked for in a text: the first word that tells it from others, of each of its names. */
export function firstWords({ brand, name, genericName }: HeldProduct): string[] {
  return [brand, name, genericName].flatMap((each) => (each === null ? [] : significant(each).slice(0, 1)));
}

export function wordsOfProducts({
  productDescription,
  names,
}: Pick<NoticeText, 'productDescription' | 'names'>): string[] {
  return significant([productDescription, ...names].join(' '));
}

/** Which of the product's names the notice has: the full one by all its words, brand and generic by their first. */
function namesAlike(notice: NoticeText, product: HeldProduct): string[] {
  const words = new Set(wordsOfProducts(notice));
  const all = significant(fullName(product));
  const firsts = [product.brand, product.name, product.genericName].filter((name) => name !== null);
  const isFull = all.length > 0 && all.every((word) => words.has(word));
  return [
    ...(isFull ? [fullName(product)] : []),
    ...firsts.filter((name) => {
      const [first] = significant(name);
      return first !== undefined && words.has(first) && !(isFull && name === fullName(product));
    }),
  ];
}
