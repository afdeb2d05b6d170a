/**
 * A notice of the feed, in the shape of openFDA's drug enforcement reports, as we keep it. What is missing that a match
 * needs, or has another shape, is said in one line: such a notice is told and skipped. Pure.
 */
import { createHash } from 'node:crypto';
import type { RecallClass } from '../../schema/enums.ts';
import { keysInText, keysOfGtin, keysOfNdc, type ProductKey } from './product-codes.ts';
import { readLots } from './read-lots.ts';

export interface Notice {
  readonly noticeNumber: string;
  /** Null: not classified yet. */
  readonly recallClass: RecallClass | null;
  readonly feedStatus: string | null;
  readonly reason: string;
  readonly firm: string | null;
  readonly productDescription: string;
  readonly codeInfo: string;
  readonly names: readonly string[];
  readonly productKeys: readonly ProductKey[];
  readonly lotKeys: readonly string[];
  readonly contentHash: Buffer;
}

const mostCharacters = 200_000;

const classes: ReadonlyMap<string, RecallClass | null> = new Map([
  ['CLASS I', 'CLASS_I'],
  ['CLASS II', 'CLASS_II'],
  ['CLASS III', 'CLASS_III'],
  ['NOT YET CLASSIFIED', null],
]);

/** The notice, or why it is none. */
export function parseNotice(raw: unknown): Notice | string {
  if (!isRecord(raw)) return 'it is no object';
  const noticeNumber = textOf(raw, 'recall_number');
  if (noticeNumber === null || noticeNumber.length > 100) return 'recall_number is missing or too long';
  const classified = (textOf(raw, 'classification') ?? 'Not Yet Classified').replace(/\s+/g, ' ').toUpperCase();
  const recallClass = classes.get(classified);
  if (recallClass === undefined) return `${noticeNumber}: classification is none that we know`;
  const productDescription = textOf(raw, 'product_description');
  if (productDescription === null) return `${noticeNumber}: product_description is missing`;
  const codeInfo = [textOf(raw, 'code_info'), textOf(raw, 'more_code_info')]
    .filter((text) => text !== null)
    .join(' ; ');
  if (productDescription.length + codeInfo.length > mostCharacters) return `${noticeNumber}: it is too long`;
  const openfda = isRecord(raw['openfda']) ? raw['openfda'] : {};
  const { sure, maybe } = readLots(codeInfo);
  const told = {
    noticeNumber,
    recallClass,
    feedStatus: textOf(raw, 'status')?.slice(0, 100) ?? null,
    reason: textOf(raw, 'reason_for_recall') ?? 'No reason is given.',
    firm: textOf(raw, 'recalling_firm'),
    productDescription,
    codeInfo,
    names: ['brand_name', 'generic_name', 'substance_name'].flatMap((name) => textsOf(openfda, name)),
    productKeys: [
      ...new Set([
        ...['product_ndc', 'package_ndc'].flatMap((name) => textsOf(openfda, name).flatMap(keysOfNdc)),
        ...textsOf(openfda, 'upc').flatMap(keysOfGtin),
        ...keysInText(`${productDescription} ; ${codeInfo}`),
      ]),
    ].sort(),
    lotKeys: [...new Set([...sure, ...maybe])].filter((key) => key.length <= 100).sort(),
  };
  return { ...told, contentHash: createHash('sha256').update(JSON.stringify(told)).digest() };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Without what the database does not keep; blank is missing. */
function textOf(raw: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = raw[name];
  return typeof value === 'string' && cleaned(value) !== '' ? cleaned(value) : null;
}

function textsOf(raw: Readonly<Record<string, unknown>>, name: string): string[] {
  const value = raw[name];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((each) => (typeof each === 'string' && cleaned(each) !== '' ? [cleaned(each)] : []));
}

const cleaned = (text: string): string => text.replace(/[\u0000\p{Surrogate}]/gu, '').trim();
