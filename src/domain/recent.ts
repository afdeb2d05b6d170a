/**
 * The newest part of a numbered stream, kept once for all who follow it: a follower remembers one number and asks for what
 * comes after it, so that a slow one costs no memory. Who has fallen behind what is kept is told so. Pure but for the waiting.
 */
export interface Numbered<Row> {
  readonly number: number;
  readonly row: Row;
}

interface Entry<Row> {
  readonly number: number;
  readonly key: string;
  /** Null: a later entry has taken its place. */
  row: Row | null;
}

export class Recent<Row> {
  #entries: Entry<Row>[] = [];
  readonly #byKey = new Map<string, Entry<Row>>();
  readonly #waiting = new Set<() => void>();
  #last: number;
  /** All that came after this number is kept. */
  #since: number;

  /** At least so many are kept, at most twice as many. */
  constructor(
    private readonly capacity: number,
    start: number,
  ) {
    this.#last = start;
    this.#since = start;
  }

  get last(): number {
    return this.#last;
  }

  /** Numbers rise. What was kept under the same key is forgotten: followers meet the newest of it, once. */
  append(number: number, key: string, row: Row): void {
    if (number <= this.#last) throw new Error(`${number} comes after ${this.#last}`);
    const before = this.#byKey.get(key);
    if (before !== undefined) before.row = null;
    const entry = { number, key, row };
    this.#entries.push(entry);
    this.#byKey.set(key, entry);
    this.#last = number;
    this.#shrink();
    for (const wake of [...this.#waiting]) wake();
  }

  /** The first after this number; null where there is none yet; BEHIND where it may have been dropped. */
  after(number: number): Numbered<Row> | null | 'BEHIND' {
    if (number < this.#since) return 'BEHIND';
    for (let index = this.#firstAfter(number); index < this.#entries.length; index += 1) {
      const entry = this.#entries[index];
      if (entry !== undefined && entry.row !== null) return { number: entry.number, row: entry.row };
    }
    return null;
  }

  /** Until something is appended, or the signal says that nobody waits any more. */
  moved(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      if (signal.aborted) {
        resolve();
        return;
      }
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  #firstAfter(number: number): number {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.number ?? 0) <= number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** In strides, so that an append pays for one entry on the average. */
  #shrink(): void {
    if (this.#entries.length < 2 * this.capacity) return;
    const kept = this.#entries.filter(({ row }) => row !== null);
    for (const { number, key } of kept.splice(0, Math.max(0, kept.length - this.capacity))) {
      this.#since = number;
      this.#byKey.delete(key);
    }
    this.#entries = kept;
  }
}
