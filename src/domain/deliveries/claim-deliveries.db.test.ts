import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TestClinic } from '../../../test/clinic.ts';
import { nothingToTell, raised, receiversAre, standing, timePasses } from '../../../test/delivery-desk.ts';
import { oneThenTheOther } from '../../../test/held.ts';
import { rewritten } from '../../../test/rewritten.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { claimMails, claimWebhooks, type Claimed } from './claim-deliveries.ts';
import { makeMails, makeWebhooks, mostMadeAtOnce } from './make-deliveries.ts';
import { markFailed, markSent } from './settle-delivery.ts';

let clinic: TestClinic;

beforeAll(async () => {
  clinic = await TestClinic.open();
});
beforeEach(() => nothingToTell(clinic));
afterAll(() => clinic.close());

const { actor } = { actor: () => clinic.systemSession().actor };
const as = <T>(work: (tx: Tx) => Promise<T>) => clinic.as(actor(), work);
const targets = (...names: string[]) => names.map((name) => `https://${name}.example/hook`);
const idsOf = (claimed: readonly Claimed[]) => claimed.map(({ id }) => id);

/** Two at once: the second begins while the first has claimed and not committed. */
async function twoClaim(claim: (tx: Tx) => Promise<Claimed[]>): Promise<readonly string[][]> {
  const [first, second] = await oneThenTheOther(clinic, { as: actor(), work: claim }, { as: actor(), work: claim });
  if (first.status === 'rejected' || second.status === 'rejected') throw new Error('a claim failed');
  return [idsOf(first.value), idsOf(second.value)];
}

describe('two that claim at once', () => {
  const claims = {
    webhooks: { make: makeWebhooks, claim: (tx: Tx) => claimWebhooks(tx, 10) },
    mails: { make: makeMails, claim: (tx: Tx) => claimMails(tx, 10) },
  };

  beforeEach(async () => {
    await receiversAre(clinic, { webhooks: targets('a', 'b'), emails: ['a@clinic.example', 'b@clinic.example'] });
    await raised(clinic, { severity: 'CRITICAL' });
  });

  test.each(Object.entries(claims))('%s: only one has them', async (_, { make, claim }) => {
    await as(make);
    const [first, second] = await twoClaim(claim);
    expect([first?.length, second]).toEqual([2, []]);
  });

  test.each(Object.entries(claims))('%s: both would have them, were they not locked', async (_, { make, claim }) => {
    await as(make);
    const [first, second] = await rewritten('FOR UPDATE SKIP LOCKED', '', () => twoClaim(claim));
    expect(second?.sort()).toEqual(first?.sort());
  });
});

describe('a lease', () => {
  beforeEach(async () => {
    await receiversAre(clinic, { webhooks: targets('a') });
    await raised(clinic, {});
    await as(makeWebhooks);
  });

  const claimOne = async () => {
    const [claimed] = await as((tx) => claimWebhooks(tx, 10));
    if (claimed === undefined) throw new Error('nothing was due');
    return claimed;
  };

  test('keeps the delivery until it has run out; then another has it, under the same id', async () => {
    const first = await claimOne();
    await expect(claimOne()).rejects.toThrow('nothing was due');
    await timePasses(clinic);
    expect(await claimOne()).toEqual({ ...first, attempts: 2 });
  });

  test('that was lost gives no say in what failed', async () => {
    const first = await claimOne();
    await timePasses(clinic);
    await claimOne();
    const late = () => as((tx) => markFailed(tx, first, { kind: 'FINAL', error: 'Too late.' }));
    await late();
    expect(await standing(clinic)).toEqual(['WAITING 2']);
    await rewritten('AND attempts = $2', 'AND $2::integer > 0', late);
    expect(await standing(clinic)).toEqual(['DEAD 2 Too late.']);
  });

  test('that was lost does not make untrue that it arrived', async () => {
    const first = await claimOne();
    await timePasses(clinic);
    const second = await claimOne();
    await as((tx) => markSent(tx, first));
    await as((tx) => markFailed(tx, second, { kind: 'FINAL', error: 'Gone.' }));
    expect(await standing(clinic)).toEqual(['SENT 2']);
  });
});

describe('the feed becomes deliveries once', () => {
  test('however many make them at once', async () => {
    await receiversAre(clinic, { webhooks: targets('a', 'b', 'c') });
    await raised(clinic, ...Array.from({ length: 40 }, () => ({})));
    await Promise.all(Array.from({ length: 8 }, () => as(makeWebhooks)));
    expect(await standing(clinic)).toHaveLength(120);
  });

  test('for two take turns: without that the second fails on what the first has made', async () => {
    await receiversAre(clinic, { webhooks: targets('a') });
    await raised(clinic, {});
    const both = () =>
      oneThenTheOther(clinic, { as: actor(), work: makeWebhooks }, { as: actor(), work: makeWebhooks });
    expect(await both()).toMatchObject([{ value: 1 }, { value: 0 }]);
    await raised(clinic, {});
    const [, second] = await rewritten('WHERE kind = $1 FOR UPDATE SKIP LOCKED', 'WHERE kind = $1', both);
    expect(second).toMatchObject({ status: 'rejected', reason: { constraint: 'delivery_kind_target_feed_seq_key' } });
  });

  test('also when who made them is taken back, and with more than fit at once', async () => {
    await receiversAre(clinic, { webhooks: targets('a') });
    await raised(clinic, ...Array.from({ length: mostMadeAtOnce + 20 }, () => ({})));
    const takenBack = as(async (tx) => {
      await makeWebhooks(tx);
      throw new Error('crashed');
    });
    await expect(takenBack).rejects.toThrow('crashed');
    expect(await standing(clinic)).toEqual([]);
    expect([await as(makeWebhooks), await as(makeWebhooks), await as(makeWebhooks)]).toEqual([mostMadeAtOnce, 20, 0]);
    expect(await standing(clinic)).toHaveLength(mostMadeAtOnce + 20);
  });
});
