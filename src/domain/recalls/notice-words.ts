/**
 * The words of a notice's free text, each with what it may be: told as a lot number, a date, a code, a quantity, prose.
 * Notices are written by people, one unlike the other. Pure.
 */

export interface NoticeWord {
  /** In capitals, with the hyphens that are in it. */
  readonly text: string;
  /** Between it and the word before is nothing but space, or a hyphen. */
  readonly follows: boolean;
  readonly isAfterHyphen: boolean;
  /** Right after "lot", "lots", "batch no.", or GS1's (10). */
  readonly isLabelled: boolean;
  /** In the list that such a label has begun. */
  readonly isListed: boolean;
  /** A date, an expiry, a product's code, a strength: hardly a lot number, unless it is labelled as one. */
  readonly isOther: boolean;
}

/** One way to write it: capitals, one kind of hyphen, nothing that cannot be seen. */
export function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .toUpperCase();
}

const months = 'JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC';
const month = `(?:${months})[A-Z]*`;
const label = String.raw`(?:LOTS?|BATCH(?:ES)?|BN)\b\.?(?:[\s/]*(?:LOTS?|BATCH(?:ES)?|CODES?|NUMBERS?|NOS?|NUM|N[°º])\b\.?)*(?:\(S\))?[\s:#.=]*`;

/** What is hardly a lot number, the longer forms first. */
const others = [
  // GS1 elements, and the numbers of retail barcodes.
  String.raw`\((?:01|02)\)\s*\d{14}|\((?:11|12|13|15|16|17)\)\s*\d{6}|\((?!10\))\d{2,4}\)`,
  String.raw`\b(?:UPC|GTIN|EAN)\b[\s:#.-]*(?:\d[\d\s-]{6,16}\d)`,
  String.raw`\bNDCS?\b[\s:#.-]*\d[\d-]{6,13}`,
  String.raw`\b\d{4,5}-\d{3,4}-\d{1,2}\b`,
  // Dates, with or without what they are of.
  String.raw`\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b|\b\d{1,2}/\d{2,4}\b|\b\d{4}[/.]\d{1,2}(?:[/.]\d{1,2})?\b|\b(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-[0-3]\d)?\b|\b(?:0?[1-9]|1[0-2])-(?:19|20)\d\d\b`,
  String.raw`\b\d{1,2}[\s-]?${month}[\s.,-]*\d{2,4}\b|\b${month}[\s.,-]*(?:\d{1,2}(?:ST|ND|RD|TH)?[\s,]+)?\d{2,4}\b`,
  String.raw`\b(?:EXP(?:IRY|IRES|IRATION)?|USE BY|BUD|MFG|MFD|DOM)\b[\s.:#-]*(?:DATES?|DT)?[\s.:#-]*(?:\d{6}|\d{8}|(?:19|20)\d\d)\b(?![-/.]?\d)`,
  String.raw`\b\d{1,4}(?:[.,]\d+)*\s?(?:MG|ML|MCG|KG|GM?|L|IU|CT|UNITS?|COUNT|HRS?|%)(?:/\d*\s?[A-Z]+)?(?![A-Z0-9-])`,
].join('|');

const ofNotice = new RegExp(
  `(?<other>${others})|(?<label>\\(10\\)|\\b${label})|(?<word>[A-Z0-9](?:[A-Z0-9/._-]|(?<=\\d)[:@+](?=[A-Z0-9]))*)`,
  'gu',
);

/** Goes on with a list of lot numbers; every other longer word of letters ends it. */
const joins = new Set(['AND', 'OR', 'TO', 'THRU', 'THROUGH', 'ALSO', 'PLUS']);

export function wordsOf(text: string): NoticeWord[] {
  const plain = plainText(text);
  const words: NoticeWord[] = [];
  let state = { isLabelled: false, isListed: false };
  let end = 0;
  for (const { index, groups = {}, 0: found } of plain.matchAll(ofNotice)) {
    const between = plain.slice(end, index);
    end = index + found.length;
    if (groups['label'] !== undefined) {
      state = { isLabelled: true, isListed: true };
      continue;
    }
    const isOther = groups['other'] !== undefined;
    const text = found.replace(/[/._-]+$/, '');
    const follows = words.length > 0 && /^\s*-?\s*$/.test(between) && !state.isLabelled;
    words.push({ text, follows, isAfterHyphen: follows && between.includes('-'), isOther, ...state });
    const goesOn = !isOther && (/\d/.test(text) || text.length < 4 || joins.has(text));
    state = { isLabelled: false, isListed: state.isListed && goesOn };
  }
  return words;
}
