import { expect, it } from 'vitest';
import { TransferStatus } from '../../schema/enums.ts';
import { requireTransferMove } from './transfer-status.ts';

const allowed = new Set([
  'REQUESTED APPROVED',
  'REQUESTED REJECTED',
  'REQUESTED CANCELLED',
  'APPROVED IN_TRANSIT',
  'APPROVED CANCELLED',
  'IN_TRANSIT RECEIVED',
]);
const statuses = Object.values(TransferStatus);
const pairs = statuses.flatMap((from) => statuses.map((to) => [from, to] as const));

it.each(pairs)('a transfer from %s to %s', (from, to) => {
  const move = () => {
    requireTransferMove({ id: 'T', status: from }, to);
  };
  if (allowed.has(`${from} ${to}`)) {
    expect(move).not.toThrow();
    return;
  }
  const context = { transferId: 'T', from, to, allowed: statuses.filter((next) => allowed.has(`${from} ${next}`)) };
  expect(move).toThrow(expect.objectContaining({ code: 'INVALID_STATUS_TRANSITION', context }));
});
