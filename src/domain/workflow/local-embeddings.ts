/**
 * Vectors without a model and without a network: the character trigrams of the words, hashed into 384 signed places.
 * Texts that share words, parts of words or misspellings are alike; what a text means it does not know.
 */
import { unitVector, type EmbeddingOutcome, type EmbeddingProvider } from './embedding-provider.ts';

const dimensions = 384;

export const localEmbeddings: EmbeddingProvider = {
  // A change of how vectors are made is a new model.
  model: 'local-trigrams-1',
  dimensions,
  estimate: (texts) => ({ texts: texts.length, tokens: 0, dollars: '0' }),
  embed: async (texts) => texts.map(embedLocally),
};

function embedLocally(text: string): EmbeddingOutcome {
  const places = new Float64Array(dimensions);
  for (const [trigram, times] of trigramsOf(text)) {
    const hash = fnv1a(trigram);
    // One more of the same says less than the first.
    const place = (hash >>> 1) % dimensions;
    places[place] = (places[place] ?? 0) + (hash & 1 ? 1 : -1) * (1 + Math.log(times));
  }
  const vector = unitVector(places);
  return vector === null ? { reason: 'It has no letters or digits.' } : { vector };
}

/** As pg_trgm takes them: of each word, with two blanks before and one after it. */
function trigramsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  for (const [word] of plain.matchAll(/[\p{L}\p{N}]+/gu)) {
    const letters = Array.from(`  ${word} `);
    for (let i = 0; i + 3 <= letters.length; i += 1) {
      const trigram = letters.slice(i, i + 3).join('');
      counts.set(trigram, (counts.get(trigram) ?? 0) + 1);
    }
  }
  return counts;
}

/** FNV-1a, 32 bits, mixed once more: its low bits alone are not spread well over short texts. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
