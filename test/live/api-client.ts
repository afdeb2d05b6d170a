/** Calls the API over HTTP and says in which of three ways it went: done, refused with a code, or not answered. */
import { Pool } from 'undici';

export type Answer =
  | { readonly kind: 'done'; readonly data: Readonly<Record<string, unknown>>; readonly ms: number }
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly retryable: boolean;
      readonly message: string;
      readonly ms: number;
    }
  /** The process or the way to it was lost: nobody knows whether it was done. */
  | { readonly kind: 'unanswered'; readonly why: string; readonly ms: number };

export class ApiClient {
  readonly #pool: Pool;

  constructor(
    readonly url: string,
    connections: number,
  ) {
    this.#pool = new Pool(url, { connections, pipelining: 1, headersTimeout: 20_000, bodyTimeout: 20_000 });
  }

  async call(token: string, query: string, variables: Readonly<Record<string, unknown>>): Promise<Answer> {
    const began = performance.now();
    try {
      const { body } = await this.#pool.request({
        path: '/graphql',
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables }),
      });
      return answerOf(await body.json(), performance.now() - began);
    } catch (error) {
      return { kind: 'unanswered', why: String(error), ms: performance.now() - began };
    }
  }

  /** The milliseconds that one look at `/livez` took. */
  async live(): Promise<number> {
    const began = performance.now();
    const { statusCode, body } = await this.#pool.request({ path: '/livez', method: 'GET' });
    await body.dump();
    if (statusCode !== 200) throw new Error(`/livez answered ${statusCode}`);
    return performance.now() - began;
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

interface Body {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly context?: { readonly retryable?: boolean } };
  }[];
}

function answerOf(json: unknown, ms: number): Answer {
  const { data, errors } = json as Body;
  const [error] = errors ?? [];
  if (error !== undefined) {
    const { code, context } = error.extensions ?? {};
    return {
      kind: 'refused',
      code: code ?? 'NONE',
      retryable: context?.retryable ?? false,
      message: error.message,
      ms,
    };
  }
  return data == null ? { kind: 'unanswered', why: 'an answer without data', ms } : { kind: 'done', data, ms };
}
