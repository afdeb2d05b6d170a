/**
 * Vectors from OpenAI, or from a server that speaks its API. Its official client waits as long as Retry-After says and asks
 * again after 408, 409, 429, 5xx, timeouts and lost connections, `maxRetries` times. A batch that is refused for one text is
 * halved until that text stands alone, but not where it is not over a text: when so many alone were refused one after another,
 * what is refused is left. Vectors of other dimensions than the model's are refused.
 */
import { Decimal } from 'decimal.js';
import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import {
  unitVector,
  type EmbeddingEstimate,
  type EmbeddingOutcome,
  type EmbeddingProvider,
} from '../domain/workflow/embedding-provider.ts';

interface KnownModel {
  readonly dimensions: number;
  /** For a million tokens, when this was written. */
  readonly dollars: string;
}

const knownModels: Readonly<Record<string, KnownModel>> = {
  'text-embedding-3-small': { dimensions: 1536, dollars: '0.02' },
  'text-embedding-3-large': { dimensions: 3072, dollars: '0.13' },
  'text-embedding-ada-002': { dimensions: 1536, dollars: '0.10' },
};
/** The API takes 2 048 texts and 300 000 tokens; smaller batches lose less when one fails. */
const batchTexts = 256;
const batchCharacters = 200_000;
/** A server that refuses so many alone, and takes none between them, refuses the model or the request. */
const mostRefusedInARow = 16;
/** Of English; other languages take more tokens. */
const charactersPerToken = 4;

export interface OpenaiServer {
  readonly apiKey: string;
  readonly baseUrl: string | null;
  readonly model: string;
}

export interface OpenaiPatience {
  readonly maxRetries: number;
  /** Of one request. */
  readonly timeoutMs?: number;
}

export class OpenaiEmbeddings implements EmbeddingProvider {
  readonly model: string;
  #dimensions: number | null;
  #refusedInARow = 0;
  readonly #client: OpenAI;

  constructor({ apiKey, baseUrl, model }: OpenaiServer, { maxRetries, timeoutMs = 60_000 }: OpenaiPatience) {
    this.model = model;
    this.#dimensions = knownModels[model]?.dimensions ?? null;
    // What the client would else read from the environment by itself is said here.
    this.#client = new OpenAI({
      apiKey,
      baseURL: baseUrl ?? 'https://api.openai.com/v1',
      organization: null,
      project: null,
      maxRetries,
      timeout: timeoutMs,
      logLevel: 'off',
    });
  }

  get dimensions(): number | null {
    return this.#dimensions;
  }

  estimate(texts: readonly string[]): EmbeddingEstimate {
    const tokens = texts.reduce((sum, text) => sum + Math.ceil(text.length / charactersPerToken), 0);
    const price = knownModels[this.model]?.dollars;
    const dollars = price === undefined ? null : new Decimal(tokens).mul(price).div(1_000_000).toDP(6).toFixed();
    return { texts: texts.length, tokens, dollars };
  }

  async embed(texts: readonly string[], signal?: AbortSignal): Promise<readonly EmbeddingOutcome[]> {
    const outcomes: EmbeddingOutcome[] = [];
    for (const batch of batchesOf(texts)) outcomes.push(...(await this.#embedBatch(batch, signal)));
    return outcomes;
  }

  async #embedBatch(texts: readonly string[], signal: AbortSignal | undefined): Promise<EmbeddingOutcome[]> {
    try {
      const answer = await orStopped(
        this.#client.embeddings.create(
          { model: this.model, input: [...texts], encoding_format: 'float' },
          { signal: signal ?? null },
        ),
        signal,
      );
      this.#refusedInARow = 0;
      const vectors = new Map(answer.data.map(({ index, embedding }) => [index, embedding]));
      return texts.map((_, index) => this.#outcomeOf(vectors.get(index)));
    } catch (error) {
      if (signal?.aborted === true || error instanceof APIUserAbortError) throw error;
      if (isRefusedInput(error) && texts.length === 1) this.#refusedInARow += 1;
      else if (isRefusedInput(error) && this.#refusedInARow < mostRefusedInARow)
        return this.#embedHalves(texts, signal);
      const reason = reasonOf(error);
      return texts.map(() => ({ reason }));
    }
  }

  async #embedHalves(texts: readonly string[], signal: AbortSignal | undefined): Promise<EmbeddingOutcome[]> {
    const half = Math.ceil(texts.length / 2);
    const first = await this.#embedBatch(texts.slice(0, half), signal);
    return [...first, ...(await this.#embedBatch(texts.slice(half), signal))];
  }

  #outcomeOf(vector: readonly number[] | undefined): EmbeddingOutcome {
    if (vector === undefined) return { reason: 'The server answered no vector for it.' };
    const unit = Array.isArray(vector) ? unitVector(vector) : null;
    if (unit === null) return { reason: 'The server answered a vector of no length.' };
    this.#dimensions ??= unit.length;
    return unit.length === this.#dimensions
      ? { vector: unit }
      : { reason: `The server answered ${unit.length} dimensions; ${this.model} has ${this.#dimensions}.` };
  }
}

/** The client does not hear of a stop while it waits for as long as Retry-After says. */
async function orStopped<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  const done = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true, signal: done.signal });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    done.abort();
  }
}

function* batchesOf(texts: readonly string[]): Generator<readonly string[]> {
  let batch: string[] = [];
  let characters = 0;
  for (const text of texts) {
    if (batch.length >= batchTexts || (batch.length > 0 && characters + text.length > batchCharacters)) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(text);
    characters += text.length;
  }
  if (batch.length > 0) yield batch;
}

/** Too long, empty, or otherwise not to the model's liking. */
function isRefusedInput(error: unknown): boolean {
  return error instanceof APIError && (error.status === 400 || error.status === 413 || error.status === 422);
}

/** The server's own words may repeat the text, or the key. */
function reasonOf(error: unknown): string {
  if (error instanceof APIConnectionTimeoutError) return 'The server did not answer in time, also when asked again.';
  if (error instanceof APIConnectionError) return 'The server could not be reached, also when asked again.';
  if (!(error instanceof APIError)) return 'The server answered something that is not its API.';
  if (error.status === 401 || error.status === 403) return `The server refused OPENAI_API_KEY (${error.status}).`;
  if (error.status === 404) return 'The server does not know the model (404): see EMBEDDING_MODEL and OPENAI_BASE_URL.';
  if (error.status === 429)
    return 'The server asks for fewer requests, or the account is exhausted (429), also when asked again.';
  if (isRefusedInput(error)) return `The server refused the text (${error.status}).`;
  return `The server failed (${error.status}), also when asked again.`;
}
