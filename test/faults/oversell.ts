/** 64 clients of two processes want 500 units of a product that has 100: exactly 100 get one. */
import { v7 as uuid } from 'uuid';
import { crowd, tally } from '../live/crowd.ts';
import {
  brokenBooks,
  insistOnDispense,
  expectEqual,
  onStage,
  outcome,
  type Check,
  type Run,
  type Stage,
} from './stage.ts';

export const oversell: Check = { name: 'oversell', mutants: ['no-lock'], run: runOversell };

async function runOversell(run: Run): Promise<string[]> {
  const rounds = run.mutant !== null ? 1 : run.short ? 3 : 20;
  return onStage(run, { apis: 2, clients: 64 }, async (stage) => {
    const problems: string[] = [];
    for (let round = 1; round <= rounds; round += 1) problems.push(...(await sellOut(run, stage)));
    problems.push(...(await brokenBooks(stage)));
    run.say(`${rounds} rounds of 500 requests for 100 units; asked again ${stage.askedAgain.count} times`);
    return problems;
  });
}

/** The 100 units lie in one to five batches. */
async function sellOut({ random }: Run, stage: Stage): Promise<string[]> {
  const { clinic } = stage;
  const productId = await clinic.product();
  const batches = random.between(1, 5);
  for (let left = 100, batch = 1; batch <= batches; batch += 1) {
    const quantity = batch === batches ? left : random.between(1, left - (batches - batch));
    left -= quantity;
    await clinic.stock({ productId, quantity: String(quantity), expiresOn: `2099-0${batch}-01` });
  }
  const answers = await crowd(64, new Array(500).fill(null), async (_task, index) =>
    insistOnDispense(stage, index, {
      idempotencyKey: uuid(),
      locationId: clinic.locationId,
      lines: [{ productId, quantity: '1' }],
    }),
  );
  const left = await clinic.one<{ on_hand: number; records: number }>(
    `SELECT (SELECT sum(on_hand_quantity)::float FROM inventory.stock WHERE product_id = $1) AS on_hand,
       (SELECT count(*)::integer FROM inventory.dispense_record WHERE product_id = $1) AS records`,
    [productId],
  );
  const counts = tally(answers.map(outcome));
  return [
    ...expectEqual(
      'answers',
      [counts['done'], counts['INSUFFICIENT_INVENTORY'], Object.keys(counts).length],
      [100, 400, 2],
    ),
    ...(Object.keys(counts).length > 2 ? [JSON.stringify(counts)] : []),
    ...expectEqual('units left and records', left, { on_hand: 0, records: 100 }),
  ];
}
