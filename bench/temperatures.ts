/**
 * 10 000 readings in one call over HTTP, against one bare INSERT of the same; and how long it takes to find the excursions
 * of such a call. In turns, the middle one counts.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inTransaction } from '../src/db/in-transaction.ts';
import { evaluateExcursions } from '../src/domain/cold-chain/evaluate-excursions.ts';
import { tokenFor } from '../test/live/api-process.ts';
import { ms, timeFigure, type Figure } from './figures.ts';
import type { Ground } from './ground.ts';

const readings = 10_000;
const minute = 60_000;
const query =
  'mutation ($readings: [TemperatureReadingInput!]!) { recordTemperatures(readings: $readings) { accepted duplicates } }';

interface Reading {
  readonly storageUnitId: string;
  readonly celsius: string;
  readonly measuredAt: string;
}

export async function benchTemperatures(ground: Ground, rounds: number): Promise<Figure[]> {
  const [, locationId = ''] = ground.pairs[0] ?? [];
  const storageUnitId = randomUUID();
  await ground.clinic.owner.query(
    `INSERT INTO inventory.storage_unit (id, location_id, name, min_celsius, max_celsius) VALUES ($1, $2, 'Bench', 2, 8)`,
    [storageUnitId, locationId],
  );
  const technician = await ground.clinic.actor(['TECHNICIAN'], [locationId]);
  const token = await tokenFor(technician.id);
  const bare = new pg.Client({ connectionString: ground.clinic.database.appUrl });
  await bare.connect();
  const times = { ours: [] as number[], bare: [] as number[], found: [] as number[] };
  for (let round = -1; round < rounds; round += 1) {
    const [mine, theirs] = [readingsOf(storageUnitId, 2 * round + 2), readingsOf(storageUnitId, 2 * round + 3)];
    const ours = await timed(() => send(ground.api.url, token, mine));
    const plain = await timed(() => insert(bare, theirs));
    const found = await timed(() => evaluate(ground, storageUnitId, mine));
    if (round < 0) continue;
    times.ours.push(ours);
    times.bare.push(plain);
    times.found.push(found);
  }
  await bare.end();
  const found = ms(middle(times.found));
  return [
    timeFigure(
      'temperatures',
      `${readings} readings in a call`,
      middle(times.ours),
      middle(times.bare),
      4,
      'bare INSERT',
    ),
    { bench: 'temperatures', what: 'their excursions', ours: found, other: '', ratio: null, goal: '', met: null },
  ];
}

/** One a minute; each series a week later than the one before, warm for two hours of each day. */
function readingsOf(storageUnitId: string, series: number): Reading[] {
  const start = Date.UTC(2024, 0, 1) + series * 7 * 24 * 60 * minute;
  return Array.from({ length: readings }, (_, index) => ({
    storageUnitId,
    celsius: index % 1_440 < 120 ? '9.5' : '4.75',
    measuredAt: new Date(start + index * minute).toISOString(),
  }));
}

async function send(url: string, token: string, variables: readonly Reading[]): Promise<void> {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables: { readings: variables } }),
  });
  const text = await answer.text();
  if (!text.includes(`"accepted":${readings}`)) throw new Error(text.slice(0, 500));
}

async function insert(client: pg.Client, rows: readonly Reading[]): Promise<void> {
  await client.query(
    'INSERT INTO inventory.temperature_reading (storage_unit_id, measured_at, celsius) SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::numeric[])',
    [rows.map((row) => row.storageUnitId), rows.map((row) => row.measuredAt), rows.map((row) => row.celsius)],
  );
}

async function evaluate({ clinic }: Ground, storageUnitId: string, rows: readonly Reading[]): Promise<void> {
  const [first, last] = [rows[0], rows.at(-1)];
  const range = { from: Date.parse(first?.measuredAt ?? ''), to: Date.parse(last?.measuredAt ?? '') };
  await inTransaction(clinic.systemSession(), (tx) => evaluateExcursions(tx, storageUnitId, range));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const middle = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
