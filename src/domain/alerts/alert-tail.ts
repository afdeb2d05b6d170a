/**
 * The end of the feed of alerts, read once for all who follow it in this process: 100 sockets cost one read. It reads when
 * somebody says that there is more, and never believes a number that it was told.
 */
import type { DataSource } from 'typeorm';
import { Recent, type Numbered } from '../recent.ts';
import { lookAtFeed } from './number-alerts.ts';
import { readFeed, type ToldAlert } from './read-alert-feed.ts';

/** Some 3 KB each at the most. */
const kept = 1_000;
const batchSize = 500;

export interface AlertTailOptions {
  readonly db: DataSource;
  readonly onError: (error: unknown) => void;
  readonly kept?: number;
}

export class AlertTail {
  readonly db: DataSource;
  readonly #recent: Recent<ToldAlert>;
  #reading = false;
  #moreSaid = false;

  private constructor(
    private readonly options: AlertTailOptions,
    head: number,
  ) {
    this.db = options.db;
    this.#recent = new Recent(options.kept ?? kept, head);
  }

  static async open(options: AlertTailOptions): Promise<AlertTail> {
    const { head } = await lookAtFeed(options.db);
    return new AlertTail(options, Number(head));
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

  after(number: number): Numbered<ToldAlert> | null | 'BEHIND' {
    return this.#recent.after(number);
  }

  moved(signal: AbortSignal): Promise<void> {
    return this.#recent.moved(signal);
  }

  async #read(): Promise<void> {
    while (this.#moreSaid) {
      this.#moreSaid = false;
      const rows = await readFeed(this.db, this.last, batchSize);
      for (const row of rows) this.#recent.append(Number(row.cursor), row.cursor, row);
      this.#moreSaid ||= rows.length === batchSize;
    }
  }
}
