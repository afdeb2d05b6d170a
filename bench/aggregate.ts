/** A year of dispensing events counted into its summaries, against the bare GROUP BY; one changed day; reading a year. */
import { systemUserId } from '../src/actor.ts';
import { Gate } from '../src/db/gate.ts';
import { inTransaction, type Session, type Tx } from '../src/db/in-transaction.ts';
import { poolOf } from '../src/db/prepared.ts';
import { isCounted } from '../src/domain/analytics/day-figures.ts';
import { listDailySummaries } from '../src/domain/analytics/list-daily-summaries.ts';
import { markedStretches, summariseMarked } from '../src/domain/analytics/summarise-days.ts';
import { aggregateRange } from '../src/jobs/aggregate-dispensing.ts';
import { seedAnalytics, type AnalyticsYear } from '../src/seed/analytics.ts';
import { TestClinic } from '../test/clinic.ts';
import type { TestDatabase } from '../test/database.ts';
import { quantile } from '../test/live/crowd.ts';
import type { Cluster } from '../test/live/cluster.ts';
import { ms, timeFigure, type Figure } from './figures.ts';

const bench = 'dpap-aggregate';

/** What a plain report of the counts of each pharmacy's days asks: no medicines, no visits. */
const bareCounts = `SELECT count(*) FROM (SELECT pharmacy_id, local_date, count(*) FILTER (WHERE is_prescription), count(*) FILTER (WHERE NOT is_prescription),
    count(*) FILTER (WHERE stg_compliant), count(*) FILTER (WHERE risk_category = 'NONE'), count(*) FILTER (WHERE risk_category = 'LOW'),
    count(*) FILTER (WHERE risk_category = 'MEDIUM'), count(*) FILTER (WHERE risk_category = 'HIGH'), count(*) FILTER (WHERE risk_category = 'CRITICAL'),
    avg(dispensing_seconds) FROM dpap.dispensing_event e WHERE ${isCounted} GROUP BY 1, 2) d`;
/** The same, with all that a summary holds: three GROUP BYs over all events, as one plain statement. */
const bareAll = `WITH day AS (SELECT pharmacy_id, local_date, count(*) AS n FROM dpap.dispensing_event e WHERE ${isCounted} GROUP BY 1, 2),
  hour AS (SELECT pharmacy_id, local_date, local_hour, count(*) AS n FROM dpap.dispensing_event e WHERE ${isCounted} GROUP BY 1, 2, 3),
  visit AS (SELECT pharmacy_id, local_date, coalesce(encounter_id, id::text) AS encounter, max(dispensing_seconds) AS n FROM dpap.dispensing_event e WHERE ${isCounted} GROUP BY 1, 2, 3),
  medicine AS (SELECT pharmacy_id, local_date, drug_id, max(drug_name) AS name, count(*) AS n FROM dpap.dispensing_event e WHERE ${isCounted} GROUP BY 1, 2, 3)
  SELECT (SELECT sum(n) FROM day), (SELECT sum(n) FROM hour), (SELECT sum(n) FROM visit), (SELECT sum(n) FROM medicine)`;

export async function benchAggregate(cluster: Cluster, events: number): Promise<Figure[]> {
  const database = await cluster.newDatabase();
  return measureAggregate(database, await seedAnalytics(database.ownerUrl, events, () => undefined));
}

/** In turns, each time into an empty cache. */
const rounds = 3;

/** On a database that seedAnalytics() has filled: five million take minutes to make, and a quiet machine less than that. */
export async function measureAggregate(database: TestDatabase, made: AnalyticsYear): Promise<Figure[]> {
  const clinic = await TestClinic.in(database);
  for (const pool of [clinic.owner, poolOf(clinic.db)]) pool.on('error', () => undefined);
  try {
    const { from, to } = await clinic.one<{ from: string; to: string }>(
      'SELECT min(date) AS from, max(date) AS to FROM dpap.dirty_day',
    );
    const run = { db: clinic.db, stopping: new AbortController().signal, progress: async () => Promise.resolve() };
    const took: Record<'counts' | 'all' | 'full', number[]> = { counts: [], all: [], full: [] };
    for (let round = 0; round < rounds; round += 1) {
      await clinic.owner.query('TRUNCATE dpap.daily_summary_cache');
      took.counts.push(await timed(() => clinic.owner.query(bareCounts)));
      took.all.push(await timed(() => clinic.owner.query(bareAll)));
      took.full.push(await timed(() => aggregateRange(run, { from, to, pharmacyIds: null })));
    }
    const full = quantile(took.full, 0.5);
    const all = quantile(took.all, 0.5);
    const counts = quantile(took.counts, 0.5);
    const { id } = await clinic.one<{ id: string }>(`SELECT id FROM people.location WHERE code = 'P001'`);
    const changed = await oneDay(clinic, sessionOf(clinic), id);
    const reader = { isSystem: false, locationIds: [id] };
    const readYear = () => listDailySummaries(clinic.db, reader, { pharmacyId: id, from, to });
    await times(20, readYear); // a warm-up, as every load has one
    const reads = await times(101, readYear);
    const p95 = quantile(reads, 0.95);
    const what = `${made.events} events, ${made.pharmacies} pharmacies, ${made.days} days`;
    return [
      timeFigure(bench, `full, ${what}`, full, all, 1.5, 'bare GROUP BY of all figures'),
      { ...timeFigure(bench, 'full, against the counts alone', full, counts, 1.5, 'bare GROUP BY'), met: null },
      timeFigure(bench, 'one changed day of a pharmacy', changed, full, 0.005, 'full'),
      {
        bench,
        what: 'summaries of a year, p95',
        ours: ms(p95),
        other: '',
        ratio: null,
        goal: '< 20 ms',
        met: p95 < 20,
      },
    ];
  } finally {
    await clinic.close();
  }
}

/** Median of days spread over the year, each marked as an event would. */
async function oneDay(clinic: TestClinic, session: Session, pharmacyId: string): Promise<number> {
  const took: number[] = [];
  for (let back = 3; back < 363; back += 12) {
    await clinic.owner.query('INSERT INTO dpap.dirty_day (pharmacy_id, date) VALUES ($1, current_date - $2::integer)', [
      pharmacyId,
      back,
    ]);
    took.push(
      await timed(async () => {
        for (const days of await markedStretches(clinic.db))
          await inTransaction(session, (tx: Tx) => summariseMarked(tx, days));
      }),
    );
  }
  return quantile(took, 0.5);
}

function sessionOf({ db }: TestClinic): Session {
  const actor = { id: systemUserId, roles: [], locationIds: [], accessVersion: 1, isSystem: true };
  return { db, gate: new Gate(), actor, requestId: 'bench', arrivedAt: performance.now() };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function times(calls: number, work: () => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (let call = 0; call < calls; call += 1) took.push(await timed(work));
  return took;
}
