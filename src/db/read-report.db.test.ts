import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestClinic } from '../../test/clinic.ts';
import { read } from './prepared.ts';
import { readReport } from './read-report.ts';

let clinic: TestClinic;
beforeAll(async () => {
  clinic = await TestClinic.open();
});
afterAll(() => clinic.close());

const limit = `SELECT current_setting('statement_timeout') AS "limit"`;

test('a report has half a minute, and no other statement of its connection has', async () => {
  expect(await readReport(clinic.db, limit)).toEqual([{ limit: '30s' }]);
  const others = await Promise.all(Array.from({ length: 10 }, () => read(clinic.db, limit)));
  expect(new Set(others.map((rows) => JSON.stringify(rows)))).toEqual(new Set(['[{"limit":"5s"}]']));
});

test('a report writes nothing', async () => {
  await expect(readReport(clinic.db, 'UPDATE ops.settings SET updated_at = now()')).rejects.toThrow('read-only');
});
