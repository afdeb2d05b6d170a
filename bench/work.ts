/** What is measured, as messages between processes: the load over HTTP, and the same statements without us. */
import type { Sent } from './capture.ts';

export interface HttpJob {
  readonly kind: 'http';
  readonly url: string;
  readonly token: string;
  readonly query: string;
  /** Taken at random; "$key" in them becomes a new key, "$lot" a new lot number. */
  readonly variables: readonly Readonly<Record<string, unknown>>[];
  readonly clients: number;
  readonly seconds: number;
  /** So many calls a second of all clients together, whether or not those before are answered; otherwise as fast as they can. */
  readonly perSecond?: number;
}

export interface BareJob {
  readonly kind: 'bare';
  readonly databaseUrl: string;
  /** One list of statements is one call; taken at random. */
  readonly calls: readonly (readonly Sent[])[];
  /** Statements of one call that do not wait for each other are sent at once, after the first. */
  readonly parallel: boolean;
  readonly newIds: readonly string[];
  /** Texts that every call needs anew. */
  readonly newTexts: readonly string[];
  /** Two ids, of the product and the place or of the vial and the patient: swapped for one of `pairs`. */
  readonly pair: readonly [string, string] | null;
  readonly pairs: readonly (readonly [string, string])[];
  /** What stands for the batch and lot that the lock's first row answers with. */
  readonly batch: readonly [stock: string, lot: string] | null;
  readonly clients: number;
  readonly seconds: number;
}

export type Job = HttpJob | BareJob;

export interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Why the first of the failed calls failed; nothing where none did. */
  readonly failure: string | null;
}
