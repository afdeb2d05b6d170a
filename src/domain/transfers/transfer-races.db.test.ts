import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { countStatements } from '../../../test/count-statements.ts';
import { oneThenTheOther, untilSomebodyWaits } from '../../../test/held.ts';
import { expectSoundLedger } from '../../../test/ledger-invariants.ts';
import { rewritten } from '../../../test/rewritten.ts';
import { bucketsOf } from '../../../test/stock-watch.ts';
import { TransferTable } from '../../../test/transfers.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { issueRecall } from '../recalls/issue-recall.ts';
import { lockStock } from '../stock/lock-stock.ts';
import { requestTransfer } from './request-transfer.ts';

let clinic: TestClinic;
let table: TransferTable;

beforeAll(async () => {
  clinic = await TestClinic.open();
  table = await TransferTable.at(clinic);
});
afterAll(() => clinic.close());

const batch = async () => clinic.stock({ productId: await clinic.product(), quantity: '10' });
const withoutLocks = <T>(work: () => Promise<T>) => rewritten('FOR UPDATE', '', work);

describe('one transfer is shipped twice at once', () => {
  /** Units of the same batch are kept for another transfer, too: the database would not notice who takes them. */
  async function race() {
    const { stockId } = await batch();
    const [id, other] = [
      await table.request([{ stockId, quantity: '4' }]),
      await table.request([{ stockId, quantity: '4' }]),
    ];
    await table.approve(id);
    await table.approve(other);
    const shipping = { as: table.technician, work: table.shipping(id) };
    const outcomes = await oneThenTheOther(clinic, shipping, shipping);
    return { outcomes, buckets: await bucketsOf(clinic, stockId) };
  }

  it('it leaves once', async () => {
    const { outcomes, buckets } = await race();
    expect(outcomes[0].status).toBe('fulfilled');
    expect(outcomes[1]).toMatchObject({
      reason: { code: 'INVALID_STATUS_TRANSITION', context: { from: 'IN_TRANSIT' } },
    });
    expect(buckets).toMatchObject({ on_hand: '6', reserved: '4' });
    await expectSoundLedger(clinic);
  });

  it('without the locks it would leave twice, with the units of the other', async () => {
    expect((await withoutLocks(race)).buckets).toMatchObject({ on_hand: '2', reserved: '0' });
  });
});

describe('one transfer is received twice at once', () => {
  async function race() {
    const id = await table.shipped([{ stockId: (await batch()).stockId, quantity: '4' }]);
    const receiving = async () => ({ as: table.receiver, work: await table.receiving(id) });
    const outcomes = await oneThenTheOther(clinic, await receiving(), await receiving());
    return { outcomes, buckets: await bucketsOf(clinic, await table.homeOf(id)) };
  }

  it('it comes in once', async () => {
    const { outcomes, buckets } = await race();
    expect(outcomes[0].status).toBe('fulfilled');
    expect(outcomes[1]).toMatchObject({ reason: { code: 'INVALID_STATUS_TRANSITION', context: { from: 'RECEIVED' } } });
    expect(buckets).toMatchObject({ on_hand: '4' });
  });

  it('without the locks only the database keeps it from coming in twice', async () => {
    const { outcomes, buckets } = await withoutLocks(race);
    expect(outcomes[1]).toMatchObject({ reason: { message: expect.stringContaining('append-only') as string } });
    expect(buckets).toMatchObject({ on_hand: '4' });
  });
});

describe('a transfer is approved while it is cancelled', () => {
  async function race() {
    const { stockId } = await batch();
    const id = await table.request([{ stockId, quantity: '4' }]);
    const outcomes = await oneThenTheOther(
      clinic,
      { as: table.manager, work: table.approving(id) },
      { as: table.technician, work: table.cancelling(id) },
    );
    return { outcomes, status: await table.status(id), buckets: await bucketsOf(clinic, stockId) };
  }

  it('what was reserved is given back', async () => {
    const { outcomes, status, buckets } = await race();
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'fulfilled']);
    expect(status).toBe('CANCELLED');
    expect(buckets).toMatchObject({ on_hand: '10', reserved: '0' });
  });

  it('without the locks it would stay reserved for ever', async () => {
    const { status, buckets } = await withoutLocks(race);
    expect(status).toBe('CANCELLED');
    expect(buckets).toMatchObject({ reserved: '4' });
  });

  it('and not approved where the cancellation comes first', async () => {
    const { stockId } = await batch();
    const id = await table.request([{ stockId, quantity: '4' }]);
    const [, approved] = await oneThenTheOther(
      clinic,
      { as: table.technician, work: table.cancelling(id) },
      { as: table.manager, work: table.approving(id) },
    );
    expect(approved).toMatchObject({ reason: { code: 'INVALID_STATUS_TRANSITION', context: { from: 'CANCELLED' } } });
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ reserved: '0' });
  });
});

describe('a lot that is recalled', () => {
  async function onItsWay() {
    const productId = await clinic.product();
    const { stockId } = await clinic.stock({ productId, quantity: '10' });
    const id = await table.request([{ stockId, quantity: '4' }]);
    await table.approve(id);
    const told = { reference: 'R-7', recallClass: 'CLASS_I', reason: 'Lack of sterility', productId } as const;
    const recalling = {
      as: table.manager,
      work: (tx: Tx) => issueRecall(tx, { idempotencyKey: newKey(), lotNumbers: [], ...told }),
    };
    return { id, stockId, recalling };
  }

  async function receiptAfterRecall() {
    const { id, recalling } = await onItsWay();
    await table.ship(id);
    const receiving = { as: table.receiver, work: await table.receiving(id) };
    const outcomes = await oneThenTheOther(clinic, recalling, receiving);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    return bucketsOf(clinic, await table.homeOf(id));
  }

  it('while a transfer of it is received: not one free unit appears', async () => {
    expect(await receiptAfterRecall()).toMatchObject({ status: 'QUARANTINED', on_hand: '4', quarantine: '4' });
  });

  it('without the lock of the lot all of them would be free', async () => {
    expect(await rewritten('FOR SHARE', '', receiptAfterRecall)).toMatchObject({ status: 'LIVE', quarantine: '0' });
  });

  it('after its receipt has begun: they are quarantined with all others', async () => {
    const { id, recalling } = await onItsWay();
    await table.ship(id);
    const receiving = { as: table.receiver, work: await table.receiving(id) };
    const outcomes = await oneThenTheOther(clinic, receiving, recalling);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await bucketsOf(clinic, await table.homeOf(id))).toMatchObject({ on_hand: '4', quarantine: '4' });
  });

  it('while it is shipped: not one unit leaves', async () => {
    const { id, stockId, recalling } = await onItsWay();
    const shipping = { as: table.technician, work: table.shipping(id) };
    const [recalled, shipped] = await oneThenTheOther(clinic, recalling, shipping);
    expect(recalled.status).toBe('fulfilled');
    expect(shipped).toMatchObject({ reason: { code: 'LOT_RECALLED' } });
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '10', quarantine: '10' });
  });

  it('after its shipment has begun: what is on its way is left out, and told of at its destination', async () => {
    const { id, stockId, recalling } = await onItsWay();
    const shipping = { as: table.technician, work: table.shipping(id) };
    const outcomes = await oneThenTheOther(clinic, shipping, recalling);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '6', quarantine: '6' });
    const told = await clinic.all<{ place: string; message: string }>(
      `SELECT a.location_id AS place, w.message FROM inventory.recall_acknowledgement a JOIN inventory.recall_lot l USING (recall_id)
       JOIN inventory.inventory_transfer_line line ON line.lot_id = l.lot_id
       JOIN inventory.inventory_alert w ON w.type = 'RECALL' AND w.subject = a.recall_id::text AND w.location_id = a.location_id
       WHERE line.transfer_id = $1`,
      [id],
    );
    expect(told.map(({ place }) => place).sort()).toEqual([clinic.locationId, clinic.elsewhereId].sort());
    const there = told.find(({ place }) => place === clinic.elsewhereId);
    expect(there?.message).toContain('Elsewhere has 0 vials of it in quarantine');
    expect(there?.message).toContain('4 vials on their way to it');
  });
});

it('two transfers of a batch that come in at once share the row that the first has made', async () => {
  const { stockId } = await batch();
  const [one, two] = [
    await table.shipped([{ stockId, quantity: '4' }]),
    await table.shipped([{ stockId, quantity: '5' }]),
  ];
  const outcomes = await oneThenTheOther(
    clinic,
    { as: table.receiver, work: await table.receiving(one) },
    { as: table.receiver, work: await table.receiving(two) },
  );
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  expect(await table.homeOf(two)).toBe(await table.homeOf(one));
  expect(await bucketsOf(clinic, await table.homeOf(one))).toMatchObject({ on_hand: '9' });
});

describe('a request for batches of which somebody holds the first and wants the next', () => {
  /** Answers how often the two were begun: after a deadlock one of them begins anew. */
  async function race() {
    const [first = '', next = ''] = [(await batch()).stockId, (await batch()).stockId].sort();
    const backwards = [next, first].map((stockId) => ({ stockId, quantity: '1' }));
    const ends = { fromLocationId: clinic.locationId, toLocationId: clinic.elsewhereId };
    let begun = 0;
    let requested: Promise<unknown> | undefined;
    const requesting = (tx: Tx) => {
      begun += 1;
      return requestTransfer(tx, { idempotencyKey: newKey(), ...ends, lines: backwards });
    };
    await clinic.as(table.manager, async (tx) => {
      begun += 1;
      await lockStock(tx, [first]);
      requested ??= clinic.as(table.technician, requesting);
      await untilSomebodyWaits(clinic, () => begun > 2);
      await lockStock(tx, [next]);
    });
    await requested;
    return begun;
  }

  it('waits for them in their order, and is done the first time', async () => {
    expect(await race()).toBe(2);
  });

  it('would wait in a circle, if its lines were left to take them', async () => {
    expect(await rewritten('ORDER BY l.id FOR KEY SHARE OF l', '', race)).toBe(3);
  });
});

describe('statements, BEGIN and COMMIT among them, however many lines', () => {
  const counted = async (work: () => Promise<unknown>) => (await countStatements(work)).statements.length;

  it.each([1, 5])('of %i lines', async (count) => {
    const batches = await Promise.all(Array.from({ length: count }, batch));
    const lines = batches.map(({ stockId }) => ({ stockId, quantity: '2' }));
    let id = '';
    expect(await counted(async () => (id = await table.request(lines)))).toBe(6);
    expect(await counted(() => table.approve(id))).toBe(5);
    expect(await counted(() => table.ship(id))).toBe(7);
    const whole = await table.receiving(id);
    expect(await counted(() => clinic.as(table.receiver, whole))).toBe(8);
    const [ended, freed] = [await table.request(lines), await table.request(lines)];
    expect(await counted(() => table.reject(ended))).toBe(4);
    await table.approve(freed);
    expect(await counted(() => table.cancel(freed))).toBe(7);
    const short = await table.shipped(lines);
    const receiving = await table.receiving(short, [{ received: '1', damaged: '1' }]);
    expect(await counted(() => clinic.as(table.receiver, receiving))).toBe(11);
  });
});
