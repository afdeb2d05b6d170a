/** Whether every place is tried with every text: minutes instead of seconds. Otherwise with a tenth of them, and one at the least. */
const everything = process.env['LOTKEEPER_EVERY_TEXT'] === '1';

/** The texts that a place is tried with, by its number: its neighbours are tried with the others. */
export function someOf<Text>(texts: readonly Text[], place: number): readonly Text[] {
  const every = Math.min(10, texts.length);
  return everything ? texts : texts.filter((_text, index) => (index + place) % every === 0);
}
