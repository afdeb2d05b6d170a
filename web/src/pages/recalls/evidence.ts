/** What agrees between a notice and a lot, in words. */

const readings: Readonly<Record<string, string>> = {
  WHOLE_WORD: 'Named as a whole word',
  PART_OR_OTHER: 'Part of a longer number, or after another word',
  WITHIN_RANGE: 'Within a range that is named',
  ALIKE: 'Alike: letters that look like digits',
};

const products: Readonly<Record<string, string>> = {
  SAME: 'The same, by its code',
  OTHER_PACKAGE: 'The same in another package, by its code',
};

export function evidenceFacts(evidence: unknown): readonly (readonly [string, string])[] {
  if (typeof evidence !== 'object' || evidence === null) return [];
  const told = new Map(Object.entries(evidence));
  const facts: (readonly [string, string | null])[] = [
    ['Product', wordOf(products, told.get('sameProduct'))],
    ['Codes that agree', listOf(told.get('codes'))],
    ['Names that agree', listOf(told.get('names'))],
    ['Lot number', wordOf(readings, told.get('readAs'))],
    ['All lots', told.get('saysAll') === true ? 'The notice says all lots' : null],
  ];
  return facts.flatMap(([name, text]) => (text === null ? [] : [[name, text] as const]));
}

function wordOf(words: Readonly<Record<string, string>>, value: unknown): string | null {
  return typeof value === 'string' ? (words[value] ?? value) : null;
}

function listOf(value: unknown): string | null {
  return Array.isArray(value) && value.length > 0 ? value.map(String).join(', ') : null;
}
