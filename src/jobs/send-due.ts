/**
 * Sends what is due, several at a time: who is slow takes one place and holds nobody else. Ends when nothing is due any
 * more, or after a while, so that other jobs of the queue have their turn.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { inTransaction } from '../db/in-transaction.ts';
import type { Claimed } from '../domain/deliveries/claim-deliveries.ts';
import type { Failure } from '../domain/deliveries/retry.ts';
import { markFailed, markSent } from '../domain/deliveries/settle-delivery.ts';
import { deliveryAttempts } from '../observe/metrics.ts';
import { systemSession } from './system-session.ts';

const longestMs = 15_000;
/** While all that is under way is slow, others may have become due. */
const lookMs = 500;

export interface Tally {
  readonly sent: number;
  /** To be tried again. */
  readonly failed: number;
  /** Given up. */
  readonly dead: number;
}

export interface Sending {
  readonly db: DataSource;
  readonly atOnce: number;
  readonly stopping: AbortSignal;
  readonly claim: (most: number) => Promise<readonly Claimed[]>;
  /** Null: the receiver has it. */
  readonly send: (claimed: Claimed) => Promise<Failure | null>;
}

export async function sendDue({ db, atOnce, stopping, claim, send }: Sending): Promise<Tally> {
  const tally = { sent: 0, failed: 0, dead: 0 };
  const errors: unknown[] = [];
  const underWay = new Set<Promise<void>>();
  const until = performance.now() + longestMs;
  const mayTake = () => !stopping.aborted && performance.now() < until && errors.length === 0 && underWay.size < atOnce;
  const sendOne = async (claimed: Claimed) => {
    const failure = await send(claimed);
    const outcome = await settle(db, claimed, failure);
    tally[outcome] += 1;
    deliveryAttempts.inc({ kind: claimed.kind, outcome });
  };
  for (;;) {
    // Counted before: what ends during the claim may have made something due that the claim did not see.
    const before = underWay.size;
    const taken = mayTake() ? await claim(atOnce - before) : [];
    for (const claimed of taken) {
      const sending: Promise<void> = sendOne(claimed)
        .catch((error: unknown) => void errors.push(error))
        .finally(() => underWay.delete(sending));
      underWay.add(sending);
    }
    if (before === 0 && taken.length === 0) break;
    if (taken.length === 0 && underWay.size > 0) await Promise.race([...underWay, delay(lookMs)]);
  }
  if (errors.length > 0) throw errors[0];
  return tally;
}

async function settle(db: DataSource, claimed: Claimed, failure: Failure | null): Promise<keyof Tally> {
  return inTransaction(systemSession(db), async (tx) => {
    if (failure !== null) return (await markFailed(tx, claimed, failure)) ? 'dead' : 'failed';
    await markSent(tx, claimed);
    return 'sent';
  });
}
