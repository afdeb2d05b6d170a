/**
 * Takes in what was measured, one reading or many, late or doubled: a unit has one reading at an instant, the first that
 * was told. All of a call or nothing. What they mean is found out afterwards by a job (evaluate-excursions.ts).
 * Refuses: BAD_USER_INPUT (too many, a temperature, a time before 2000 or to come), NOT_FOUND. Locks nothing.
 */
import { notFound } from '../../actor.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { Statement } from '../../db/statement.ts';
import { Refusal } from '../../refusal.ts';
import { addAudit } from '../audit.ts';
import { celsius } from '../celsius.ts';
import { claim, gate } from '../claim.ts';
import { groupBy } from '../group-by.ts';
import { addOutbox } from '../outbox.ts';
import { isUuid } from '../uuid.ts';

export interface TemperatureToRecord {
  readonly storageUnitId: string;
  readonly celsius: string;
  readonly measuredAt: Date;
}

export interface Recorded {
  readonly accepted: number;
  readonly duplicates: number;
}

export const mostReadingsAtOnce = 10_000;
const first = new Date('2000-01-01T00:00:00Z');
/** A logger's clock may be a little fast. */
const aheadAtMostMs = 60_000;

export async function recordTemperatures(tx: Tx, readings: readonly TemperatureToRecord[]): Promise<Recorded> {
  const checked = checkReadings(readings);
  const units = await requireUnits(tx, readings);
  const taken = await insert(tx, checked);
  const news = [...groupBy(taken, ({ storageUnitId }) => storageUnitId).values()].map(newsOf);
  if (news.length > 0) await tell(tx, news, units);
  return { accepted: taken.length, duplicates: readings.length - taken.length };
}

function checkReadings(readings: readonly TemperatureToRecord[]): TemperatureToRecord[] {
  if (readings.length > mostReadingsAtOnce) {
    throw new Refusal(
      'BAD_USER_INPUT',
      `At most ${mostReadingsAtOnce} readings in one call: send the rest in another.`,
      {
        field: 'readings',
        most: mostReadingsAtOnce,
      },
    );
  }
  return readings.map((reading, index) => {
    if (reading.measuredAt < first) throw refusedTime(reading, index, 'must not lie before the year 2000');
    return { ...reading, celsius: celsius(reading.celsius, `readings[${index}].celsius`) };
  });
}

function refusedTime({ measuredAt }: TemperatureToRecord, index: number, why: string): Refusal {
  const field = `readings[${index}].measuredAt`;
  return new Refusal('BAD_USER_INPUT', `${field} ${why}.`, { field, measuredAt: measuredAt.toISOString() });
}

interface KnownUnit {
  readonly id: string;
  readonly locationId: string;
  readonly now: Date;
}

type KnownUnits = ReadonlyMap<string, KnownUnit>;

async function requireUnits(tx: Tx, readings: readonly TemperatureToRecord[]): Promise<KnownUnits> {
  const asked = [...new Set(readings.map(({ storageUnitId }) => storageUnitId))];
  const claimed = await claim<KnownUnit>(
    tx,
    { mutation: 'recordTemperatures', key: null, input: {} },
    {
      locked: `SELECT u.id, u.location_id FROM inventory.storage_unit u WHERE ${gate} AND u.id = ANY($8::uuid[]) AND ($9::boolean OR u.location_id = ANY($10::uuid[]))`,
      columns: 'l.id, l.location_id AS "locationId", clock_timestamp() AS now',
      values: [asked.filter(isUuid), tx.actor.isSystem, tx.actor.locationIds],
    },
  );
  const known = new Map(claimed.replay === null ? claimed.rows.map((unit) => [unit.id, unit]) : []);
  const missing = asked.find((id) => !known.has(id));
  if (missing !== undefined) throw notFound('storage unit', missing);
  for (const [index, reading] of readings.entries()) {
    const latest = (known.get(reading.storageUnitId)?.now.getTime() ?? 0) + aheadAtMostMs;
    if (reading.measuredAt.getTime() > latest) throw refusedTime(reading, index, 'must not lie in the future');
  }
  return known;
}

interface Taken {
  readonly storageUnitId: string;
  readonly measuredAt: Date;
}

/** Sorted: two calls with the same readings would otherwise wait for each other. */
async function insert(tx: Tx, readings: readonly TemperatureToRecord[]): Promise<Taken[]> {
  return tx.sql<Taken>(
    `INSERT INTO inventory.temperature_reading (storage_unit_id, measured_at, celsius)
     SELECT DISTINCT ON (r.storage_unit_id, r.measured_at) r.storage_unit_id, r.measured_at, r.celsius
     FROM unnest($1::uuid[], $2::timestamptz[], $3::numeric[]) WITH ORDINALITY AS r(storage_unit_id, measured_at, celsius, position)
     ORDER BY r.storage_unit_id, r.measured_at, r.position
     ON CONFLICT DO NOTHING RETURNING storage_unit_id AS "storageUnitId", measured_at AS "measuredAt"`,
    [
      readings.map(({ storageUnitId }) => storageUnitId),
      readings.map(({ measuredAt }) => measuredAt),
      readings.map((reading) => reading.celsius),
    ],
  );
}

interface News {
  readonly storageUnitId: string;
  readonly from: Date;
  readonly to: Date;
  readonly readings: number;
}

function newsOf(taken: readonly Taken[]): News {
  const [one] = taken;
  if (one === undefined) throw new Error('a group is never empty');
  const times = taken.map(({ measuredAt }) => measuredAt.getTime());
  const [from, to] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  return { storageUnitId: one.storageUnitId, from: new Date(from), to: new Date(to), readings: taken.length };
}

async function tell(tx: Tx, news: readonly News[], units: KnownUnits): Promise<void> {
  const statement = new Statement();
  const lines = news.map(({ storageUnitId, ...after }) => ({
    entity: 'storage_unit',
    entityId: storageUnitId,
    action: 'recordTemperatures',
    locationId: units.get(storageUnitId)?.locationId ?? null,
    after,
  }));
  addAudit(statement, tx, lines);
  addOutbox(statement, news.map(temperaturesRecorded));
  await statement.run(tx, 'SELECT');
}

/** Wakes the evaluation of the unit for that time. */
export function temperaturesRecorded({ storageUnitId, from, to }: Omit<News, 'readings'>) {
  return { topic: 'temperatures.recorded' as const, payload: { storageUnitId, from, to } };
}
