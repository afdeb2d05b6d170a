/** What makes vectors of texts, so that projects are found by what they are about. The vectors of two models never meet. */

export interface EmbeddingProvider {
  /** Kept with each vector: only vectors of one model are compared. */
  readonly model: string;
  /** Of every vector that it makes. Null until the first is known. */
  readonly dimensions: number | null;
  /** What it would take to embed these; asks nobody. */
  estimate(texts: readonly string[]): EmbeddingEstimate;
  /**
   * One outcome a text, in their order. A text that cannot be embedded is told in its place, after its retries; it does
   * not keep the others from theirs. Rejects only when `signal` is aborted.
   */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<readonly EmbeddingOutcome[]>;
}

/** A vector has length 1, so that the cosine of two is their dot product. A reason holds nothing of the text. */
export type EmbeddingOutcome = { readonly vector: readonly number[] } | { readonly reason: string };

export interface EmbeddingEstimate {
  readonly texts: number;
  /** Roughly, by the length of the texts; 0 where no tokens are counted. */
  readonly tokens: number;
  /** In US dollars, as a decimal string; null where the price of the model is not known. */
  readonly dollars: string | null;
}

/** Of length 1; null where there is nothing to scale. */
export function unitVector(vector: ArrayLike<number>): readonly number[] | null {
  let squares = 0;
  for (let i = 0; i < vector.length; i += 1) squares += (vector[i] ?? 0) ** 2;
  const length = Math.sqrt(squares);
  if (!(length > 0) || !Number.isFinite(length)) return null;
  return Array.from(vector, (x) => x / length);
}

/** Of two vectors of length 1. */
export function cosine(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
}
