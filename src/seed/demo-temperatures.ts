/** The pharmacy's refrigerator through three days: two nights ago its door was left open for too long, which one vaccine does not bear. */
import { evaluateExcursions } from '../domain/cold-chain/evaluate-excursions.ts';
import { recordTemperatures } from '../domain/cold-chain/record-temperatures.ts';
import type { DemoDay } from './demo-day.ts';
import { Random } from './random.ts';

const minute = 60_000;
const everyMinutes = 10;
const readings = (3 * 24 * 60) / everyMinutes;
/** Of the readings, those of the open door. */
const open = { from: 150, to: 180 };

export async function playTemperatures(day: DemoDay): Promise<void> {
  const locationId = await day.location('MAINSTREET');
  const [unit] = await day.db.query<{ id: string; now: Date }[]>(
    `SELECT id, now() AS now FROM inventory.storage_unit WHERE location_id = $1 AND name = 'Refrigerator'`,
    [locationId],
  );
  if (unit === undefined) throw new Error('The demo has no refrigerator in its pharmacy');
  await day.db
    .query(`UPDATE catalogue.product SET excursion_budget_minutes = CASE name WHEN 'Rabavert' THEN 120 ELSE 1440 END
    WHERE name IN ('Rabavert', 'Shingrix', 'Gardasil 9', 'Prevnar 20')`);
  const start =
    Math.floor(unit.now.getTime() / (everyMinutes * minute)) * everyMinutes * minute -
    (readings - 1) * everyMinutes * minute;
  const measured = celsius().map((degrees, index) => ({
    storageUnitId: unit.id,
    celsius: degrees,
    measuredAt: new Date(start + index * everyMinutes * minute),
  }));
  await day.as('TECHNICIAN', (tx) => recordTemperatures(tx, measured));
  await day.asSystem((tx) => evaluateExcursions(tx, unit.id, { from: start, to: unit.now.getTime() }));
}

/** Up and down with the compressor; with the door open it rises, and falls again. */
function celsius(): string[] {
  const random = new Random(24);
  return Array.from({ length: readings }, (_, index) => {
    const swing = 4.6 + 0.9 * Math.sin(index / 2.5) + random.next() * 0.4;
    const isOpen = index >= open.from && index < open.to;
    const warmth = isOpen ? 9 * Math.sin((Math.PI * (index - open.from + 1)) / (open.to - open.from + 1)) : 0;
    return (swing + warmth).toFixed(1);
  });
}
