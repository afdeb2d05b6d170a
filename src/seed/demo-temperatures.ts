/**
 * What loggers have told of three days, of each storage unit: up and down with its compressor and with the day, within its
 * limits. Only the pharmacy's refrigerator is not: two nights ago its door was left open for too long, which one vaccine
 * does not bear.
 */
import { evaluateExcursions } from '../domain/cold-chain/evaluate-excursions.ts';
import { recordTemperatures } from '../domain/cold-chain/record-temperatures.ts';
import type { DemoDay } from './demo-day.ts';
import { Random } from './random.ts';

const everyMs = 10 * 60_000;
const aDay = 144;
const readings = 3 * aDay;
/** Of the readings, those of the open door. */
const open = { from: 150, to: 180 };

interface Unit {
  readonly id: string;
  readonly min: number;
  readonly max: number;
  readonly isLeftOpen: boolean;
  readonly now: Date;
}

export async function playTemperatures(day: DemoDay): Promise<void> {
  const units = await day.db.query<Unit[]>(
    `SELECT u.id, u.min_celsius::float AS min, u.max_celsius::float AS max, now() AS now,
       l.code = 'MAINSTREET' AND u.name = 'Refrigerator' AS "isLeftOpen"
     FROM inventory.storage_unit u JOIN people.location l ON l.id = u.location_id ORDER BY l.code, u.name`,
  );
  const unit = units.find(({ isLeftOpen }) => isLeftOpen);
  if (unit === undefined) throw new Error('The demo has no refrigerator in its pharmacy');
  await day.db
    .query(`UPDATE catalogue.product SET excursion_budget_minutes = CASE name WHEN 'Rabavert' THEN 120 ELSE 1440 END
    WHERE name IN ('Rabavert', 'Shingrix', 'Gardasil 9', 'Prevnar 20')`);
  const start = Math.floor(unit.now.getTime() / everyMs) * everyMs - (readings - 1) * everyMs;
  const random = new Random(24);
  const measured = units.flatMap((each) =>
    celsius(each, random).map((degrees, index) => ({
      storageUnitId: each.id,
      celsius: degrees,
      measuredAt: new Date(start + index * everyMs),
    })),
  );
  await day.as('TECHNICIAN', (tx) => recordTemperatures(tx, measured));
  await day.asSystem((tx) => evaluateExcursions(tx, unit.id, { from: start, to: unit.now.getTime() }));
}

/** No further than six tenths of the way from the middle to a limit; with the door open it rises, and falls again. */
function celsius({ min, max, isLeftOpen }: Unit, random: Random): string[] {
  const half = (max - min) / 2;
  const [pace, phase] = [2 + random.next(), random.next() * 6];
  return Array.from({ length: readings }, (_, index) => {
    const compressor = 0.3 * Math.sin(phase + index / pace);
    const hour = 0.15 * Math.sin((2 * Math.PI * index) / aDay);
    const isOpen = isLeftOpen && index >= open.from && index < open.to;
    const warmth = isOpen ? 9 * Math.sin((Math.PI * (index - open.from + 1)) / (open.to - open.from + 1)) : 0;
    return ((min + max) / 2 + half * (compressor + hour + 0.15 * random.next()) + warmth).toFixed(1);
  });
}
