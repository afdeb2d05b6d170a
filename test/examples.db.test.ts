/** Every client of examples/, as it stands, against a real server. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { lookAtFeed } from '../src/domain/alerts/number-alerts.ts';
import { knownPassword, openApi, type TestApi } from './abuse/api.ts';
import { raiseAlert } from './alerts.ts';
import { patience } from './server/settled.ts';

const locationId = uuid();
let api: TestApi;
let email: string;
let productId: string;

beforeAll(async () => {
  api = await openApi();
  const { clinic } = api;
  await clinic.owner.query(
    `INSERT INTO people.location (id, code, name, kind, time_zone) VALUES ($1, 'EXAMPLES', 'A place of the examples', 'CLINIC', 'UTC')`,
    [locationId],
  );
  ({ email } = await api.person(['PHARMACIST'], [locationId]));
  productId = await clinic.product();
  await clinic.stock({ productId, locationId, quantity: '20' });
  await raiseAlert(clinic.owner, { locationId, title: 'Something is low' });
  await vi.waitFor(async () => {
    expect((await lookAtFeed(clinic.db)).waiting).toBe(false);
  }, patience);
});
afterAll(() => api.close());

const told = [
  'signed in as PHARMACIST',
  'dispensed 1',
  'the same key, the same record',
  'refused: INSUFFICIENT_INVENTORY',
];
const alert = 'alert: Something is low';

test.each([
  { command: ['bash', 'examples/dispense.sh'], lines: told },
  { command: ['python3', 'examples/dispense.py'], lines: told },
  { command: [process.execPath, 'examples/apollo-client.mjs'], lines: [...told, alert] },
  { command: [process.execPath, 'examples/urql.mjs'], lines: [...told, alert] },
])('$command.1 does what it says, and dispenses once', async ({ command: [program = '', ...args], lines }) => {
  const left = async () =>
    api.clinic.one<{ left: string }>(
      'SELECT trim_scale(sum(on_hand_quantity))::text AS left FROM inventory.stock WHERE product_id = $1',
      [productId],
    );
  const before = await left();
  const env = { ...process.env, LOTKEEPER_URL: api.url, LOTKEEPER_EMAIL: email, LOTKEEPER_PASSWORD: knownPassword };
  const { stdout } = await promisify(execFile)(program, args, { env, timeout: 25_000 });
  expect(stdout.trim().split('\n')).toEqual(lines);
  expect(Number((await left()).left)).toBe(Number(before.left) - 1);
});
