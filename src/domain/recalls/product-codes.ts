/**
 * Codes by which a notice and a product are known to be the same: NDCs with and without their package, and GTINs. Ten
 * digits without hyphens, as in a retail barcode, may be read in three ways; all of them are kept. Pure.
 */
import { plainText } from './notice-words.ts';

/** "N:00023-1145" a product, "P:00023-1145-01" its package, "G:00300231145015". */
export type ProductKey = string;

const ndcKeys = (labeler: string, product: string, pack: string | undefined): ProductKey[] => {
  const code = `${labeler.padStart(5, '0')}-${product.padStart(4, '0')}`;
  return [`N:${code}`, ...(pack === undefined ? [] : [`P:${code}-${pack.padStart(2, '0')}`])];
};

/** With hyphens, of a product or of a package; eleven digits; ten. */
export function keysOfNdc(text: string): ProductKey[] {
  const parts = /^(\d{4,5})-(\d{3,4})(?:-(\d{1,2}))?$/.exec(text);
  if (parts !== null) return ndcKeys(parts[1] ?? '', parts[2] ?? '', parts[3]);
  if (/^\d{11}$/.test(text)) return ndcKeys(text.slice(0, 5), text.slice(5, 9), text.slice(9));
  if (!/^\d{10}$/.test(text)) return [];
  return [
    ...ndcKeys(text.slice(0, 4), text.slice(4, 8), text.slice(8)),
    ...ndcKeys(text.slice(0, 5), text.slice(5, 8), text.slice(8)),
    ...ndcKeys(text.slice(0, 5), text.slice(5, 9), text.slice(9)),
  ];
}

/** Of 12, 13 or 14 digits; those of US drugs hold their NDC. */
export function keysOfGtin(text: string): ProductKey[] {
  if (!/^\d{12,14}$/.test(text)) return [];
  const gtin = text.padStart(14, '0');
  const ndc = /^\d03(\d{10})\d$/.exec(gtin)?.[1];
  return [`G:${gtin}`, ...(ndc === undefined ? [] : keysOfNdc(ndc))];
}

export function keysOfProduct({
  ndc,
  gtin,
}: {
  readonly ndc: string | null;
  readonly gtin: string | null;
}): ProductKey[] {
  return [...(ndc === null ? [] : keysOfNdc(ndc)), ...(gtin === null ? [] : keysOfGtin(gtin))];
}

/** Every code that a text names. */
export function keysInText(text: string): ProductKey[] {
  const plain = plainText(text);
  const found = [
    ...[...plain.matchAll(/(?<![\d-])\d{4,5}-\d{3,4}(?:-\d{1,2})?(?![\d-])/g)].flatMap(([code]) => keysOfNdc(code)),
    ...[...plain.matchAll(/\bNDCS?\b[^\d]{0,12}(\d{10,11})(?!\d)/g)].flatMap(([, code = '']) => keysOfNdc(code)),
    ...[...plain.matchAll(/\b(?:UPC|GTIN|EAN)\b[^\d]{0,12}(\d[\d\s-]{10,18}\d)(?!\d)/g)].flatMap(([, code = '']) =>
      keysOfGtin(code.replace(/[\s-]/g, '')),
    ),
    ...[...plain.matchAll(/\(01\)\s*(\d{14})/g)].flatMap(([, code = '']) => keysOfGtin(code)),
  ];
  return [...new Set(found)];
}

export type SameProduct = 'SAME' | 'OTHER_PACKAGE' | null;

/** OTHER_PACKAGE: the product is the same, and the notice names packages of it, but not this one. */
export function sameProduct(notice: readonly ProductKey[], product: readonly ProductKey[]): SameProduct {
  const named = new Set(notice);
  const shared = product.filter((key) => named.has(key));
  if (shared.some((key) => !key.startsWith('N:'))) return 'SAME';
  const [code] = shared;
  if (code === undefined) return null;
  const packages = notice.some((key) => key.startsWith(`P:${code.slice(2)}-`));
  return packages ? 'OTHER_PACKAGE' : 'SAME';
}
