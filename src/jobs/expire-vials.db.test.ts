import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestClinic } from '../../test/clinic.ts';
import { handleJob } from '../../test/handle-job.ts';
import { VialTable } from '../../test/vials.ts';
import { expireVialsJob } from './expire-vials.ts';

let clinic: TestClinic;
let table: VialTable;

beforeAll(async () => {
  clinic = await TestClinic.open();
  table = await VialTable.at(clinic);
});
afterAll(() => clinic.close());

const run = () => handleJob(clinic, expireVialsJob);
const feed = async () => {
  const rows = await clinic.all<{ line: string }>(
    `SELECT type || ' ' || severity || ' ' || status AS line FROM inventory.alert_feed ORDER BY changed_at, id`,
  );
  return rows.map(({ line }) => line);
};

test('an hour before the end, at it, and until somebody has closed the vial: each is told once', async () => {
  const session = await table.open(await table.vial());
  expect(await run()).toEqual({ expired: 0, raised: 0, resolved: 0 });
  await clinic.owner.query(
    `UPDATE inventory.open_vial_session SET expires_at = now() + interval '59 minutes' WHERE id = $1`,
    [session],
  );
  expect(await run()).toEqual({ expired: 0, raised: 1, resolved: 0 });
  expect(await run()).toEqual({ expired: 0, raised: 0, resolved: 0 });
  await table.letPass(session);
  expect(await run()).toMatchObject({ expired: 1 });
  await run();
  await table.close(session);
  expect(await run()).toEqual({ expired: 0, raised: 0, resolved: 1 });
  expect((await feed()).sort()).toEqual([
    'VIAL_EXPIRED CRITICAL OPEN',
    'VIAL_EXPIRED CRITICAL RESOLVED',
    'VIAL_EXPIRING WARNING OPEN',
    'VIAL_EXPIRING WARNING RESOLVED',
  ]);
});
