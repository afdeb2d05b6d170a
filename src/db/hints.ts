/**
 * Hints between processes: "alerts up to N exist", "these stock rows have changed". A hint carries nothing that anybody
 * may not see and may be lost: whoever hears one reads PostgreSQL, and reads there from time to time anyway.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Carrier } from './carrier.ts';
import { postgresCarrier } from './postgres-carrier.ts';
import { redisCarrier } from './redis-carrier.ts';

export interface Hint {
  /** The highest number of an alert that the speaker knows of. Never taken for true: it says only that a read is worth it. */
  readonly alertsUpTo: string | null;
  readonly stockIds: readonly string[];
}

export interface Hints {
  /** Neither fail nor wait; what cannot leave is lost. */
  alertsUpTo(seq: string): void;
  stockChanged(stockIds: readonly string[]): void;
  close(): Promise<void>;
}

export interface HintsOptions {
  readonly directUrl: string;
  readonly redisUrl: string | null;
  readonly onError: (error: unknown) => void;
  /** Null: this process only speaks. */
  readonly listen: { readonly onHint: (hint: Hint) => void; readonly onListening: () => void } | null;
}

export function openHints({ directUrl, redisUrl, onError, listen }: HintsOptions): Hints {
  const carrierOptions = {
    onError,
    listen:
      listen === null
        ? null
        : {
            onListening: listen.onListening,
            onMessage: (message: string) => {
              const hint = parseHint(message);
              if (hint !== null) listen.onHint(hint);
            },
          },
  };
  const carrier =
    redisUrl === null
      ? postgresCarrier(directUrl, { channel: 'lotkeeper_hints', ...carrierOptions })
      : redisCarrier(redisUrl, carrierOptions);
  return new Speaker(carrier);
}

const quietMs = 25;
/** NOTIFY carries 8 000 bytes. */
const idsInOne = 180;
const mostIds = 10_000;

/** The first hint leaves at once, those that come within the next 25 ms go together. */
class Speaker implements Hints {
  #alertsUpTo: string | null = null;
  readonly #stockIds = new Set<string>();
  #speaking: Promise<void> | null = null;
  #closed = false;

  constructor(private readonly carrier: Carrier) {}

  alertsUpTo(seq: string): void {
    this.#alertsUpTo = seq;
    this.#speak();
  }

  stockChanged(stockIds: readonly string[]): void {
    for (const stockId of stockIds) if (this.#stockIds.size < mostIds) this.#stockIds.add(stockId);
    this.#speak();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#speaking;
    await this.carrier.close();
  }

  #speak(): void {
    if (this.#closed || this.#speaking !== null || !this.#hasMore()) return;
    this.#speaking = this.#sayAll().finally(() => {
      this.#speaking = null;
      this.#speak();
    });
  }

  async #sayAll(): Promise<void> {
    while (this.#hasMore()) {
      await this.carrier.send(this.#next()).catch(() => undefined);
      if (this.#closed) return;
      await delay(quietMs);
    }
  }

  #hasMore(): boolean {
    return this.#alertsUpTo !== null || this.#stockIds.size > 0;
  }

  #next(): string {
    const stockIds = [...this.#stockIds].slice(0, idsInOne);
    for (const stockId of stockIds) this.#stockIds.delete(stockId);
    const message = JSON.stringify({ alertsUpTo: this.#alertsUpTo, stockIds } satisfies Hint);
    this.#alertsUpTo = null;
    return message;
  }
}

const id = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const seq = /^[0-9]{1,18}$/;

/** Null for what we have not said: a store may be shared with others. */
export function parseHint(message: string): Hint | null {
  let said: unknown;
  try {
    said = JSON.parse(message);
  } catch {
    return null;
  }
  if (typeof said !== 'object' || said === null || !('alertsUpTo' in said) || !('stockIds' in said)) return null;
  const { alertsUpTo, stockIds } = said;
  if (alertsUpTo !== null && !(typeof alertsUpTo === 'string' && seq.test(alertsUpTo))) return null;
  if (!Array.isArray(stockIds) || !stockIds.every(isId)) return null;
  return { alertsUpTo, stockIds };
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && id.test(value);
}
