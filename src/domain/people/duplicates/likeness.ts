/** How alike two texts are. Pure; by UTF-16 units, which suits names without marks. */

/** Jaro-Winkler, 0 to 1: letters in common and in order, and a common beginning of up to four. */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return 1;
  const jaro = jaroOf(a, b);
  let prefix = 0;
  while (prefix < 4 && prefix < a.length && a[prefix] === b[prefix]) prefix += 1;
  return jaro + prefix * 0.1 * (1 - jaro);
}

/** Of b, which letters have found one of a; and of a, those that have, in order. Kept, for names are compared by the million. */
const taken = new Uint8Array(256);
const inCommon = new Uint16Array(256);

function jaroOf(longA: string, longB: string): number {
  const [a, b] = [longA.slice(0, taken.length), longB.slice(0, taken.length)];
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  taken.fill(0, 0, b.length);
  let common = 0;
  for (let i = 0; i < a.length; i += 1) {
    const letter = a.charCodeAt(i);
    const last = Math.min(b.length - 1, i + reach);
    for (let j = Math.max(0, i - reach); j <= last; j += 1) {
      if (taken[j] === 1 || letter !== b.charCodeAt(j)) continue;
      taken[j] = 1;
      inCommon[common] = letter;
      common += 1;
      break;
    }
  }
  if (common === 0) return 0;
  let moved = 0;
  let next = 0;
  for (let j = 0; j < b.length; j += 1) {
    if (taken[j] !== 1) continue;
    if (inCommon[next] !== b.charCodeAt(j)) moved += 1;
    next += 1;
  }
  return (common / a.length + common / b.length + (common - moved / 2) / common) / 3;
}

/** At most one letter more, less or other, or two neighbours changed over. */
export function isOneSlip(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1) return false;
  let i = 0;
  while (i < short.length && short[i] === long[i]) i += 1;
  if (short.length < long.length) return short.slice(i) === long.slice(i + 1);
  if (short.slice(i + 1) === long.slice(i + 1)) return true;
  return short[i] === long[i + 1] && short[i + 1] === long[i] && short.slice(i + 2) === long.slice(i + 2);
}

/** The share of trigrams in common, 0 to 1 (Dice), over words with blanks around them. Whatever their order. */
export function trigramLikeness(a: string, b: string): number {
  if (a === b) return 1;
  const counts = new Map<string, number>();
  let total = 0;
  for (const trigram of trigramsOf(a)) {
    counts.set(trigram, (counts.get(trigram) ?? 0) + 1);
    total += 1;
  }
  let shared = 0;
  for (const trigram of trigramsOf(b)) {
    const left = counts.get(trigram) ?? 0;
    total += 1;
    if (left === 0) continue;
    counts.set(trigram, left - 1);
    shared += 1;
  }
  return total === 0 ? 0 : (2 * shared) / total;
}

function* trigramsOf(text: string): Generator<string> {
  for (const word of text.split(' ')) {
    if (word === '') continue;
    const padded = `  ${word} `;
    for (let i = 0; i + 3 <= padded.length; i += 1) yield padded.slice(i, i + 3);
  }
}
