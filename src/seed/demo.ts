/**
 * The demo: places, users, patients, a catalogue, 90 days of stock and dispensing that end yesterday, and what is under
 * way today. The same every time, but for the day it is made on. The history is one transaction; the ledger's sums and
 * the stock rows come from the same lines, so that they agree by construction. Today is played by the verbs (demo-day.ts).
 * Refuses a database that holds data, and production.
 */
import { hashPassword } from '../domain/people/password.ts';
import pg from 'pg';
import { createDataSource } from '../../ormconfig.ts';
import { systemUserId } from '../actor.ts';
import { StartRefusal } from '../db/start-refusal.ts';
import { historyDays, DemoHistory, type History } from './demo-history.ts';
import {
  demoLocations,
  demoPassword,
  demoPatients,
  demoUsers,
  type DemoLocation,
  type DemoUser,
} from './demo-people.ts';
import { DemoDay } from './demo-day.ts';
import { demoProducts } from './demo-products.ts';
import { writeCatalogue, type DemoCatalogue } from './demo-catalogue.ts';
import { writeProjects } from './demo-projects.ts';
import { insertRows } from './insert-rows.ts';
import { Random } from './random.ts';
import { writeHistory } from './demo-write-history.ts';

const events = 20_000;
const patients = 200;

export interface Seeded {
  readonly products: number;
  readonly lots: number;
  readonly dispenses: number;
}

/** As the owner of the tables. */
export async function seedDemo(ownerUrl: string, now = new Date()): Promise<Seeded> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'lotkeeper-seed' });
  await client.connect();
  try {
    await refuseFilled(client);
    await client.query('BEGIN');
    const seeded = await write(client, now);
    await client.query('COMMIT');
    await playDay(ownerUrl);
    // Nobody has told the workers.
    await client.query('SELECT inventory.refresh_stock_metrics(true)');
    await client.query('ANALYZE');
    return seeded;
  } finally {
    await client.end();
  }
}

async function playDay(ownerUrl: string): Promise<void> {
  const db = await createDataSource(ownerUrl, { poolSize: 1, applicationName: 'lotkeeper-seed' }).initialize();
  try {
    await new DemoDay(db, ownerUrl).play();
  } finally {
    await db.destroy();
  }
}

export type DemoState = 'empty' | 'demo' | 'other';

/** Empty is: nobody but the system, and no place; nothing that a demo could be mixed up with. */
export async function demoState(ownerUrl: string): Promise<DemoState> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'lotkeeper-seed' });
  await client.connect();
  try {
    return await stateOf(client);
  } finally {
    await client.end();
  }
}

async function stateOf(client: pg.ClientBase): Promise<DemoState> {
  const { rows } = await client.query<{ state: DemoState }>(
    `SELECT CASE WHEN EXISTS (SELECT FROM people."user" WHERE email = 'manager@demo.example') THEN 'demo'
       WHEN EXISTS (SELECT FROM people.location) OR EXISTS (SELECT FROM people."user" WHERE id <> $1) THEN 'other'
       ELSE 'empty' END AS state`,
    [systemUserId],
  );
  return rows[0]?.state ?? 'other';
}

export async function refuseFilled(client: pg.ClientBase): Promise<void> {
  if ((await stateOf(client)) === 'empty') return;
  throw new StartRefusal(
    'This database holds data already, and a seed is only for an empty one: name another database or data folder.',
  );
}

async function write(client: pg.Client, now: Date): Promise<Seeded> {
  await client.query(`SELECT set_config('lotkeeper.audited', 'on', true), set_config('TimeZone', 'UTC', true)`);
  await client.query(
    `SELECT ops.make_month_partitions(t::regclass, ($1::timestamptz - make_interval(days => ${historyDays + 5}))::date, ($1::timestamptz + interval '3 months')::date)
     FROM unnest('{inventory.inventory_transaction,dpap.dispensing_event}'::text[]) t`,
    [now],
  );
  const random = new Random(20_260_101);
  const before = now.getTime() - (historyDays + 10) * 86_400_000;
  const locations = demoLocations(random, before);
  const users = await writePeople(client, random, locations, before);
  const people = demoPatients(random, patients, before);
  await insertRows(client, 'people.patient', patientColumns, people);
  const catalogue = await writeCatalogue(client, random, demoProducts, locations, before);
  const history = new DemoHistory({
    random,
    now,
    locations,
    products: catalogue.products,
    patientIds: people.map(({ id }) => id),
    events,
  }).run();
  await writeHistory(client, { history, catalogue, locations, users, now });
  await writeProjects(client, new Random(20_260_102), people, users, now);
  return told(history, catalogue);
}

const patientColumns = {
  id: 'uuid',
  first_name: 'text',
  last_name: 'text',
  birth_date: 'date',
  sex: 'text',
  email: 'text',
  phone: 'text',
  address: 'text',
};

async function writePeople(
  client: pg.Client,
  random: Random,
  locations: readonly DemoLocation[],
  at: number,
): Promise<readonly DemoUser[]> {
  const columns = { id: 'uuid', code: 'text', name: 'text', kind: 'people.location_kind', time_zone: 'text' };
  await insertRows(client, 'people.location', columns, locations);
  return writeDemoUsers(client, random, locations, at);
}

/** All with the demo's password. */
export async function writeDemoUsers(
  client: pg.ClientBase,
  random: Random,
  locations: readonly Pick<DemoLocation, 'id' | 'code'>[],
  at: number,
): Promise<readonly DemoUser[]> {
  const password_hash = await hashPassword(demoPassword);
  const users = demoUsers(random, at);
  await insertRows(
    client,
    'people."user"',
    { id: 'uuid', email: 'text', display_name: 'text', roles: 'text[]', password_hash: 'text' },
    users.map((user) => ({ ...user, password_hash })),
  );
  await insertRows(
    client,
    'people.user_location',
    { user_id: 'uuid', location_id: 'uuid' },
    users.flatMap((user) =>
      locations
        .filter(({ code }) => user.locationCodes === 'all' || user.locationCodes.includes(code))
        .map(({ id }) => ({ user_id: user.id, location_id: id })),
    ),
  );
  return users;
}

function told(history: History, catalogue: DemoCatalogue): Seeded {
  return { products: catalogue.products.length, lots: history.lots.length, dispenses: history.dispenses.length };
}
