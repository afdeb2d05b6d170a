import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { ColdRoom, every } from '../../../test/cold-room.ts';
import { countStatements } from '../../../test/count-statements.ts';
import { oneThenTheOther } from '../../../test/held.ts';
import { rewritten } from '../../../test/rewritten.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { changeLotStatus } from '../stock/change-lot-status.ts';
import { openVial } from '../vials/open-vial.ts';
import { useVial } from '../vials/use-vial.ts';
import { acknowledgeExcursion } from './acknowledge-excursion.ts';
import { evaluateExcursions } from './evaluate-excursions.ts';

let clinic: TestClinic;
let room: ColdRoom;

beforeAll(async () => {
  clinic = await TestClinic.open();
  room = await ColdRoom.at(clinic);
});
afterAll(() => clinic.close());

const tooWarm = every(10, '12', '12', '12', '5');
const evaluating = (fridge: string) => (tx: Tx) =>
  evaluateExcursions(tx, fridge, { from: room.start.getTime(), to: room.at(30).getTime() });
const bucketsOf = (stockId: string) =>
  clinic.one<{ line: string }>(
    `SELECT format('%s in quarantine, %s free, %s causes', trim_scale(quarantine_quantity::numeric), trim_scale(available_quantity::numeric),
       (SELECT count(*) FROM inventory.stock_quarantine q WHERE q.stock_id = s.id)) AS line FROM inventory.stock s WHERE id = $1`,
    [stockId],
  );

describe('one of two causes of quarantine ends', () => {
  async function heldTwice() {
    const fridge = await room.fridge();
    const { stockId, lotId } = await room.batch(fridge, 20);
    await room.told(fridge, tooWarm);
    const quarantine = (quarantined: boolean) => (tx: Tx) =>
      changeLotStatus(tx, { idempotencyKey: newKey(), lotId, quarantined, reason: 'a look at it' });
    await clinic.as(room.pharmacist, quarantine(true));
    const excursionId = await room.excursionOf(stockId);
    const release = (tx: Tx) => acknowledgeExcursion(tx, { excursionId, comment: 'it bears that', release: true });
    return { stockId, endLot: quarantine(false), release };
  }

  it('the other one holds all units, whichever ends first', async () => {
    const one = await heldTwice();
    await clinic.as(room.pharmacist, one.release);
    expect(await bucketsOf(one.stockId)).toEqual({ line: '10 in quarantine, 0 free, 1 causes' });
    await clinic.as(room.pharmacist, one.endLot);
    expect(await bucketsOf(one.stockId)).toEqual({ line: '0 in quarantine, 10 free, 0 causes' });
    const other = await heldTwice();
    await clinic.as(room.pharmacist, other.endLot);
    expect(await bucketsOf(other.stockId)).toEqual({ line: '10 in quarantine, 0 free, 1 causes' });
    await clinic.as(room.pharmacist, other.release);
    expect(await bucketsOf(other.stockId)).toEqual({ line: '0 in quarantine, 10 free, 0 causes' });
  });

  async function race() {
    const { stockId, endLot, release } = await heldTwice();
    const outcomes = await oneThenTheOther(
      clinic,
      { as: room.pharmacist, work: endLot },
      { as: room.pharmacist, work: release },
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    return bucketsOf(stockId);
  }

  it('both at once: the units are free, once', async () => {
    expect(await race()).toEqual({ line: '0 in quarantine, 10 free, 0 causes' });
  });

  it('without the lock of the batch each would leave them to the other', async () => {
    const lock = 'WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE';
    const left = await rewritten(lock, 'WHERE id = ANY($1::uuid[]) ORDER BY id', race);
    expect(left).toEqual({ line: '10 in quarantine, 0 free, 1 causes' });
  });
});

describe('a vial is drawn from while its batch is found to be over budget', () => {
  async function race() {
    const fridge = await room.fridge();
    const { stockId } = await room.batch(fridge, 20);
    const provider = await clinic.actor(['PROVIDER']);
    const opened = await clinic.as(provider, (tx) => openVial(tx, { idempotencyKey: newKey(), stockId }));
    const use = { idempotencyKey: newKey(), sessionId: opened['session']?.[0] ?? '', doses: '1' };
    const patientId = await clinic.patient();
    await room.measure(fridge, tooWarm);
    return oneThenTheOther(
      clinic,
      { as: clinic.systemSession().actor, work: evaluating(fridge) },
      { as: provider, work: (tx) => useVial(tx, { ...use, patientId }) },
    );
  }

  it('from the commit on not one dose leaves', async () => {
    const [found, used] = await race();
    expect(found).toMatchObject({ value: { held: 1 } });
    expect(used).toMatchObject({ reason: { code: 'LOT_QUARANTINED' } });
  });

  it('without the lock of the batch one would', async () => {
    const [, used] = await rewritten('FOR SHARE', '', race);
    expect(used.status).toBe('fulfilled');
  });
});

it('a batch is locked before an excursion refers to it: else who waits for the one would wait for the other', async () => {
  const fridge = await room.fridge();
  await room.batch(fridge, 20);
  await room.measure(fridge, tooWarm);
  const { statements } = await countStatements(() => clinic.as(clinic.systemSession().actor, evaluating(fridge)));
  const first = (part: string) => statements.findIndex((text) => text.includes(part));
  const lock = first('FROM inventory.stock WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE');
  expect(lock).toBeGreaterThan(0);
  expect(first('INSERT INTO inventory.temperature_excursion')).toBeGreaterThan(lock);
});

describe('a unit is looked at by two at once', () => {
  async function race() {
    const fridge = await room.fridge();
    await room.measure(fridge, tooWarm);
    const system = { as: clinic.systemSession().actor, work: evaluating(fridge) };
    await oneThenTheOther(clinic, system, system);
    return room.excursions(fridge);
  }

  it('they find one excursion', async () => {
    expect(await race()).toEqual(['CONSECUTIVE 0..30 30 min 12..12']);
  });

  it('without taking turns they would find two', async () => {
    const found = await rewritten('SELECT pg_advisory_xact_lock($1)', 'SELECT $1::integer', race);
    expect(found).toHaveLength(2);
  });
});

it('the same readings told by two at once are taken once', async () => {
  const fridge = await room.fridge();
  const both = await Promise.all([room.measure(fridge, tooWarm), room.measure(fridge, tooWarm)]);
  expect(both.map(({ accepted, duplicates }) => accepted + duplicates)).toEqual([4, 4]);
  expect(both.reduce((total, { accepted }) => total + accepted, 0)).toBe(4);
});

it('recording takes the same five statements for one reading as for a thousand, BEGIN and COMMIT among them', async () => {
  const fridge = await room.fridge();
  const one = await countStatements(() => room.measure(fridge, [{ at: 0, celsius: '5' }]));
  const many = Array.from({ length: 1_000 }, (_, index) => ({ at: index + 1, celsius: '5' }));
  const thousand = await countStatements(() => room.measure(fridge, many));
  expect([one.statements.length, thousand.statements.length]).toEqual([5, 5]);
});
