/** Gathers common table expressions into one statement, so that what belongs together costs one round trip. */
import type { Tx } from './in-transaction.ts';

export class Statement {
  readonly #values: unknown[] = [];
  readonly #parts: string[] = [];

  /** The placeholder of a value, cast to its type. */
  value(value: unknown, type: string): string {
    this.#values.push(value);
    return `$${this.#values.length}::${type}`;
  }

  with(name: string, sql: string, how: '' | 'MATERIALIZED' = ''): void {
    this.#parts.push(`${name} AS ${how} (${sql})`);
  }

  async run<Row>(tx: Tx, select: string): Promise<Row[]> {
    return tx.sql<Row>(this.#text(select), this.#values);
  }

  /** As the verb's last statement. */
  async runLast<Row>(tx: Tx, select: string): Promise<Row[]> {
    return tx.lastSql<Row>(this.#text(select), this.#values);
  }

  #text(select: string): string {
    return `WITH ${this.#parts.join(',\n')}\n${select}`;
  }
}
