/** One-line dispenses over HTTP, against their own statements in a bare loop; and the same on one hot product. */
import { inTransaction } from '../src/db/in-transaction.ts';
import { dispense } from '../src/domain/dispensing/dispense.ts';
import { newKey } from '../test/clinic.ts';
import { capture, type Sent } from './capture.ts';
import { rateFigure, type Figure } from './figures.ts';
import type { Ground } from './ground.ts';
import { inTurns, type Rounds } from './measure.ts';
import { newIds } from './replay.ts';
import type { BareJob, HttpJob } from './work.ts';

const query = 'mutation ($input: DispenseInput!) { dispense(input: $input) { records { id quantity } } }';

type Pairs = Ground['pairs'];

export function dispenseJob(ground: Ground, clients: number, pairs: Pairs): Omit<HttpJob, 'seconds'> {
  const variables = pairs.map(([productId, locationId]) => ({
    input: { idempotencyKey: '$key', locationId, lines: [{ productId, quantity: '1' }] },
  }));
  return { kind: 'http', url: ground.api.url, token: ground.token, query, variables, clients };
}

async function bareJob(ground: Ground, clients: number, pairs: Pairs): Promise<Omit<BareJob, 'seconds'>> {
  const { clinic, actor } = ground;
  const [pair] = pairs;
  if (pair === undefined) throw new Error('there is nothing to dispense');
  const [productId, locationId] = pair;
  let record: string | undefined;
  const calls: Sent[] = await capture(async () => {
    const input = { idempotencyKey: newKey(), locationId, lines: [{ productId, quantity: '1' }] };
    const result = await inTransaction(clinic.session(actor), (tx) => dispense(tx, input));
    record = result['record']?.[0];
  });
  const batch = await clinic.one<{ stock: string; lot: string }>(
    'SELECT stock_id AS stock, lot_id AS lot FROM inventory.dispense_allocation WHERE dispense_record_id = $1',
    [record],
  );
  return {
    kind: 'bare',
    databaseUrl: clinic.database.appUrl,
    calls: [calls],
    parallel: false,
    newIds: newIds(calls, [actor.id]),
    newTexts: [],
    pair,
    pairs,
    batch: [batch.stock, batch.lot],
    clients,
  };
}

export async function benchDispense(ground: Ground, rounds: Rounds): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const clients of [1, 8, 32]) {
    const [ours, bare] = await inTurns(rounds, [
      dispenseJob(ground, clients, ground.pairs),
      await bareJob(ground, clients, ground.pairs),
    ]);
    figures.push(
      rateFigure(
        'dispense',
        `${clients} clients, ${ground.rows} rows`,
        ours?.perSecond ?? 0,
        bare?.perSecond ?? 0,
        0.5,
      ),
    );
  }
  return figures;
}

/** Enough of one product at one place, and everybody wants it. */
export async function benchDispenseHot(ground: Ground, rounds: Rounds): Promise<Figure[]> {
  const { clinic } = ground;
  const productId = await clinic.product();
  const locationId = ground.pairs[0]?.[1] ?? '';
  await clinic.stock({ productId, locationId, quantity: '10000000' });
  const deadlocks = () =>
    clinic.one<{ n: string }>('SELECT deadlocks AS n FROM pg_stat_database WHERE datname = current_database()');
  const before = await deadlocks();
  const pairs = [[productId, locationId] as const];
  const [ours, bare] = await inTurns(rounds, [dispenseJob(ground, 64, pairs), await bareJob(ground, 64, pairs)]);
  const after = await deadlocks();
  return [
    rateFigure('dispense-hot', '64 clients, one batch', ours?.perSecond ?? 0, bare?.perSecond ?? 0, 0.5),
    {
      bench: 'dispense-hot',
      what: 'deadlocks',
      ours: `+${Number(after.n) - Number(before.n)}`,
      other: '',
      ratio: null,
      goal: '+0',
      met: after.n === before.n,
    },
  ];
}
