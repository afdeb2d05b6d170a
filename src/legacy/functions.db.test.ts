/** The functions by which dirty values are read: none fails, whatever it is given. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';

let database: TestDatabase;
let owner: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});

async function answer(sql: string, value: string | null): Promise<unknown> {
  const { rows } = await owner.query<{ answer: unknown }>(`SELECT (${sql})::text AS answer`, [value]);
  return rows[0]?.answer;
}
const spoilt = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

describe('text', () => {
  it.each([
    ['José', spoilt('José')],
    ['García', 'GarcÃ\u00ada'],
    ['Łukasz Dvořák', spoilt('Łukasz Dvořák')],
    ['Trần', spoilt('Trần')],
    ['Ärger', 'Ã„rger'],
    ['Großmann', 'GroÃŸmann'],
    ['O’Brien', 'Oâ€™Brien'],
    ['José', spoilt(spoilt('José'))],
    ['Παππάς', spoilt('Παππάς')],
  ])('%s is read right again from %s', async (right, wrong) => {
    expect(await answer('legacy.cleaned($1)', wrong)).toBe(right);
  });

  it.each(['José', 'Müller', 'CAFÉ™', 'Ana Ñ', 'Jos\ufffd', 'Ã', '5 °C', 'Zoë Â', '李小龍', '😀'])(
    '%s stays as it is',
    async (text) => {
      expect(await answer('legacy.cleaned($1)', text)).toBe(text);
    },
  );

  it('of which letters are lost, or that is spoilt in part, is known', async () => {
    expect(await answer('legacy.is_spoilt($1)', 'Jos\ufffd')).toBe('true');
    expect(await answer('legacy.is_spoilt($1)', `${spoilt('é')} and é`)).toBe('true');
    expect(await answer('legacy.is_spoilt($1)', 'José Ñandú')).toBe('false');
  });

  it('of spaces alone is none', async () => {
    expect(await answer('legacy.cleaned($1)', ' \t ')).toBeNull();
  });
});

describe('dates', () => {
  it.each([
    ['2024-02-29', '2024-02-29'],
    ['2023-02-29', null],
    ['1900-02-29', null],
    ['2000-02-29', '2000-02-29'],
    ['1985-13-01', null],
    ['1985-04-31', null],
    ['0000-01-01', null],
    ['0001-01-01', '0001-01-01'],
    ['31.12.1970', null],
    ['infinity', null],
    ['0044-03-15 BC', null],
    ['12024-01-01', null],
    ['', null],
    [null, null],
  ])('%s is %s', async (text, wanted) => {
    expect(await answer('legacy.real_date($1)', text)).toBe(wanted);
  });

  it.each([
    ['2024-02-29 12:00:00+00', true],
    ['2024-02-29T12:00:00.123456Z', true],
    ['2024-02-30 12:00:00+00', false],
    ['2024-12-31 23:59:59-05:30', true],
    ['2024-04-31 12:00:00+00', false],
    ['2024-00-10 12:00:00+00', false],
    ['0998-05-06 12:00:00+00', true],
    ['0000-05-06 12:00:00+00', false],
    ['2024-02-28 12:00:00+00 ', false],
    ['2024-02-29 24:00:00+00', false],
    ['2024-02-29 12:00:00', false],
    ['-infinity', false],
    ['now', false],
  ])('the moment %s can be: %s', async (text, can) => {
    expect((await answer('legacy.real_instant($1)', text)) !== null).toBe(can);
  });
});

it.each([
  ['real_date', '٢٠٢٤-٠٢-٠٣'],
  ['real_instant', '٢٠٢٤-٠٢-٠٣ 12:00:00+00'],
  ['whole_number', '١٢'],
  ['plain_number', '١.٥'],
])('%s of digits of other scripts is none, also by the rules of ICU', async (name, text) => {
  expect(await answer(`legacy.${name}($1 COLLATE "und-x-icu")`, text)).toBeNull();
});

describe('lists and paths', () => {
  it.each([
    ['["a"]', '["a"]'],
    ['scans/a.stl', '"scans/a.stl"'],
    ['', '[]'],
    ['null', '[]'],
    ['[1', null],
    ['["a\\u0000b"]', null],
    ['{"a": 1} x', null],
  ])('%s is %s', async (text, wanted) => {
    expect(await answer('legacy.parsed_json($1)', text)).toBe(wanted);
  });

  it.each([
    ['/media/a.stl', 'media/a.stl'],
    ['C:\\scans\\a.stl', 'scans/a.stl'],
    ['./a.stl', 'a.stl'],
    ['../../etc/passwd', null],
    ['a/../../b', null],
    ['a..b/c', 'a..b/c'],
    [' ', null],
  ])('the path %s is %s', async (text, wanted) => {
    expect(await answer('legacy.relative_path($1)', text)).toBe(wanted);
  });
});

it('an id of ours is the same for the same row, and another for another', async () => {
  const of = (table: string, id: string) => answer(`legacy.target_id('mdw', '${table}', $1)`, id);
  expect(await of('people.patient', '1')).toBe(await of('people.patient', '1'));
  expect(await of('people.patient', '1')).not.toBe(await of('workflow.project', '1'));
  expect(await of('people.patient', '1')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
});

/** As the planner has it of a million rows, in a transaction that has written: a subtransaction cannot end there. */
it('none fails in a parallel plan', async () => {
  await owner.query(`
    CREATE TABLE many AS SELECT CASE WHEN n % 50 = 0 THEN '["a' ELSE '["a"]' END AS value FROM generate_series(1, 20000) n;
    ANALYZE many;
    SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2`);
  const plan = await owner.query<{ 'QUERY PLAN': string }>('EXPLAIN SELECT legacy.cleaned(value) FROM many');
  expect(plan.rows.map((row) => row['QUERY PLAN']).join()).toContain('Gather');
  const texts = ['parsed_json', 'cleaned', 'is_spoilt', 'relative_path'];
  for (const name of [...texts, 'real_date', 'real_instant', 'whole_number', 'plain_number']) {
    await owner.query('BEGIN');
    await owner.query('CREATE TABLE written AS SELECT 1 AS n');
    await owner.query(`CREATE TABLE of_${name} AS SELECT legacy.${name}(value) AS answer FROM many`);
    await owner.query('ROLLBACK');
  }
});
