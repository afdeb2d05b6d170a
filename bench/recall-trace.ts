/** From a lot to its patients and to where its units went: a lot with a fifth of everything, and one of the others. */
import { exact } from '../src/domain/decimal.ts';
import { exposures } from '../src/domain/recalls/exposures.ts';
import { lotMoves, traceOf } from '../src/domain/recalls/lot-trace.ts';
import { seedScale } from '../src/seed/scale.ts';
import { TestClinic } from '../test/clinic.ts';
import type { Cluster } from '../test/live/cluster.ts';
import { quantile } from '../test/live/crowd.ts';
import { exposedByHand, makeLotLives, movedByHand, type TraceSize } from '../test/trace-ground.ts';
import { ms, type Figure } from './figures.ts';

const everything = { isSystem: true, locationIds: [] };

export async function benchRecallTrace(cluster: Cluster, size: TraceSize, times: number): Promise<Figure[]> {
  const database = await cluster.newDatabase();
  await seedScale(database.ownerUrl, 10_000, () => undefined);
  const clinic = await TestClinic.in(database);
  try {
    const large = await makeLotLives(clinic.owner, size);
    const { id: other } = await clinic.one<{ id: string }>(
      'SELECT lot_id AS id FROM inventory.dispense_allocation WHERE lot_id <> $1 LIMIT 1',
      [large],
    );
    const { lines } = await clinic.one<{ lines: string }>(
      'SELECT count(*) AS lines FROM inventory.inventory_transaction',
    );
    const of = `${Number(lines).toLocaleString('en')} lines, ${size.dispenses.toLocaleString('en')} dispenses`;
    return [
      await traced(clinic, large, `the lot of a fifth of ${of}`, times),
      await traced(clinic, other, `one lot of ${of}`, times),
    ];
  } finally {
    await clinic.close();
  }
}

async function traced(clinic: TestClinic, lotId: string, what: string, times: number): Promise<Figure> {
  const taken: number[] = [];
  let isEqual = true;
  for (let turn = 0; turn <= times; turn += 1) {
    const began = performance.now();
    const [moves] = await lotMoves(clinic.db, everything, [lotId]);
    const exposed = await exposures(clinic.db, everything, 'lot', [lotId]);
    if (moves === undefined) throw new Error('The lot has no trace');
    traceOf(moves);
    taken.push(performance.now() - began);
    if (turn > 0) continue;
    const told = exposed
      .map(({ patientId, via, quantity }) => `${patientId} ${via} ${exact(quantity).toString()}`)
      .sort();
    const moved = await movedByHand(clinic.owner, lotId);
    const isSame = ([type, change]: [string, string]) => exact(change).eq(moved[type] ?? '0');
    isEqual =
      JSON.stringify(told) === JSON.stringify(await exposedByHand(clinic.owner, lotId)) &&
      Object.entries(moves.changes).every(isSame);
  }
  const time = quantile(taken, 0.5);
  return {
    bench: 'recall-trace',
    what,
    ours: ms(time),
    other: isEqual ? 'equal by hand' : 'DIFFERS',
    ratio: null,
    goal: '≤ 1 s, equal to brute force',
    met: time <= 1_000 && isEqual,
  };
}
