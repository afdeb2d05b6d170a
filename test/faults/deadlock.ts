/** Dispenses of 2 to 10 products in random orders by 40 clients: rows are locked by id, so nobody ever waits in a circle. */
import { v7 as uuid } from 'uuid';
import type { Random } from '../../src/seed/random.ts';
import { crowd, tally } from '../live/crowd.ts';
import { shuffled } from './fefo.ts';
import {
  brokenBooks,
  callDispense,
  insistOnDispense,
  expectEqual,
  onStage,
  outcome,
  type Check,
  type Run,
  type Stage,
} from './stage.ts';

export const deadlock: Check = { name: 'deadlock', mutants: ['no-order'], run: runDeadlock };

const products = 12;

async function runDeadlock(run: Run): Promise<string[]> {
  const requests = run.mutant !== null ? 150 : run.short ? 400 : 2_000;
  return onStage(run, { apis: 2, clients: 40 }, async (stage) => {
    const productIds = await stockUp(stage);
    const baskets = Array.from({ length: requests }, () => basket(run.random, productIds));
    // A mutant's deadlocks come again and again: there it is enough to have met them.
    const call = run.mutant === null ? insistOnDispense : callDispense;
    const answers = await crowd(40, baskets, async (lines, index) =>
      call(stage, index, { idempotencyKey: uuid(), locationId: stage.clinic.locationId, lines }),
    );
    const counts = tally(answers.map(outcome));
    const books = await brokenBooks(stage);
    const met = await deadlocksMet(run, stage);
    run.say(
      `${requests} dispenses of 2 to 10 products: ${JSON.stringify(counts)}, deadlocks in the database: ${met}; asked again ${stage.askedAgain.count} times`,
    );
    return [
      ...expectEqual('answers', counts, { done: requests }),
      ...expectEqual("the database's count of deadlocks", met, 0),
      ...books,
    ];
  });
}

/** Two batches of each, so that lines draw on either. */
async function stockUp({ clinic }: Stage): Promise<string[]> {
  const ids: string[] = [];
  for (let made = 0; made < products; made += 1) {
    const productId = await clinic.product();
    for (const expiresOn of ['2099-01-01', '2099-02-01']) {
      await clinic.stock({ productId, quantity: '100000', expiresOn });
    }
    ids.push(productId);
  }
  return ids;
}

function basket(random: Random, productIds: readonly string[]): { productId: string; quantity: string }[] {
  const lines = productIds.map((productId) => ({ productId, quantity: '1' }));
  return shuffled(random, lines).slice(0, random.between(2, 10));
}

/** A connection hands its counts over at its end at the latest: so the processes end first. */
async function deadlocksMet({ cluster }: Run, stage: Stage): Promise<number> {
  await Promise.all(stage.apis.map((api) => api.stop()));
  const others = `SELECT count(*)::integer AS count FROM pg_stat_activity WHERE datname = '${stage.databaseName}' AND usename = 'lotkeeper_api'
    AND application_name = 'lotkeeper-api'`;
  const until = performance.now() + 10_000;
  while (((await cluster.asAdmin<{ count: number }>('postgres', others))[0]?.count ?? 0) > 0) {
    if (performance.now() > until) throw new Error('connections of ended processes stay');
  }
  const [row] = await cluster.asAdmin<{ deadlocks: number }>(
    'postgres',
    `SELECT deadlocks::integer FROM pg_stat_database WHERE datname = '${stage.databaseName}'`,
  );
  return row?.deadlocks ?? Number.NaN;
}
