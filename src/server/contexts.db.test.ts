import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApi, type TestApi } from '../../test/abuse/api.ts';
import { newKey } from '../../test/clinic.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

// Over HTTP, where Apollo copies the context.
test('the second mutation of a request answers with what it has made, not with what the first one read', async () => {
  const { clinic, people, here } = api;
  const { stockId } = await clinic.stock({
    productId: await clinic.product(),
    quantity: '10',
    locationId: here.locationId,
  });
  const input = () => ({ idempotencyKey: newKey(), stockId, newOnHand: '9', reason: 'counted' });
  const answer = await api.ask(
    people.MANAGER.token,
    `mutation ($a: AdjustStockInput!, $b: AdjustStockInput!) {
       a: adjustStock(input: $a) { stock { onHand } } b: adjustStock(input: $b) { stock { onHand } } }`,
    { a: input(), b: { ...input(), newOnHand: '8' } },
  );
  expect(answer.data).toEqual({ a: { stock: { onHand: '9' } }, b: { stock: { onHand: '8' } } });
});
