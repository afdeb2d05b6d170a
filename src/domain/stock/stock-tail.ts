/**
 * The stock rows that have changed lately, read once for all who follow stock in this process. It hears of them by hints;
 * what a lost hint would have said is found in the outbox, some seconds later. Nothing is read while nobody follows.
 */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import { read } from '../../db/prepared.ts';
import { Stock } from '../../entities/stock.ts';
import { Recent, type Numbered } from '../recent.ts';

/** Different rows; some 2 KB each. */
const kept = 1_000;
const batchSize = 500;
const lookMs = 5_000;
/** A row of the outbox is marked as sent a moment before that is committed: at the most as long as a transaction may take. */
const commitPatience = `interval '10 seconds'`;

const columns = columnsOf(Stock, 's');
const microseconds = (instant: string) => `(extract(epoch FROM ${instant}) * 1000000)::float8`;

export interface StockTailOptions {
  readonly db: DataSource;
  readonly onError: (error: unknown) => void;
  readonly kept?: number;
  readonly lookMs?: number;
}

interface SentRow {
  readonly now: string;
  readonly horizon: number;
  readonly id: string | null;
  readonly sentAt: number | null;
}

export class StockTail {
  readonly #recent: Recent<Stock>;
  readonly #changed = new Set<string>();
  /** When each row was last read, by the database's clock: what was sent before is known. */
  readonly #readAt = new Map<string, number>();
  #followers = 0;
  #looks: NodeJS.Timeout | undefined;
  /** Up to when the outbox was looked through; null where nobody has followed. */
  #since: string | null = null;
  #reading: Promise<void> | null = null;

  constructor(private readonly options: StockTailOptions) {
    this.#recent = new Recent(options.kept ?? kept, 0);
  }

  get last(): number {
    return this.#recent.last;
  }

  /** Somebody says that these rows have changed. Neither fails nor waits. */
  hear(stockIds: readonly string[]): void {
    if (this.#followers === 0) return;
    for (const id of stockIds) this.#changed.add(id);
    this.#read();
  }

  /** Hints may have been missed. Neither fails nor waits. */
  catchUp(): void {
    if (this.#followers > 0) this.#look().catch(this.options.onError);
  }

  /** From when this is done no change is missed, until the signal says that the follower has gone. */
  async join(signal: AbortSignal): Promise<void> {
    this.#followers += 1;
    signal.addEventListener('abort', () => {
      this.#leave();
    });
    this.#looks ??= setInterval(() => {
      this.catchUp();
    }, this.options.lookMs ?? lookMs);
    if (this.#since === null) await this.#look();
  }

  after(number: number): Numbered<Stock> | null | 'BEHIND' {
    return this.#recent.after(number);
  }

  moved(signal: AbortSignal): Promise<void> {
    return this.#recent.moved(signal);
  }

  #leave(): void {
    this.#followers -= 1;
    if (this.#followers > 0) return;
    clearInterval(this.#looks);
    this.#looks = undefined;
    this.#since = null;
    this.#changed.clear();
    this.#readAt.clear();
  }

  async #look(): Promise<void> {
    const rows = await read<SentRow>(
      this.options.db,
      `WITH clock AS (SELECT statement_timestamp() AS now),
       sent AS (
         SELECT payload->>'stockId' AS id, max(sent_at) AS at FROM ops.outbox
         WHERE topic = 'stock.changed' AND sent_at > $1::timestamptz - ${commitPatience} GROUP BY 1)
       SELECT clock.now::text AS now, ${microseconds(`clock.now - ${commitPatience}`)} AS horizon, sent.id, ${microseconds('sent.at')} AS "sentAt"
       FROM clock LEFT JOIN sent ON true`,
      [this.#since],
    );
    this.#since = rows[0]?.now ?? this.#since;
    this.hear(rows.flatMap(({ id, sentAt }) => (id === null || this.#knows(id, sentAt ?? 0) ? [] : [id])));
    const horizon = rows[0]?.horizon ?? 0;
    for (const [id, at] of this.#readAt) if (at < horizon) this.#readAt.delete(id);
  }

  #knows(id: string, sentAt: number): boolean {
    return (this.#readAt.get(id) ?? 0) > sentAt;
  }

  #read(): void {
    this.#reading ??= this.#readAll()
      .catch(this.options.onError)
      .finally(() => {
        this.#reading = null;
      });
  }

  async #readAll(): Promise<void> {
    while (this.#changed.size > 0) {
      const ids = [...this.#changed].slice(0, batchSize);
      for (const id of ids) this.#changed.delete(id);
      // In no order: else, of rows that change faster than a slow follower takes them, one would always be behind another.
      const rows = await read<Stock & { readonly readAt: number }>(
        this.options.db,
        `SELECT ${columns}, ${microseconds('statement_timestamp()')} AS "readAt" FROM inventory.stock s WHERE s.id = ANY($1::uuid[]) ORDER BY random()`,
        [ids],
      );
      for (const row of rows) {
        this.#readAt.set(row.id, row.readAt);
        this.#recent.append(this.last + 1, row.id, row);
      }
    }
  }
}
