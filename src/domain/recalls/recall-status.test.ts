import { expect, it } from 'vitest';
import { refusalOf } from '../../../test/refusal-of.ts';
import { RecallStatus } from '../../schema/enums.ts';
import { requireRecallMove } from './recall-status.ts';

const allowed = new Set(['ACTIVE>CLOSED']);
const statuses = Object.values(RecallStatus);
const pairs = statuses.flatMap((from) => statuses.map((to) => ({ from, to, pair: `${from}>${to}` })));

it.each(pairs)('$pair', async ({ from, to, pair }) => {
  const moving = async () => {
    requireRecallMove(from, to);
  };
  if (allowed.has(pair)) {
    await expect(moving()).resolves.toBeUndefined();
    return;
  }
  expect(await refusalOf(moving())).toMatchObject({
    code: 'INVALID_STATUS_TRANSITION',
    context: { from, to, allowed: statuses.filter((other) => allowed.has(`${from}>${other}`)) },
  });
});
