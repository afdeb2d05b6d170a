/**
 * Sees to it that committed alerts get their numbers: soon after each commit of this process, and every 200 ms for what
 * others have committed. Any number of processes do so beside each other; with nothing to do a look costs one read.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { inTransaction } from '../db/in-transaction.ts';
import { alertFeed, lookAtFeed, numberAlerts, type Feed } from '../domain/alerts/number-alerts.ts';
import { systemSession } from './system-session.ts';

const lookMs = 200;
/** Mutations come closer than this; they share a look. */
const quietMs = 25;
const retryMs = 1_000;

export interface SequencerOptions {
  readonly db: DataSource;
  /** After each look, with the highest number that is committed. */
  readonly onHead: (head: string) => void;
  /** After numbers were given here and committed. */
  readonly onNumbered: (head: string) => void;
  /** Once for each time that the database goes away. */
  readonly onError: (error: unknown) => void;
  readonly lookMs?: number;
  /** Inventory alerts unless said otherwise. */
  readonly feed?: Feed;
}

export interface Sequencer {
  /** After a commit; neither fails nor waits. */
  poke(): void;
  close(): Promise<void>;
}

export function startAlertSequencer(options: SequencerOptions): Sequencer {
  const state: { closed: boolean; poked: boolean; wake: () => void } = { closed: false, poked: false, wake: nothing };
  const restUntilPoked = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      state.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async () => {
    let failing = false;
    while (!state.closed) {
      state.poked = false;
      let restMs = options.lookMs ?? lookMs;
      try {
        if (await lookAndNumber(options)) restMs = 0;
        failing = false;
      } catch (error) {
        if (!failing) options.onError(error);
        failing = true;
        restMs = retryMs;
      }
      await delay(quietMs);
      if (!isPoked(state) && restMs > 0) await restUntilPoked(restMs - quietMs);
    }
  };
  const running = run();
  const poke = () => {
    state.poked = true;
    state.wake();
  };
  return {
    poke,
    async close() {
      state.closed = true;
      poke();
      await running;
    },
  };
}

/** Whether there may be more to do at once. */
async function lookAndNumber({ db, feed = alertFeed, onHead, onNumbered }: SequencerOptions): Promise<boolean> {
  const { head, waiting } = await lookAtFeed(db, feed);
  onHead(head);
  if (!waiting) return false;
  const given = await inTransaction(systemSession(db), (tx) => numberAlerts(tx, feed));
  if (given !== null && given > 0) {
    const numbered = await lookAtFeed(db, feed);
    onHead(numbered.head);
    onNumbered(numbered.head);
  }
  return true;
}

function nothing(): void {
  return undefined;
}

/** Read anew: a poke may have come while the look was under way. */
function isPoked(state: { readonly poked: boolean }): boolean {
  return state.poked;
}
