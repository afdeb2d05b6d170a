import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestClinic } from '../../test/clinic.ts';
import { rewritten } from '../../test/rewritten.ts';
import type { Actor } from '../actor.ts';
import { hasBegun } from '../db/beginning.ts';
import { claimOnly } from './claim.ts';

let clinic: TestClinic;
let actor: Actor;
beforeAll(async () => {
  clinic = await TestClinic.open();
  actor = await clinic.actor(['MANAGER']);
});
afterAll(() => clinic.close());

test('what was sent together with a beginning that failed has not happened; without its guard it would have', async () => {
  const keys = () => clinic.one('SELECT count(*)::integer AS keys FROM ops.idempotency_key');
  const before = await keys();
  const said = { mutation: 'test', key: 'the key of a call', input: {} };
  const failing = () =>
    rewritten('START TRANSACTION', 'SELECT 1 / 0', () => clinic.as(actor, (tx) => claimOnly(tx, said)));
  await expect(failing()).rejects.toMatchObject({ code: '22012' });
  expect(await keys()).toEqual(before);
  await expect(rewritten(hasBegun, 'true', failing)).rejects.toMatchObject({ code: '22012' });
  expect(await keys()).not.toEqual(before);
});
