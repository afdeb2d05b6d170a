import { expect, test } from 'vitest';
import { TestClinic } from '../../../test/clinic.ts';
import { createTestDatabase } from '../../../test/database.ts';
import { exposedByHand, makeLotLives, movedByHand } from '../../../test/trace-ground.ts';
import { seedScale } from '../../seed/scale.ts';
import { exact, sum } from '../decimal.ts';
import { exposures } from './exposures.ts';
import { lotMoves, traceOf } from './lot-trace.ts';

test('patients and movements of a lot are those that are found by going through every row', async () => {
  const database = await createTestDatabase();
  await seedScale(database.ownerUrl, 100, () => undefined);
  const clinic = await TestClinic.in(database);
  const everything = { isSystem: true, locationIds: [] };
  const lotId = await makeLotLives(clinic.owner, { dispenses: 2_000, otherLines: 200, patients: 53 });
  const exposed = await exposures(clinic.db, everything, 'lot', [lotId]);
  const told = exposed.map(({ patientId, via, quantity }) => `${patientId} ${via} ${exact(quantity).toString()}`);
  expect(told.sort()).toEqual(await exposedByHand(clinic.owner, lotId));
  expect(told.length).toBeGreaterThan(50);
  const [moves] = await lotMoves(clinic.db, everything, [lotId]);
  if (moves === undefined) throw new Error('no trace');
  const plain = Object.entries(moves.changes).map(([type, change]) => [type, exact(change).toString()]);
  expect(Object.fromEntries(plain)).toEqual(await movedByHand(clinic.owner, lotId));
  const { received, adjusted, ...went } = traceOf(moves);
  expect(sum(Object.values(went))).toBe(sum([received, adjusted]));
  await clinic.close();
});
