import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestClinic } from '../../test/clinic.ts';
import { arrayText, type Cell } from './array-text.ts';

let clinic: TestClinic;
beforeAll(async () => {
  clinic = await TestClinic.open();
});
afterAll(() => clinic.close());

const strange = ['', ' ', 'NULL', 'null', '{}', '{a,b}', ',', '"', '\\', '\\"', '\n\t', "'", '$1', 'é😀', ' trimmed? '];
const cases: [type: string, cells: Cell[]][] = [
  ['text', [...strange, null]],
  ['jsonb', strange.map((text) => JSON.stringify({ text }))],
  ['boolean', [true, false, null]],
  ['integer', [0, -1, 2_147_483_647, null]],
  ['timestamptz', [new Date('2000-01-01T00:00:00.001Z'), new Date('2026-11-29T23:59:59.999Z'), null]],
  ['bytea', [Buffer.from([]), Buffer.from([0, 34, 92, 255]), null]],
  ['uuid', ['0190b4a5-0000-7000-8000-000000000000', null]],
  ['text', []],
];

it.each(cases)('is read by PostgreSQL as the driver’s own array is: %s', async (type, cells) => {
  const read = (list: unknown) =>
    clinic.owner.query<{ text: string }>(`SELECT $1::${type}[]::text AS text`, [list]).then(({ rows }) => rows);
  expect(await read(arrayText(cells))).toEqual(await read(cells));
});
