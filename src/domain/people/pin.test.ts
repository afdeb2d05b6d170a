import { expect, it } from 'vitest';
import { hashPin } from './pin.ts';

it.each([
  '12345',
  '1234567890123',
  '12345a',
  '１２３４５７',
  ' 802613',
  '-80261',
  '',
  '111111',
  '121212',
  '345678',
  '890123',
  '654321',
  '210987',
])('refuses %j', async (pin) => {
  await expect(hashPin(pin)).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    context: { field: 'pin', min: 6, max: 12 },
  });
});

it.each(['802613', '123457', '112233', '802613802613'])('takes %j', async (pin) => {
  expect(await hashPin(pin)).toMatch(/^\$argon2id\$/);
});
