/** A recall against whoever moves units of the same lot: after its commit not one leaves, and no free one appears. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { oneThenTheOther, untilSomebodyWaits } from '../../../test/held.ts';
import { expectSoundLedger } from '../../../test/ledger-invariants.ts';
import { rewritten } from '../../../test/rewritten.ts';
import { TransferTable } from '../../../test/transfers.ts';
import { VialTable } from '../../../test/vials.ts';
import type { Actor } from '../../actor.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { dispense } from '../dispensing/dispense.ts';
import { intake } from '../stock/intake.ts';
import { lockStock } from '../stock/lock-stock.ts';
import { openVial } from '../vials/open-vial.ts';
import { useVial } from '../vials/use-vial.ts';
import { recordWaste } from '../waste/record-waste.ts';
import { closeRecall } from './close-recall.ts';
import { issueRecall } from './issue-recall.ts';

let clinic: TestClinic;
let table: VialTable;
let transfers: TransferTable;
let pharmacist: Actor;
let overseer: Actor;

beforeAll(async () => {
  clinic = await TestClinic.open();
  table = await VialTable.at(clinic);
  transfers = await TransferTable.at(clinic);
  pharmacist = await clinic.actor(['PHARMACIST']);
  overseer = await clinic.actor(['MANAGER'], [clinic.locationId, clinic.elsewhereId]);
});
afterEach(() => expectSoundLedger(clinic));
afterAll(() => clinic.close());

const recalling = (productId: string, lotNumbers: string[] = []) => {
  const told = { reference: 'R-7', recallClass: 'CLASS_I', reason: 'Lack of sterility', productId } as const;
  return { as: pharmacist, work: (tx: Tx) => issueRecall(tx, { idempotencyKey: newKey(), lotNumbers, ...told }) };
};
const dispensing = (productId: string) => ({
  as: pharmacist,
  work: (tx: Tx) =>
    dispense(tx, {
      idempotencyKey: newKey(),
      locationId: clinic.locationId,
      lines: [{ productId, quantity: '1' }],
    }),
});
const takingIn = (productId: string, manufacturerLotNumber: string) => ({
  as: overseer,
  work: (tx: Tx) =>
    intake(tx, {
      ...{ idempotencyKey: newKey(), locationId: clinic.locationId, productId, vendorName: 'Vendor' },
      ...{ manufacturerLotNumber, quantity: '4', cogsMode: 'FIXED', unitCogs: '5', paymentTerms: 'COD' },
    }),
});
/** Units of the product: on hand, and free. */
const units = async (productId: string) => {
  const row = await clinic.one<{ onHand: string; free: string }>(
    `SELECT trim_scale(sum(on_hand_quantity::numeric))::text AS "onHand", trim_scale(sum(available_quantity))::text AS free
     FROM inventory.stock WHERE product_id = $1`,
    [productId],
  );
  return `${row.onHand} on hand, ${row.free} free`;
};

/** Where a mutant has left rows that do not know what their lot is. */
const forgetRecalls = () =>
  clinic.owner.query(
    `UPDATE inventory.inventory_lot SET recalled = false; UPDATE inventory.stock SET lot_recalled = false;
     UPDATE inventory.recall SET status = 'CLOSED', closed_at = now(), closed_by = issued_by, resolution = 'forgotten', released = true`,
  );

describe('and a dispense', () => {
  async function race() {
    const productId = await clinic.product();
    await clinic.stock({ productId });
    const [, dispensed] = await oneThenTheOther(clinic, recalling(productId), dispensing(productId));
    return { dispensed, units: await units(productId) };
  }

  it('that comes second is refused', async () => {
    const { dispensed, units: left } = await race();
    expect(dispensed).toMatchObject({ reason: { code: 'INSUFFICIENT_INVENTORY' } });
    expect(left).toBe('10 on hand, 0 free');
  });

  it('that comes second without its lock would decide as before the recall', async () => {
    const { dispensed } = await rewritten('ORDER BY s.id FOR UPDATE', 'ORDER BY s.id', race);
    expect(dispensed).not.toMatchObject({ reason: { code: 'INSUFFICIENT_INVENTORY' } });
  });

  it('that comes first has its unit; the rest is in quarantine', async () => {
    const productId = await clinic.product();
    await clinic.stock({ productId });
    const [dispensed, recalled] = await oneThenTheOther(clinic, dispensing(productId), recalling(productId));
    expect([dispensed.status, recalled.status]).toEqual(['fulfilled', 'fulfilled']);
    expect(await units(productId)).toBe('9 on hand, 0 free');
  });
});

describe('and an intake', () => {
  async function race(isKnown: boolean, intakeIsFirst: boolean) {
    const productId = await clinic.product();
    if (isKnown) await clinic.stock({ productId, lotNumber: 'A-1', quantity: '6' });
    const [recall, intaken] = [recalling(productId, ['a1']), takingIn(productId, 'A1')];
    const outcomes = intakeIsFirst
      ? await oneThenTheOther(clinic, intaken, recall)
      : await oneThenTheOther(clinic, recall, intaken);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    return units(productId);
  }
  const withoutIntakesLock = (work: () => Promise<string>) =>
    rewritten('pg_advisory_xact_lock_shared(7106002)', 'NULL', work);

  it.each([
    ['of a lot that is here, first', true, true],
    ['of a lot that is here, second', true, false],
    ['of a lot that nobody has yet, first', false, true],
    ['of a lot that nobody has yet, second', false, false],
  ])('%s: none of it is free', async (_name, isKnown, intakeIsFirst) => {
    expect(await race(isKnown, intakeIsFirst)).toBe(isKnown ? '10 on hand, 0 free' : '4 on hand, 0 free');
  });

  it.each([
    ['first', true],
    ['second', false],
  ])('of a new lot, %s: without the lock of intakes its units would be free', async (_name, intakeIsFirst) => {
    expect(await withoutIntakesLock(() => race(false, intakeIsFirst))).toBe('4 on hand, 4 free');
  });

  it('of a lot that is here, second: without both its locks its units would be free', async () => {
    const raced = await withoutIntakesLock(() => rewritten('FOR SHARE', '', () => race(true, false)));
    expect(raced).toBe('10 on hand, 4 free');
    await forgetRecalls();
  });
});

describe('and a use of an open vial', () => {
  async function race() {
    const vial = await table.vial();
    const sessionId = await table.open(vial);
    const patientId = await clinic.patient();
    const using = (tx: Tx) => useVial(tx, { idempotencyKey: newKey(), sessionId, patientId, doses: '1' });
    const raced = { as: table.provider, work: using };
    const [, used] = await oneThenTheOther(clinic, recalling(vial.productId), raced);
    return used;
  }

  it('that comes second is refused', async () => {
    expect(await race()).toMatchObject({ reason: { code: 'LOT_RECALLED' } });
  });

  it('that comes second would draw without the lock of the batch', async () => {
    expect(await rewritten('FOR SHARE', '', race)).toMatchObject({ status: 'fulfilled' });
  });
});

interface Batch {
  readonly stockId: string;
  readonly productId: string;
}

describe('and whoever holds a batch and then writes of its lot', () => {
  /** Answers how often the two were begun: after a deadlock one of them begins anew. */
  async function race(vial: Batch, work: (tx: Tx) => Promise<unknown>) {
    let begun = 0;
    let recalled: Promise<unknown> | undefined;
    const recall = recalling(vial.productId);
    const counted = (next: (tx: Tx) => Promise<unknown>) => (tx: Tx) => {
      begun += 1;
      return next(tx);
    };
    const holding = async (tx: Tx) => {
      await lockStock(tx, [vial.stockId]);
      recalled ??= clinic.as(recall.as, counted(recall.work));
      await untilSomebodyWaits(clinic, () => begun > 2);
      return work(tx);
    };
    // Whichever of the two the server ends to part them: what begins anew may come too late.
    await Promise.allSettled([clinic.as(table.provider, counted(holding))]);
    await recalled;
    return begun;
  }
  const wasting = (stockId: string) => (tx: Tx) =>
    recordWaste(tx, { idempotencyKey: newKey(), stockId, quantity: '1', reason: 'DAMAGED' });
  const opening = (stockId: string) => (tx: Tx) => openVial(tx, { idempotencyKey: newKey(), stockId });

  it('waits for neither, and is done the first time', async () => {
    const [one, two] = [await table.vial(), await table.vial()];
    expect(await race(one, wasting(one.stockId))).toBe(2);
    expect(await race(two, opening(two.stockId))).toBe(2);
    expect([await units(one.productId), await units(two.productId)]).toEqual(Array(2).fill('4 on hand, 0 free'));
  });

  it('would wait for the recall, and it for that, if the recall took the lot as if to delete it', async () => {
    const vial = await table.vial();
    expect(await rewritten('FOR NO KEY UPDATE', 'FOR UPDATE', () => race(vial, wasting(vial.stockId)))).toBe(3);
  });
});

describe('and a transfer', () => {
  const sent = async () => {
    const productId = await clinic.product();
    const { stockId } = await clinic.stock({ productId });
    return { productId, id: await transfers.shipped([{ stockId, quantity: '4' }]) };
  };
  async function race() {
    const { productId, id } = await sent();
    const receipt = { as: transfers.receiver, work: await transfers.receiving(id) };
    const outcomes = await oneThenTheOther(clinic, recalling(productId), receipt);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    return units(productId);
  }

  it('that is received second: none of it is free', async () => {
    expect(await race()).toBe('10 on hand, 0 free');
  });

  it('that is received second would be free without the lock of the lot', async () => {
    expect(await rewritten('FOR SHARE', '', race)).toBe('10 on hand, 4 free');
    await forgetRecalls();
  });

  it('that is received first: the recall finds it at the other end', async () => {
    const { productId, id } = await sent();
    const receipt = { as: transfers.receiver, work: await transfers.receiving(id) };
    await oneThenTheOther(clinic, receipt, recalling(productId));
    expect(await units(productId)).toBe('10 on hand, 0 free');
  });

  async function shipmentRace(shipmentIsFirst: boolean) {
    const productId = await clinic.product();
    const { stockId } = await clinic.stock({ productId });
    const id = await transfers.request([{ stockId, quantity: '4' }]);
    await transfers.approve(id);
    const shipment = { as: transfers.technician, work: transfers.shipping(id) };
    const recall = recalling(productId);
    const [first, second] = await (shipmentIsFirst
      ? oneThenTheOther(clinic, shipment, recall)
      : oneThenTheOther(clinic, recall, shipment));
    expect(first.status).toBe('fulfilled');
    const awaiting = await clinic.all(
      `SELECT 1 FROM inventory.recall_acknowledgement a JOIN inventory.recall r ON r.id = a.recall_id WHERE r.product_id = $1 AND a.location_id = $2`,
      [productId, clinic.elsewhereId],
    );
    return { second, units: await units(productId), isToldElsewhere: awaiting.length === 1 };
  }

  it('that is shipped second does not leave', async () => {
    const raced = await shipmentRace(false);
    expect(raced.second).toMatchObject({ reason: { code: 'LOT_RECALLED' } });
    expect(raced.units).toBe('10 on hand, 0 free');
  });

  it('that is shipped second would find its lot good without the lock of its batches', async () => {
    const { second } = await rewritten('ORDER BY s.id FOR UPDATE', 'ORDER BY s.id', () => shipmentRace(false));
    expect(second).not.toMatchObject({ reason: { code: 'LOT_RECALLED' } });
  });

  it('that is shipped first: the recall holds what is left, and tells whoever awaits it', async () => {
    const raced = await shipmentRace(true);
    expect(raced).toMatchObject({
      second: { status: 'fulfilled' },
      ...{ units: '6 on hand, 0 free', isToldElsewhere: true },
    });
  });

  it('that is shipped first: without the lock of its batches the recall would hold what has left', async () => {
    const { second } = await rewritten('ORDER BY id FOR UPDATE', 'ORDER BY id', () => shipmentRace(true));
    expect(second.status).toBe('rejected');
  });

  it('the location that awaits it is told, and acknowledges', async () => {
    const { productId } = await sent();
    await clinic.as(pharmacist, recalling(productId).work);
    const alerts = await clinic.all<{ code: string; message: string }>(
      `SELECT o.code, a.message FROM inventory.inventory_alert a JOIN people.location o ON o.id = a.location_id
       WHERE a.product_id = $1 AND a.recall_id IS NOT NULL ORDER BY o.code`,
      [productId],
    );
    expect(alerts.map(({ code }) => code)).toEqual(['ELSE', 'HERE']);
    expect(alerts[0]?.message).toMatch(/0 vials of it in quarantine, 4 vials on their way to it/);
  });
});

describe('two recalls of one lot', () => {
  const releasing = (recallId: string) => ({
    as: overseer,
    work: (tx: Tx) =>
      closeRecall(tx, { idempotencyKey: newKey(), recallId, resolution: 'a false alarm', releaseLots: true }),
  });
  const withoutLocks = <T>(work: () => Promise<T>) =>
    rewritten('pg_advisory_xact_lock(7106002)', 'NULL', () => rewritten('FOR NO KEY UPDATE', '', work));

  async function issuing() {
    const productId = await clinic.product();
    await clinic.stock({ productId });
    const outcomes = await oneThenTheOther(clinic, recalling(productId), recalling(productId));
    const ids = outcomes.map((each) => (each.status === 'fulfilled' ? (each.value['recall']?.[0] ?? '') : ''));
    return { productId, ids, units: await units(productId) };
  }
  async function closing() {
    const { productId, ids } = await issuing();
    const [one = '', two = ''] = ids;
    await oneThenTheOther(clinic, releasing(one), releasing(two));
    return units(productId);
  }

  it('issued at once both stand', async () => {
    const { ids, units: held } = await issuing();
    expect(ids).not.toContain('');
    expect(held).toBe('10 on hand, 0 free');
  });

  it('issued at once without a lock: the second would hold all of it again, which the database refuses', async () => {
    const { ids } = await rewritten('ORDER BY id FOR UPDATE', 'ORDER BY id', () => withoutLocks(issuing));
    expect(ids).toContain('');
    await forgetRecalls();
  });

  it('closed at once: the lot is free when the last one releases it', async () => {
    expect(await closing()).toBe('10 on hand, 10 free');
  });

  it('closed at once without their locks each would leave the lot to the other', async () => {
    const { productId, ids } = await issuing();
    const [one = '', two = ''] = ids;
    await withoutLocks(() => oneThenTheOther(clinic, releasing(one), releasing(two)));
    expect(await units(productId)).toBe('10 on hand, 0 free');
    await forgetRecalls();
  });
});
