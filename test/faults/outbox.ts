/**
 * 24 writers who rest in the middle of their transactions, and some of whom take everything back; two relays in two
 * worker processes. Each committed change makes one product low: it is told of once, what was taken back never. Ids do
 * not commit in order: a relay that goes on from the last id it has seen misses what commits late.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import { createDataSource } from '../../ormconfig.ts';
import { inTransaction, type Session } from '../../src/db/in-transaction.ts';
import { dispense } from '../../src/domain/dispensing/dispense.ts';
import type { Random } from '../../src/seed/random.ts';
import { crowd } from '../live/crowd.ts';
import { stockUp, wrongAlerts } from './shelf.ts';
import { brokenBooks, expectEqual, onStage, type Check, type Run, type Stage } from './stage.ts';
import { until, untilSettled } from './waiting.ts';

export const outbox: Check = { name: 'outbox', mutants: ['after-the-last-id'], waits: true, run: runOutbox };

const writers = 24;

async function runOutbox(run: Run): Promise<string[]> {
  const events = run.short || run.mutant !== null ? 1_000 : 10_000;
  return onStage(run, { workers: 2 }, async (stage) => {
    await untilSettled(stage);
    const productIds = await stockUp(stage.clinic, events);
    const began = performance.now();
    const committed = await write(run, stage, productIds);
    const written = performance.now();
    await until(
      () => 'all is sent, or what is newer is',
      async () => (await isAllSent(stage)) || (await isOvertaken(stage)),
    );
    const { unsent } = await stage.clinic.one<{ unsent: number }>(
      'SELECT count(*)::integer AS unsent FROM ops.outbox WHERE sent_at IS NULL',
    );
    if (unsent === 0) await untilSettled(stage);
    run.say(
      `${events} changes of ${writers} writers in ${((written - began) / 1_000).toFixed(1)} s, ${events - committed.size} of them taken back; ` +
        `all told ${((performance.now() - written) / 1_000).toFixed(1)} s after the last`,
    );
    return [
      ...expectEqual('changes that are committed and not sent', unsent, 0),
      ...(await wrongAlerts(stage.clinic, productIds, committed)),
      ...(await brokenBooks(stage)),
    ];
  });
}

/** One unit of each product. Answers the products whose change was kept. */
async function write({ random }: Run, { clinic }: Stage, productIds: readonly string[]): Promise<Set<string>> {
  const db = await createDataSource(clinic.database.appUrl, { poolSize: writers }).initialize();
  const actor = await clinic.actor(['PHARMACIST']);
  const committed = new Set<string>();
  const plans = productIds.map((productId) => ({ productId, restMs: restOf(random), isKept: !random.chance(0.2) }));
  try {
    await crowd(writers, plans, async ({ productId, restMs, isKept }) => {
      const session: Session = { ...clinic.session(actor), db };
      const lines = [{ productId, quantity: '1' }];
      const done = inTransaction(session, async (tx) => {
        await dispense(tx, { idempotencyKey: randomUUID(), locationId: clinic.locationId, lines });
        await delay(restMs);
        if (!isKept) throw takenBack;
      });
      await done.then(
        () => committed.add(productId),
        (error: unknown) => {
          if (error !== takenBack) throw error;
        },
      );
    });
  } finally {
    await db.destroy();
  }
  return committed;
}

const takenBack = new Error('taken back');

/** Mostly short, now and then so long that hundreds of later ones commit before. */
function restOf(random: Random): number {
  return random.chance(0.02) ? random.between(500, 1_500) : random.between(0, 20);
}

async function isAllSent({ clinic }: Stage): Promise<boolean> {
  return (await clinic.all('SELECT FROM ops.outbox WHERE sent_at IS NULL LIMIT 1')).length === 0;
}

/** Three times, one after the other, the relays have taken something new and left the old, which nobody holds. */
async function isOvertaken({ clinic }: Stage): Promise<boolean> {
  for (let time = 0; time < 3; time += 1) {
    const id = uuid();
    await clinic.owner.query(`INSERT INTO ops.outbox (id, topic, payload) VALUES ($1, 'patient.changed', '{}')`, [id]);
    await until(
      () => 'something new is sent',
      async () => (await clinic.all('SELECT FROM ops.outbox WHERE id = $1 AND sent_at IS NOT NULL', [id])).length > 0,
    );
    const left = await clinic.all('SELECT FROM ops.outbox WHERE sent_at IS NULL FOR UPDATE SKIP LOCKED LIMIT 1');
    if (left.length === 0) return false;
  }
  return true;
}
