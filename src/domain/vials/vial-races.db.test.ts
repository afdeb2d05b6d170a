import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { countStatements } from '../../../test/count-statements.ts';
import { oneThenTheOther } from '../../../test/held.ts';
import { expectSoundLedger } from '../../../test/ledger-invariants.ts';
import { rewritten } from '../../../test/rewritten.ts';
import { VialTable } from '../../../test/vials.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { changeLotStatus } from '../stock/change-lot-status.ts';
import { closeVial } from './close-vial.ts';
import { expireVials } from './expire-vials.ts';
import { openVial } from './open-vial.ts';
import { reverseVialUsage } from './reverse-vial-usage.ts';
import { useVial } from './use-vial.ts';

let clinic: TestClinic;
let table: VialTable;

beforeAll(async () => {
  clinic = await TestClinic.open();
  table = await VialTable.at(clinic);
});
afterEach(() => expectSoundLedger(clinic));
afterAll(() => clinic.close());

/** In a clinic of its own, as the books do not add up afterwards. */
async function broken<T>(from: string, to: string, race: () => Promise<T>): Promise<T> {
  const sound = { clinic, table };
  clinic = await TestClinic.open();
  try {
    table = await VialTable.at(clinic);
    return await rewritten(from, to, race);
  } finally {
    await clinic.close();
    ({ clinic, table } = sound);
  }
}

const drawing = async (sessionId: string, doses: string) => {
  const patientId = await clinic.patient();
  return (tx: Tx) => useVial(tx, { idempotencyKey: newKey(), sessionId, patientId, doses });
};
const drawn = async (sessionId: string) =>
  Number(
    (
      await clinic.one<{ n: string }>('SELECT sum(doses) AS n FROM inventory.vial_usage_record WHERE session_id = $1', [
        sessionId,
      ])
    ).n,
  );

describe('two nurses draw the last 12.5 units at once', () => {
  async function race() {
    const session = await table.open(await table.vial());
    await table.use(session, '87.5');
    const outcomes = await oneThenTheOther(
      clinic,
      { as: table.provider, work: await drawing(session, '12.5') },
      { as: table.provider, work: await drawing(session, '12.5') },
    );
    return { outcomes, drawn: await drawn(session) };
  }

  it('one gets it, the other is told what remains', async () => {
    const { outcomes, drawn: total } = await race();
    expect(outcomes[0].status).toBe('fulfilled');
    expect(outcomes[1]).toMatchObject({ reason: { code: 'VIAL_NOT_OPEN', context: { status: 'DEPLETED' } } });
    expect(total).toBe(100);
  });

  it('without the lock both would have drawn', async () => {
    const { drawn: total } = await broken('EXISTS (SELECT FROM batch) FOR UPDATE', 'EXISTS (SELECT FROM batch)', race);
    expect(total).toBeGreaterThan(100);
  });
});

describe('a lot that is quarantined while a dose is drawn', () => {
  async function race() {
    const vial = await table.vial();
    const session = await table.open(vial);
    const block = { idempotencyKey: newKey(), lotId: vial.lotId, quarantined: true, reason: 'a look at it' };
    return oneThenTheOther(
      clinic,
      { as: table.pharmacist, work: (tx) => changeLotStatus(tx, block) },
      { as: table.provider, work: await drawing(session, '1') },
    );
  }

  it('from its commit on not one dose leaves', async () => {
    const [blocked, used] = await race();
    expect(blocked.status).toBe('fulfilled');
    expect(used).toMatchObject({ reason: { code: 'LOT_QUARANTINED' } });
  });

  it('without the lock of the batch one would', async () => {
    const [, used] = await rewritten('FOR SHARE', '', race);
    expect(used.status).toBe('fulfilled');
  });
});

describe('the same use is taken back twice at once', () => {
  const back = (usageId: string) => (tx: Tx) =>
    reverseVialUsage(tx, { idempotencyKey: newKey(), usageId, reason: 'wrong vial' });

  it('once, whichever comes first', async () => {
    const session = await table.open(await table.vial());
    const usage = await table.use(session, '40');
    const [first, second] = await oneThenTheOther(
      clinic,
      { as: table.pharmacist, work: back(usage) },
      { as: table.pharmacist, work: back(usage) },
    );
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ reason: { code: 'ALREADY_REVERSED' } });
    expect(await table.state(session)).toMatchObject({ remaining: '100', used: '0' });
  });
});

it('two open the last vial at once: one gets it', async () => {
  const { productId } = await table.vial();
  await clinic.owner.query(`UPDATE catalogue.product SET label_stability_hours = 24 WHERE id = $1`, [productId]);
  const { stockId } = await clinic.stock({ productId, quantity: '1' });
  const opening = (tx: Tx) => openVial(tx, { idempotencyKey: newKey(), stockId });
  const [first, second] = await oneThenTheOther(
    clinic,
    { as: table.provider, work: opening },
    { as: table.provider, work: opening },
  );
  expect(first.status).toBe('fulfilled');
  expect(second).toMatchObject({ reason: { code: 'INSUFFICIENT_INVENTORY' } });
});

it('a vial that somebody closes is passed over by the job that ends them', async () => {
  const session = await table.open(await table.vial());
  await table.letPass(session);
  const closing = { idempotencyKey: newKey(), sessionId: session, wasteReason: 'SPILLED' as const };
  const [, ended] = await oneThenTheOther(
    clinic,
    { as: table.provider, work: (tx) => closeVial(tx, closing) },
    { as: clinic.systemSession().actor, work: expireVials },
  );
  expect(ended).toEqual({ status: 'fulfilled', value: [] });
  expect(await table.state(session)).toMatchObject({ status: 'CLOSED' });
});

it('a use takes four statements, BEGIN and COMMIT among them; an opening four', async () => {
  const vial = await table.vial();
  const session = await table.open(vial);
  const patientId = await clinic.patient();
  const using = await countStatements(() => table.use(session, '1', { patientId }));
  expect(using.statements).toHaveLength(4);
  const opening = await countStatements(() => table.open(vial));
  expect(opening.statements).toHaveLength(4);
});
