/** One key many times at once is one dispense and many equal answers; with another input a conflict; another actor's is another key. */
import { v7 as uuid } from 'uuid';
import { tokenFor } from '../live/api-process.ts';
import {
  brokenBooks,
  insistOnDispense,
  expectEqual,
  onStage,
  outcome,
  recordIds,
  type Check,
  type DispenseCall,
  type Run,
  type Stage,
} from './stage.ts';

export const idempotency: Check = {
  name: 'idempotency',
  mutants: ['key-forgotten', 'key-shared'],
  run: runIdempotency,
};

async function runIdempotency(run: Run): Promise<string[]> {
  const rounds = run.mutant !== null ? 1 : run.short ? 3 : 20;
  return onStage(run, { apis: 2, clients: 50 }, async (stage) => {
    const { clinic } = stage;
    const problems: string[] = [];
    const otherToken = await tokenFor((await clinic.actor(['PHARMACIST'])).id);
    for (let round = 0; round < rounds; round += 1) {
      const productId = await clinic.product();
      await clinic.stock({ productId, quantity: '1000' });
      const quantity = String(run.random.between(1, 9));
      const call = { idempotencyKey: uuid(), locationId: clinic.locationId, lines: [{ productId, quantity }] };
      problems.push(...(await manyAtOnce(stage, call)));
      problems.push(...(await otherInput(stage, call)));
      problems.push(...(await otherActor(stage, call, otherToken)));
    }
    run.say(`${rounds} rounds of one key 50 times at once; asked again ${stage.askedAgain.count} times`);
    return [...problems, ...(await brokenBooks(stage))];
  });
}

async function manyAtOnce(stage: Stage, call: DispenseCall): Promise<string[]> {
  const answers = await Promise.all(Array.from({ length: 50 }, (_none, index) => insistOnDispense(stage, index, call)));
  const different = new Set(answers.map((answer) => JSON.stringify([outcome(answer), recordIds(answer)])));
  return [
    ...(different.size === 1
      ? []
      : [
          `50 calls with one key were answered in ${different.size} ways, such as ${[...different].slice(0, 2).join(' ')}`,
        ]),
    ...expectEqual('of one key', await effects(stage, call), { records: 1, left: 1000 - given(call) }),
  ];
}

async function otherInput(stage: Stage, call: DispenseCall): Promise<string[]> {
  const lines = call.lines.map((line) => ({ ...line, quantity: '10' }));
  const answers = await Promise.all([0, 1].map((api) => insistOnDispense(stage, api, { ...call, lines })));
  return [
    ...expectEqual('the key with another input', answers.map(outcome), [
      'IDEMPOTENCY_CONFLICT',
      'IDEMPOTENCY_CONFLICT',
    ]),
    ...expectEqual('after the conflict', await effects(stage, call), { records: 1, left: 1000 - given(call) }),
  ];
}

async function otherActor(stage: Stage, call: DispenseCall, token: string): Promise<string[]> {
  const first = recordIds(await insistOnDispense(stage, 0, call));
  const others = recordIds(await insistOnDispense(stage, 1, call, token));
  return [
    ...(first.length === 1 && others.length === 1 && first[0] !== others[0]
      ? []
      : [`another actor's key: records ${first.join()} and ${others.join()}`]),
    ...expectEqual('with the same key of another actor', await effects(stage, call), {
      records: 2,
      left: 1000 - 2 * given(call),
    }),
  ];
}

const given = (call: DispenseCall) => Number(call.lines[0]?.quantity);

async function effects({ clinic }: Stage, call: DispenseCall): Promise<{ records: number; left: number }> {
  return clinic.one(
    `SELECT (SELECT count(*)::integer FROM inventory.dispense_record WHERE product_id = $1) AS records,
       (SELECT sum(on_hand_quantity)::float FROM inventory.stock WHERE product_id = $1) AS left`,
    [call.lines[0]?.productId],
  );
}
