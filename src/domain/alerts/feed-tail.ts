/**
 * The end of a feed of alerts, read once for all who follow it in this process: 100 sockets cost one read. It reads when
 * somebody says that there is more, and never believes a number that it was told.
 */
import type { DataSource } from 'typeorm';
import { Recent, type Numbered } from '../recent.ts';
import { lookAtFeed, type Feed } from './number-alerts.ts';

/** Some 3 KB each at the most. */
const kept = 1_000;
const batchSize = 500;

export interface FeedSource<Row> {
  readonly feed: Feed;
  /** The rows after a number, everybody's, in order. */
  readonly read: (db: DataSource, after: number, most: number) => Promise<Row[]>;
}

export interface TailOptions {
  readonly db: DataSource;
  readonly onError: (error: unknown) => void;
  readonly kept?: number;
}

export class FeedTail<Row extends { readonly cursor: string }> {
  readonly db: DataSource;
  readonly #recent: Recent<Row>;
  #reading = false;
  #moreSaid = false;

  private constructor(
    readonly source: FeedSource<Row>,
    private readonly options: TailOptions,
    head: number,
  ) {
    this.db = options.db;
    this.#recent = new Recent(options.kept ?? kept, head);
  }

  static async open<Row extends { readonly cursor: string }>(
    source: FeedSource<Row>,
    options: TailOptions,
  ): Promise<FeedTail<Row>> {
    const { head } = await lookAtFeed(options.db, source.feed);
    return new FeedTail(source, options, Number(head));
  }

  /** The highest number that was read. */
  get last(): number {
    return this.#recent.last;
  }

  /** Somebody says that there are alerts up to this number. Neither fails nor waits; a read that fails is made again when it is said again. */
  hear(head: string): void {
    if (Number(head) <= this.last) return;
    this.#moreSaid = true;
    if (this.#reading) return;
    this.#reading = true;
    this.#read()
      .catch(this.options.onError)
      .finally(() => {
        this.#reading = false;
      });
  }

  after(number: number): Numbered<Row> | null | 'BEHIND' {
    return this.#recent.after(number);
  }

  moved(signal: AbortSignal): Promise<void> {
    return this.#recent.moved(signal);
  }

  async #read(): Promise<void> {
    while (this.#moreSaid) {
      this.#moreSaid = false;
      const rows = await this.source.read(this.db, this.last, batchSize);
      for (const row of rows) this.#recent.append(Number(row.cursor), row.cursor, row);
      this.#moreSaid ||= rows.length === batchSize;
    }
  }
}
