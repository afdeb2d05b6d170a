import { expect, it } from 'vitest';
import { refusalOf } from '../../../test/refusal-of.ts';
import { RecallMatchStatus } from '../../schema/enums.ts';
import { requireMatchMove } from './recall-match-status.ts';

const allowed = new Set(['PENDING>CONFIRMED', 'PENDING>DISMISSED']);
const statuses = Object.values(RecallMatchStatus);
const pairs = statuses.flatMap((from) => statuses.map((to) => ({ from, to, pair: `${from}>${to}` })));

it.each(pairs)('$pair', async ({ from, to, pair }) => {
  const moving = async () => {
    requireMatchMove(from, to);
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
