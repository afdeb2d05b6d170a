import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createLogger } from '../../src/server/logs.ts';
import { read } from '../../src/db/prepared.ts';
import { genericPlan } from '../../src/db/explain.ts';
import { logSlowStatements, type SlowLog } from '../../src/db/slow-statements.ts';
import { registry } from '../../src/observe/metrics.ts';
import { openApi, type TestApi } from '../abuse/api.ts';
import { codeOf } from '../server/small-server.ts';

interface Line {
  readonly msg: string;
  readonly statement: string;
  readonly summary: string;
  readonly ms: number;
  readonly rows: number | null;
  readonly plan: string[] | string;
}

let api: TestApi;
let lines: Line[] = [];
let log: SlowLog | null = null;
beforeAll(async () => {
  api = await openApi();
});
afterEach(async () => {
  await log?.close();
  lines = [];
});
afterAll(() => api.close());

/** What these tests ask; the API's own watches ask of other tables, at moments of their own. */
const ofPatients = () => lines.filter(({ summary }) => summary === 'SELECT people.patient');

function logFrom(fromMs: number, directUrl = api.clinic.database.appUrl): void {
  const logger = createLogger('warn', { write: (line) => lines.push(JSON.parse(line) as Line) });
  log = logSlowStatements({ fromMs, directUrl, logger });
}

const bySearch = 'SELECT id FROM people.patient WHERE lower(last_name) = lower($1) AND birth_date > $2::date';

describe('a slow statement', () => {
  test('is logged once a minute, with its plan and without a value', async () => {
    logFrom(0);
    for (let time = 0; time < 3; time += 1) await read(api.clinic.db, bySearch, ['Quixwarth', '1957-03-09']);
    await read(api.clinic.db, `${bySearch} LIMIT 1`, ['Quixwarth', '1957-03-09']);
    await log?.close();
    expect(ofPatients()).toHaveLength(2);
    const [first] = ofPatients();
    expect(first).toMatchObject({ msg: 'slow statement', level: 'warn', rows: 0 });
    expect(first?.statement).toMatch(/^lk_/);
    expect(first?.plan).toEqual(expect.arrayContaining([expect.stringContaining('lower($1)')]));
    expect(JSON.stringify(lines)).not.toMatch(/quixwarth|1957/i);
    expect(await registry.metrics()).toMatch(/lotkeeper_slow_statements_total [1-9]/);
  });

  test('that the database cut off is logged too', async () => {
    logFrom(40);
    const { clinic, people } = api;
    const cutOff = clinic.as(people.MANAGER, async (tx) => {
      await tx.query(`SET LOCAL statement_timeout = '50ms'`);
      await tx.sql('SELECT pg_sleep($1::float8) FROM people.patient LIMIT 1', [30]);
    });
    await expect(cutOff).rejects.toMatchObject({ code: '57014' });
    await log?.close();
    expect(ofPatients()).toMatchObject([{ rows: null }]);
    expect(ofPatients()[0]?.plan).toEqual(expect.arrayContaining([expect.stringContaining('Limit')]));
  });

  test('whose plan cannot be had is logged all the same', async () => {
    logFrom(0, 'postgresql://nobody:nothing@127.0.0.1:1/none');
    await read(api.clinic.db, bySearch, ['x', '2000-01-01']);
    await log?.close();
    expect(ofPatients()).toMatchObject([{ plan: 'none: ECONNREFUSED' }]);
  });

  test('faster ones are not', async () => {
    logFrom(60_000);
    await read(api.clinic.db, `${bySearch} LIMIT 2`, ['x', '2000-01-01']);
    await log?.close();
    expect(lines).toEqual([]);
  });
});

test('the verbs’ own statements have plans, and asking for them writes nothing', async () => {
  const { locationId, productId } = api.here;
  logFrom(0);
  const before = await ledgerLines();
  const ask = async (query: string, variables: Record<string, unknown> = {}) => {
    expect(codeOf(await api.ask(api.people.PHARMACIST.token, query, variables))).toBeUndefined();
  };
  const input = { idempotencyKey: randomUUID(), locationId, lines: [{ productId, quantity: '1' }] };
  await ask('mutation ($input: DispenseInput!) { dispense(input: $input) { records { id } } }', { input });
  await ask('{ stocks(first: 3) { nodes { id product { name } } } inventoryTransactions(first: 3) { nodes { id } } }');
  await vi.waitFor(() => {
    expect(lines.map(({ summary }) => summary).join()).toMatch(/INSERT inventory\.inventory_transaction/);
  });
  await log?.close();
  expect(lines.length).toBeGreaterThanOrEqual(5);
  expect(lines.filter(({ plan }) => typeof plan === 'string')).toEqual([]);
  expect(JSON.stringify(lines)).not.toContain(input.idempotencyKey);
  expect(await ledgerLines()).toBe(before + 1);
});

async function ledgerLines(): Promise<number> {
  const { lines: found } = await api.clinic.one<{ lines: number }>(
    'SELECT count(*)::integer AS lines FROM inventory.inventory_transaction',
  );
  return found;
}

test('a statement with no value, and one with many', async () => {
  const url = api.clinic.database.appUrl;
  expect((await genericPlan(url, 'SELECT count(*) FROM ops.outbox')).join()).toContain('outbox');
  const many = 'SELECT FROM inventory.inventory_transaction WHERE recorded_at > $2::timestamptz AND id = $1::uuid';
  expect((await genericPlan(url, many)).join()).toContain('$2');
  await expect(genericPlan(url, 'DROP TABLE ops.outbox')).rejects.toThrow();
});
