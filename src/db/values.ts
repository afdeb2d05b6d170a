/** Gathers a statement's parameters: what a caller sends is never part of its text. */
export class Values {
  readonly list: unknown[] = [];

  /** The placeholder of a value, cast to its type. */
  add(value: unknown, type: string): string {
    this.list.push(value);
    return `$${this.list.length}::${type}`;
  }
}
