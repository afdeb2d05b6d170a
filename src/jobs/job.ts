/** What a background job is made of. Jobs derive what is due from PostgreSQL; the queue only wakes them. */
import type { DataSource } from 'typeorm';
import type { NotifyConfig } from '../config.ts';
import type { Topic } from '../domain/outbox.ts';

/** `verification` is one of its own: what takes minutes must not keep the sealing of the audit waiting. */
export const queueNames = ['alerts', 'deliveries', 'maintenance', 'metrics', 'verification'] as const;
export type QueueName = (typeof queueNames)[number];

/** Counts of what was done, kept with the run: no names, no quantities of patients. */
export type Outcome = Readonly<Record<string, number | string | boolean | null>>;

export interface Schedule {
  /** As people read it. */
  readonly words: string;
  readonly everyMs?: number;
  /** A cron pattern, in UTC. */
  readonly pattern?: string;
}

export interface Job {
  readonly name: string;
  readonly queue: QueueName;
  readonly schedule: Schedule;
  /** What of a topic's payload has to be looked at again: keys of dirty work. The job runs about a second later. */
  readonly after?: Partial<Readonly<Record<Topic, (payload: Payload) => readonly string[]>>>;
  /** At most one run in so many milliseconds after changes. */
  readonly settleMs?: number;
  readonly handle: (run: JobContext) => Promise<Outcome>;
}

export type Payload = Readonly<Record<string, unknown>>;

export interface JobContext {
  readonly db: DataSource;
  /** What was asked for, where a person asked. */
  readonly input: Payload;
  /** After a commit whose outbox rows should be heard at once. */
  readonly committed: () => void;
  /** How receivers outside are told. */
  readonly notify: NotifyConfig;
  /** Where recall notices are read: an address, or the path of a file. Null: nowhere. */
  readonly recallFeed: string | null;
  /** The share that is done, 0 to 1. */
  readonly progress: (share: number) => Promise<void>;
  /** Aborted when the worker is told to stop: between batches, a long job ends and leaves the rest. */
  readonly stopping: AbortSignal;
}

/** What no further attempt can mend. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}
