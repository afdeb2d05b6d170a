import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TestClinic } from '../../test/clinic.ts';
import { countedByHand, record, someEvents, takeBack, type TestEvent } from '../../test/dispensing-events.ts';
import { handleJob } from '../../test/handle-job.ts';
import { refusalOf } from '../../test/refusal-of.ts';
import { rewritten } from '../../test/rewritten.ts';
import { inTransaction, type Tx } from '../db/in-transaction.ts';
import { listDailySummaries } from '../domain/analytics/list-daily-summaries.ts';
import { requestAggregation } from '../domain/analytics/request-aggregation.ts';
import { summariseMarked, summariseRange } from '../domain/analytics/summarise-days.ts';
import { Random } from '../seed/random.ts';
import { aggregateDispensingJob, aggregateRange } from './aggregate-dispensing.ts';
import { recountDispensingJob } from './recount-dispensing.ts';

const timeZone = 'America/New_York';
/** Around the nights in which the clocks there are changed, and on a day of 24 hours. */
const instants = ['2026-11-01T12:00:00-05:00', '2027-03-14T12:00:00-04:00', '2026-12-24T12:00:00-05:00'];
/** `LOTKEEPER_EVENTS=20000` for the whole of it. */
const size = Number(process.env['LOTKEEPER_EVENTS'] ?? 300);

let clinic: TestClinic;
beforeAll(async () => {
  clinic = await TestClinic.open(timeZone);
});
afterAll(() => clinic.close());

const asSystem = <T>(work: (tx: Tx) => Promise<T>) => inTransaction(clinic.systemSession(), work);

async function pharmacy(zone = timeZone): Promise<string> {
  const id = uuid();
  await clinic.owner.query(
    `INSERT INTO people.location (id, code, name, kind, time_zone) VALUES ($1, $2, 'Pharmacy', 'PHARMACY', $3)`,
    [id, `P-${id}`, zone],
  );
  return id;
}

/** "day pharmacy" and figures, in order; of days that have none no row is as good as one that is all 0. */
async function kept(pharmacyIds: readonly string[]): Promise<[string, unknown][]> {
  const rows = await clinic.all<{ day: string; figures: unknown }>(
    `SELECT date || ' ' || pharmacy_id AS day, to_jsonb(s) - '{pharmacy_id,date,updated_at}'::text[] AS figures
     FROM dpap.daily_summary_cache s WHERE pharmacy_id = ANY($1) AND total_prescriptions + total_otc + encounters > 0 ORDER BY 1`,
    [pharmacyIds],
  );
  return rows.map(({ day, figures }) => [day, figures]);
}

const byHand = (events: readonly TestEvent[], zone = timeZone) =>
  [...countedByHand(events, zone)].sort(([a], [b]) => (a < b ? -1 : 1));

const marks = async () => (await clinic.one<{ n: number }>('SELECT count(*)::integer AS n FROM dpap.dirty_day')).n;

type Step = () => Promise<unknown>;

/** Shuffled, in calls of any size, some sent again, some taken back later, the last ones long after; counted in between. */
function arrival(random: Random, events: readonly TestEvent[], reversed: ReadonlySet<TestEvent>): Step[] {
  const steps: { readonly at: number; readonly step: Step }[] = [];
  const left = shuffled(random, events);
  while (left.length > 0) {
    const some = left.splice(0, random.between(1, Math.ceil(events.length / 8)));
    const at = random.next();
    const again = random.chance(0.3) ? [random.next()] : [];
    for (const time of [at, ...again]) steps.push({ at: time, step: () => asSystem((tx) => record(tx, some)) });
    const back = some.filter((event) => reversed.has(event));
    // Not before they are there.
    const later = Math.max(at, ...again) + random.next() / 2;
    if (back.length > 0) steps.push({ at: later, step: () => asSystem((tx) => takeBack(tx, back)) });
    if (random.chance(0.3))
      steps.push({ at: random.next() * 1.5, step: () => handleJob(clinic, aggregateDispensingJob) });
  }
  return steps.sort((a, b) => a.at - b.at).map(({ step }) => step);
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

describe('whatever the order of arrival', () => {
  it.each(Array.from({ length: 10 }, (_none, order) => order + 1))(
    'the summaries are those of a count by hand (%i)',
    async (order) => {
      const random = new Random(order);
      const pharmacyIds = [await pharmacy(), await pharmacy()];
      const events = someEvents(new Random(99), size, pharmacyIds, instants);
      const reversed = new Set(events.filter(() => random.chance(0.15)));
      for (const step of arrival(random, events, reversed)) {
        // Beside a count, or alone.
        await (random.chance(0.3) ? Promise.all([step(), handleJob(clinic, aggregateDispensingJob)]) : step());
      }
      await handleJob(clinic, aggregateDispensingJob);
      expect(await kept(pharmacyIds)).toEqual(byHand(events.filter((event) => !reversed.has(event))));
      expect(await marks()).toBe(0);
    },
    120_000,
  );

  it('a count of everything finds nothing to change, and of a lost mark what it was', async () => {
    const id = await pharmacy();
    const { at } = await clinic.one<{ at: Date }>(`SELECT now() - interval '2 days' AS at`);
    const events = someEvents(new Random(3), 50, [id], [at.toISOString()]);
    await asSystem((tx) => record(tx, events.slice(0, 40)));
    await handleJob(clinic, aggregateDispensingJob);
    expect(await handleJob(clinic, recountDispensingJob)).toMatchObject({ changed: 0 });
    await asSystem((tx) => record(tx, events.slice(40)));
    await clinic.owner.query('DELETE FROM dpap.dirty_day');
    await handleJob(clinic, aggregateDispensingJob);
    expect(await kept([id])).not.toEqual(byHand(events));
    await handleJob(clinic, recountDispensingJob);
    expect(await kept([id])).toEqual(byHand(events));
  });

  it.each([
    ['2026-11-01', 25, 1, 2],
    ['2027-03-14', 23, 2, 0],
  ])('%s has %i hours: hour %i of the clock comes %i times', async (day, hours, hour, times) => {
    const id = await pharmacy();
    const noon = Date.parse(`${day}T17:00:00Z`);
    const [pattern] = someEvents(new Random(1), 1, [id], [new Date(noon).toISOString()]);
    if (pattern === undefined) throw new Error('no event');
    const events = Array.from({ length: 60 }, (_none, n) => ({
      ...pattern,
      id: uuid(),
      timestamp: new Date(noon + (n - 30) * 3_600_000),
    }));
    await asSystem((tx) => record(tx, events));
    await handleJob(clinic, aggregateDispensingJob);
    const { total, at } = await clinic.one<{ total: number; at: number }>(
      `SELECT total_prescriptions + total_otc AS total, hourly_distribution[$3::integer + 1] AS at FROM dpap.daily_summary_cache WHERE pharmacy_id = $1 AND date = $2`,
      [id, day, hour],
    );
    expect({ total, at }).toEqual({ total: hours, at: times });
    expect(await kept([id])).toEqual(byHand(events));
  });
});

describe('far from each other', () => {
  it.each([
    ['Pacific/Auckland', '2028-04-02', 25],
    ['Pacific/Auckland', '2028-09-24', 23],
    ['Europe/Berlin', '2028-03-26', 23],
    ['Asia/Beirut', '2028-10-28', 25],
    ['Asia/Kathmandu', '2028-02-29', 24],
    ['Pacific/Honolulu', '2028-12-31', 24],
    ['Pacific/Kiritimati', '2028-01-01', 24],
  ])('in %s %s has %i hours, told by the clock there, counted or not', async (zone, day, hours) => {
    const id = await pharmacy(zone);
    const noon = Date.parse(`${day}T12:00:00Z`);
    const [pattern] = someEvents(new Random(1), 1, [id], [new Date(noon).toISOString()]);
    if (pattern === undefined) throw new Error('no event');
    // Every half hour of five days: Kathmandu is three quarters of an hour away from everybody.
    const events = Array.from({ length: 240 }, (_none, n) => ({
      ...pattern,
      id: uuid(),
      timestamp: new Date(noon + (n - 120) * 1_800_000),
    }));
    await asSystem((tx) => record(tx, events));
    const reader = { isSystem: false, locationIds: [id] };
    const told = async () => {
      const days = await listDailySummaries(clinic.db, reader, { pharmacyId: null, from: day, to: day });
      return days.map(({ date, hourlyDistribution }) => ({ date, hourlyDistribution }));
    };
    const before = await told();
    expect(before).toHaveLength(1);
    expect(before[0]?.hourlyDistribution).toHaveLength(24);
    expect(before[0]?.hourlyDistribution.reduce((sum, n) => sum + n)).toBe(2 * hours);
    await handleJob(clinic, aggregateDispensingJob);
    expect(await told()).toEqual(before);
    expect(await kept([id])).toEqual(byHand(events, zone));
    const { n } = await clinic.one<{ n: number }>(
      'SELECT count(*)::integer AS n FROM dpap.daily_summary_cache WHERE pharmacy_id = $1',
      [id],
    );
    // Counted as a range: the same, and no day more.
    await asSystem((tx) => summariseRange(tx, { from: day, to: day, pharmacyIds: [id] }));
    await asSystem((tx) => summariseRange(tx, { from: '2027-12-20', to: '2029-01-05', pharmacyIds: [id] }));
    expect(await kept([id])).toHaveLength(n);
    expect(await kept([id])).toEqual(byHand(events, zone));
  });
});

describe('beside each other', () => {
  const days = { from: '2026-12-23', to: '2026-12-26' };

  /** Events of two days, of which half are counted; a count of both days is held at the row of the first. */
  async function held(count: (tx: Tx) => Promise<unknown>, marked: boolean) {
    const id = await pharmacy();
    const [first, second] = [days.from, days.to].map((day) =>
      someEvents(new Random(4), 20, [id], [`${day}T12:00:00-05:00`]).map((event) => ({
        ...event,
        timestamp: new Date(`${day}T17:00:00Z`),
      })),
    );
    if (first === undefined || second === undefined) throw new Error('no events');
    await asSystem((tx) => record(tx, [...first.slice(0, 10), ...second.slice(0, 10)]));
    await handleJob(clinic, aggregateDispensingJob);
    if (marked) await asSystem((tx) => record(tx, first.slice(0, 15)));
    const holder = await clinic.owner.connect();
    await holder.query('BEGIN');
    const { rows } = await holder.query<{ pid: number }>(
      `SELECT pg_backend_pid() AS pid FROM dpap.daily_summary_cache WHERE pharmacy_id = $1 AND date = $2 FOR UPDATE`,
      [id, days.from],
    );
    const counting = asSystem(count);
    const waiting = 'SELECT FROM pg_locks WHERE NOT granted AND $1 = ANY(pg_blocking_pids(pid))';
    await vi.waitFor(async () => {
      expect(await clinic.all(waiting, [rows[0]?.pid])).toHaveLength(1);
    }, 10_000);
    return {
      ...{ id, first, second },
      release: async () => {
        await holder.query('COMMIT');
        holder.release();
        await counting;
      },
    };
  }

  it('what comes while a day is counted keeps its mark', async () => {
    const { id, first, second, release } = await held((tx) => summariseMarked(tx, days), true);
    await asSystem((tx) => record(tx, first.slice(15)));
    await release();
    expect(await marks()).toBe(1);
    expect(await kept([id])).toEqual(byHand([...first.slice(0, 15), ...second.slice(0, 10)]));
    await handleJob(clinic, aggregateDispensingJob);
    expect(await kept([id])).toEqual(byHand([...first, ...second.slice(0, 10)]));
  });

  /** While the count of the night is under way, events come and their day is counted. */
  async function overtaken(): Promise<void> {
    const { id, first, second, release } = await held(
      (tx) => summariseRange(tx, { ...days, pharmacyIds: null }),
      false,
    );
    await asSystem((tx) => record(tx, second.slice(10)));
    const other = asSystem((tx) => summariseMarked(tx, { from: days.to, to: days.to }));
    // It is done, or it waits.
    await vi.waitFor(async () => {
      const waiting = await clinic.all(
        `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`,
      );
      expect(waiting.length > 0 || (await marks()) === 0).toBe(true);
    }, 10_000);
    await Promise.all([release(), other]);
    expect(await kept([id])).toEqual(byHand([...first.slice(0, 10), ...second]));
  }

  it('a day is counted by one at a time: the older count is not the last to write', overtaken);

  it('without the lock it would be', async () => {
    const shared = () => rewritten('pg_advisory_xact_lock(7', 'pg_advisory_xact_lock_shared(7', overtaken);
    await expect(shared()).rejects.toThrow(/expected/);
  });
});

it('counts a range on demand, of own places alone, and tells how far it is', async () => {
  const asked = { from: '2026-01-01', to: '2026-12-31' };
  const pharmacist = await clinic.actor(['MANAGER']);
  const result = await clinic.as(pharmacist, (tx) => requestAggregation(tx, asked));
  const run = await clinic.one<{ input: Record<string, unknown> }>('SELECT input FROM ops.job_run WHERE id = $1', [
    result['job']?.[0],
  ]);
  expect(run.input).toEqual({ ...asked, pharmacyIds: [clinic.locationId] });
  const shares: number[] = [];
  const telling = {
    ...{ db: clinic.db, stopping: new AbortController().signal },
    progress: async (share: number) => {
      shares.push(share);
      return Promise.resolve();
    },
  };
  const outcome = await aggregateRange(telling, { ...asked, pharmacyIds: [clinic.locationId] });
  expect(shares).toHaveLength(14);
  expect(shares.at(-1)).toBe(1);
  expect(outcome).toMatchObject({ whole: true });
  const elsewhere = { ...asked, pharmacyId: clinic.elsewhereId };
  expect((await refusalOf(clinic.as(pharmacist, (tx) => requestAggregation(tx, elsewhere)))).code).toBe('NOT_FOUND');
});
