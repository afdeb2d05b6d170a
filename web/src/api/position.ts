/**
 * How far in the database's log this tab has written and seen. Where the server has a replica, it answers a query once it
 * has replayed that. Nothing is known at first, after an answer that was lost, and from each new connection and
 * subscription on, so that what these have missed is read: then the primary answers, and tells the position.
 */
const header = 'lotkeeper-position';

/** Sent where nothing is known: the answer is the primary's, and tells. */
const unknown = '?';

interface Known {
  readonly text: string;
  readonly number: bigint;
}

export class Position {
  #known: Known | null = null;
  #turn = 0;

  constructor(private readonly send: typeof fetch = fetch) {}

  /** As fetch, with the position there and back. An answer to what was sent before the last `forget` tells nothing. */
  readonly fetch: typeof fetch = async (input, init) => {
    const turn = this.#turn;
    const headers = new Headers(init?.headers);
    headers.set(header, this.#known?.text ?? unknown);
    try {
      const response = await this.send.call(globalThis, input, { ...init, headers });
      const told = known(response.headers.get(header));
      if (told === null) this.forget();
      else if (turn === this.#turn) this.#see(told);
      return response;
    } catch (error) {
      // What a page gives up by itself is a query; anything else may have been a change.
      if (init?.signal?.aborted !== true) this.forget();
      throw error;
    }
  };

  /** From what an event says beside its data; a server without a replica says nothing. */
  hear(extensions: Readonly<Record<string, unknown>> | undefined): void {
    const position = extensions?.['position'];
    if (position === undefined) return;
    const told = known(typeof position === 'string' ? position : null);
    if (told === null) this.forget();
    // It may be older than what made us forget.
    else if (this.#known !== null) this.#see(told);
  }

  forget(): void {
    this.#known = null;
    this.#turn += 1;
  }

  #see(told: Known): void {
    if (this.#known === null || told.number > this.#known.number) this.#known = told;
  }
}

/** Two hexadecimal numbers of 32 bits: too large for a number of JavaScript's. */
function known(text: string | null): Known | null {
  const [, high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text ?? '') ?? [];
  if (text === null || high === undefined || low === undefined) return null;
  return { text, number: BigInt(`0x${high}`) * 2n ** 32n + BigInt(`0x${low}`) };
}
