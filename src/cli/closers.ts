/** What has been opened, closed in reverse order, each part even when another fails. */
export class Closers {
  readonly #parts: (() => Promise<unknown>)[] = [];

  add(close: () => Promise<unknown>): void {
    this.#parts.push(close);
  }

  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (let part = this.#parts.pop(); part !== undefined; part = this.#parts.pop()) {
      await part().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }
}

/** Runs the work and closes whatever it opened, whichever way it ends. */
export async function withClosers<T>(work: (closers: Closers) => Promise<T>): Promise<T> {
  const closers = new Closers();
  try {
    return await work(closers);
  } finally {
    await closers.close();
  }
}
