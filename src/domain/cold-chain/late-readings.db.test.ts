import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestClinic } from '../../../test/clinic.ts';
import { ColdRoom, type Measured } from '../../../test/cold-room.ts';
import { rewritten } from '../../../test/rewritten.ts';
import { Random } from '../../seed/random.ts';

let clinic: TestClinic;
let room: ColdRoom;

beforeAll(async () => {
  clinic = await TestClinic.open();
  room = await ColdRoom.at(clinic);
});
afterAll(() => clinic.close());

/** A fridge whose door is left open now and then; readings are missing now and then. */
function day(random: Random): Measured[] {
  const measured: Measured[] = [];
  let celsius = 5;
  for (let at = 0; at < 1_200; at += random.between(1, 40)) {
    if (random.chance(0.4)) celsius = random.between(0, 12);
    measured.push({ at, celsius: String(celsius) });
  }
  return measured;
}

/** In pieces of some readings each, some of them told twice. */
function shuffled(random: Random, measured: readonly Measured[]): Measured[][] {
  const order = measured
    .map((reading) => ({ reading, key: random.between(0, 1_000_000) }))
    .sort((a, b) => a.key - b.key);
  const pieces: Measured[][] = [];
  for (let at = 0; at < order.length; at += random.between(1, 12)) {
    pieces.push(order.slice(Math.max(0, at - 1), at + 12).map(({ reading }) => reading));
  }
  return pieces;
}

/** What is found of a fridge and of a batch in it, told in order, and told in pieces that come in any order. */
async function bothWays(
  seed: number,
  tellLate = async (work: () => Promise<void>) => work(),
): Promise<{ inOrder: string[]; late: string[] }> {
  const random = new Random(seed);
  const measured = day(random);
  const budget = random.between(10, 200);
  const [one, other] = [await room.fridge(), await room.fridge()];
  await room.batch(one, budget);
  await room.batch(other, budget);
  await room.told(one, measured);
  await tellLate(async () => {
    for (const piece of shuffled(random, measured)) await room.told(other, piece);
  });
  return { inOrder: await room.excursions(one), late: await room.excursions(other) };
}

it.each([1, 2, 3, 4, 5, 6])(
  'late and doubled readings make the same excursions as those that came in order, seed %i',
  async (seed) => {
    const { inOrder, late } = await bothWays(seed);
    expect(inOrder.length).toBeGreaterThan(0);
    expect(late).toEqual(inOrder);
  },
);

it('would not, did it look no further back than the readings that are new', async () => {
  const { inOrder, late } = await bothWays(1, (work) =>
    rewritten('r.measured_at < told.start', 'r.measured_at > told.start', work),
  );
  expect(late).not.toEqual(inOrder);
});

it('what late readings have shown to be none is superseded; a batch that was held for it waits for a person', async () => {
  const fridge = await room.fridge();
  const { stockId } = await room.batch(fridge, 20);
  await room.told(fridge, [
    { at: 0, celsius: '12' },
    { at: 60, celsius: '12' },
  ]);
  expect(await room.excursions(fridge)).toHaveLength(2);
  await room.told(fridge, [
    { at: 5, celsius: '5' },
    { at: 55, celsius: '5' },
  ]);
  expect(await room.excursions(fridge)).toEqual([]);
  expect(await room.alerts()).toContain(`CRITICAL OPEN ${stockId}`);
  expect(await room.alerts()).toContain(`CRITICAL RESOLVED ${fridge}`);
  const held = 'SELECT trim_scale(quarantine_quantity::numeric)::text AS quarantine FROM inventory.stock WHERE id = $1';
  expect(await clinic.one(held, [stockId])).toEqual({ quarantine: '10' });
});
