/**
 * Which records are connected at all, through however many pairs: what is decided of one such group touches no other, so
 * that each is decided by itself. Four bytes a record, however many pairs there are. Pure.
 */
export class ConnectedRecords {
  readonly #parents: Int32Array;

  /** Records are numbered from 1. */
  constructor(records: number) {
    this.#parents = Int32Array.from({ length: records + 1 }, (_, n) => n);
  }

  connect(a: number, b: number): void {
    const [firstOfA, firstOfB] = [this.firstOf(a), this.firstOf(b)];
    if (firstOfA < firstOfB) this.#parents[firstOfB] = firstOfA;
    else this.#parents[firstOfA] = firstOfB;
  }

  /** The oldest record that this one is connected with: it names the group. */
  firstOf(record: number): number {
    let at = record;
    for (let next = this.#above(at); next !== at; next = this.#above(at)) {
      // Half the way is kept for the next time.
      this.#parents[at] = this.#above(next);
      at = this.#above(at);
    }
    return at;
  }

  #above(record: number): number {
    return this.#parents[record] ?? record;
  }
}
