/**
 * The last days of lots, at five places around the world: a leap day, nights on which clocks change, one of them at
 * midnight itself, and the end of a year. The database's clock is put to the last second before each place's midnight,
 * to the first one after it, and back by ten minutes; the processes' clocks are years away. A lot is usable all of its
 * last day at its place and never after, is quarantined and told of there by its own midnight, once, and reads EXPIRED
 * after the last place's. When a day ends is worked out here by another library than the database's.
 */
import { v7 as uuid } from 'uuid';
import { lotStatuses } from '../../src/domain/stock/lot-status.ts';
import { ClockCluster } from '../live/clock-cluster.ts';
import { startJobs, type JobProcess } from '../live/job-process.ts';
import { brokenBooks, callDispense, expectEqual, onStage, outcome, type Check, type Run, type Stage } from './stage.ts';

export const dates: Check = { name: 'dates', mutants: ['utc-days', 'last-day-lost', 'day-late'], run: runDates };

const zones = ['Pacific/Auckland', 'Asia/Beirut', 'Europe/Berlin', 'America/New_York', 'Pacific/Honolulu'];
const lastDays = [
  '2028-02-29', // a leap day
  '2028-03-12', // 23 hours long in New York
  '2028-03-25', // its midnight does not exist in Beirut; Berlin's clock changes the night after
  '2028-04-02', // 25 hours long in Auckland
  '2028-09-24', // 23 hours long in Auckland
  '2028-10-28', // 25 hours long in Beirut: its last hour comes twice
  '2028-11-05', // 25 hours long in New York
  '2028-12-31',
];
const second = 1_000;
const tenMinutes = 600 * second;
const enough = '100';

interface Place {
  readonly id: string;
  readonly zone: string;
  /** The first instant after the last day there. */
  readonly end: number;
}

interface Scene {
  readonly cluster: ClockCluster;
  readonly stage: Stage;
  readonly jobs: JobProcess;
  readonly productId: string;
  readonly lotId: string;
  readonly places: readonly Place[];
}

async function runDates(run: Run): Promise<string[]> {
  const days = run.mutant !== null || run.short ? ['2028-02-29', '2028-03-25'] : lastDays;
  const cluster = await ClockCluster.start(new Date(`${days[0] ?? ''}T00:00:00Z`));
  try {
    return await onStage({ ...run, cluster }, { apis: 1, clients: 1 }, async (stage) => {
      const jobs = startJobs(stage.databaseUrl, run.mutant);
      const problems: string[] = [];
      const ids = await makePlaces(stage);
      for (const day of days) problems.push(...(await playDay(cluster, stage, jobs, ids, day)));
      problems.push(...(await brokenBooks(stage)));
      await jobs.stop();
      run.say(`${days.length} last days at ${zones.length} places`);
      return problems;
    });
  } finally {
    await cluster.stop();
  }
}

async function makePlaces({ clinic }: Stage): Promise<ReadonlyMap<string, string>> {
  const ids = new Map(zones.map((zone) => [zone, uuid()]));
  for (const [zone, id] of ids) {
    await clinic.owner.query(
      `INSERT INTO people.location (id, code, name, kind, time_zone) VALUES ($1, $2, $2, 'CLINIC', $2)`,
      [id, zone],
    );
  }
  await clinic.owner.query(
    `INSERT INTO people.user_location SELECT u.id, o.id FROM people."user" u, people.location o WHERE 'PHARMACIST' = ANY(u.roles) ON CONFLICT DO NOTHING`,
  );
  return ids;
}

async function playDay(
  cluster: ClockCluster,
  stage: Stage,
  jobs: JobProcess,
  ids: ReadonlyMap<string, string>,
  day: string,
): Promise<string[]> {
  const places = [...ids].map(([zone, id]) => ({ id, zone, end: endOfDay(day, zone) }));
  const ends = [...new Set(places.map(({ end }) => end))].sort((a, b) => a - b);
  await cluster.set(new Date((ends[0] ?? 0) - 36 * 3_600 * second));
  const productId = await stage.clinic.product();
  let lotId = '';
  for (const { id } of places) {
    const stock = { productId, lotNumber: day, locationId: id, expiresOn: day, quantity: enough };
    ({ lotId } = await stage.clinic.stock(stock));
  }
  const scene: Scene = { cluster, stage, jobs, productId, lotId, places };
  const problems: string[] = [];
  for (const end of ends) {
    problems.push(...(await look(scene, end - second, end - second)));
    problems.push(...(await look(scene, end, end)));
    // A clock that is set back frees nothing, and tells nothing twice.
    problems.push(...(await look(scene, end - tenMinutes, end)));
  }
  problems.push(...(await toldOnce(scene)));
  return problems.map((problem) => `last day ${day}: ${problem}`);
}

/** `now` is what the clock says, `furthest` what it has said at most. */
async function look(scene: Scene, now: number, furthest: number): Promise<string[]> {
  const { cluster, stage, jobs, productId, lotId, places } = scene;
  await cluster.set(new Date(now));
  const at = new Date(now).toISOString();
  const problems: string[] = [];
  const isOver = ({ end }: Place) => furthest >= end;
  for (const place of places) {
    const lines = [{ productId, quantity: '1' }];
    const answer = await callDispense(stage, 0, { idempotencyKey: uuid(), locationId: place.id, lines });
    const wanted = isOver(place) ? 'INSUFFICIENT_INVENTORY' : 'done';
    problems.push(...expectEqual(`dispense in ${place.zone} at ${at}`, outcome(answer), wanted));
  }
  await jobs.run('expire-lots');
  for (const place of places) {
    const found = await stateAt(stage, productId, lotId, place.id);
    const wanted = { quarantined: isOver(place), alerts: [isOver(place) ? 'EXPIRED' : 'EXPIRING_SOON'] };
    problems.push(...expectEqual(`state in ${place.zone} at ${at}`, found, wanted));
  }
  const status = (await lotStatuses(stage.clinic.db, [lotId])).get(lotId);
  const allOver = places.every(({ end }) => now >= end);
  return [...problems, ...expectEqual(`the lot's status at ${at}`, status, allOver ? 'EXPIRED' : 'ACTIVE')];
}

async function stateAt({ clinic }: Stage, productId: string, lotId: string, locationId: string) {
  return clinic.one(
    `SELECT (SELECT bool_and(quarantine_quantity = on_hand_quantity) FROM inventory.stock WHERE product_id = $1 AND location_id = $3) AS quarantined,
       ARRAY(SELECT type::text FROM inventory.inventory_alert WHERE lot_id = $2 AND location_id = $3 AND ended_at IS NULL ORDER BY 1) AS alerts`,
    [productId, lotId, locationId],
  );
}

/** Of all that came and went at each place, the end was told once. */
async function toldOnce({ stage, lotId, places }: Scene): Promise<string[]> {
  const rows = await stage.clinic.all<{ zone: string; told: string[] }>(
    `SELECT o.time_zone AS zone, array_agg(f.type || ' ' || f.status ORDER BY f.type, f.status) AS told
     FROM inventory.alert_feed f JOIN inventory.inventory_alert a ON a.id = f.alert_id JOIN people.location o ON o.id = a.location_id
     WHERE a.lot_id = $1 AND (f.type = 'EXPIRED' OR f.status = 'RESOLVED') GROUP BY o.time_zone`,
    [lotId],
  );
  return places.flatMap(({ zone }) => {
    const told = rows.find((row) => row.zone === zone)?.told ?? [];
    return expectEqual(`told in ${zone}`, told, ['EXPIRING_SOON RESOLVED', 'EXPIRED OPEN']);
  });
}

/** By the time zones of JavaScript's own library: the first second whose day there is a later one. */
function endOfDay(day: string, zone: string): number {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  const noon = Date.parse(`${day}T12:00:00Z`);
  let [within, after] = [noon - 36 * 3_600 * second, noon + 36 * 3_600 * second];
  while (after - within > second) {
    const middle = within + Math.floor((after - within) / (2 * second)) * second;
    if (format.format(middle) > day) after = middle;
    else within = middle;
  }
  return after;
}
