/**
 * Sees to it that committed alerts get their numbers: soon after each commit of this process, and every 200 ms for what
 * others have committed. Any number of processes do so beside each other; with nothing to do a look costs one read, whatever
 * the number of feeds.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { inTransaction } from '../db/in-transaction.ts';
import { lookAtFeed, lookAtFeeds, numberAlerts, type Feed } from '../domain/alerts/number-alerts.ts';
import { systemSession } from './system-session.ts';

const lookMs = 200;
/** Mutations come closer than this; they share a look. */
const quietMs = 25;
const retryMs = 1_000;

export interface SequencedFeed {
  readonly feed: Feed;
  /** After each look, with the highest number that is committed. */
  readonly onHead: (head: string) => void;
  /** After numbers were given here and committed. */
  readonly onNumbered: (head: string) => void;
}

export interface SequencerOptions {
  readonly db: DataSource;
  readonly feeds: readonly SequencedFeed[];
  /** Once for each time that the database goes away. */
  readonly onError: (error: unknown) => void;
  readonly lookMs?: number;
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
async function lookAndNumber({ db, feeds }: SequencerOptions): Promise<boolean> {
  const states = await lookAtFeeds(
    db,
    feeds.map(({ feed }) => feed),
  );
  let found = false;
  for (const [index, each] of feeds.entries()) {
    const { head, waiting } = states[index] ?? { head: '0', waiting: false };
    each.onHead(head);
    if (waiting) await number(db, each);
    found ||= waiting;
  }
  return found;
}

async function number(db: DataSource, { feed, onHead, onNumbered }: SequencedFeed): Promise<void> {
  const given = await inTransaction(systemSession(db), (tx) => numberAlerts(tx, feed));
  if (given === null || given === 0) return;
  const { head } = await lookAtFeed(db, feed);
  onHead(head);
  onNumbered(head);
}

function nothing(): void {
  return undefined;
}

/** Read anew: a poke may have come while the look was under way. */
function isPoked(state: { readonly poked: boolean }): boolean {
  return state.poked;
}
