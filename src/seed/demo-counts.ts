/** Counts: one that is approved, with less of a vaccine than expected; one that waits for a second person; one half done. */
import { v7 as uuid } from 'uuid';
import { approveCount } from '../domain/counts/approve-count.ts';
import { recordCount } from '../domain/counts/record-count.ts';
import { startCount } from '../domain/counts/start-count.ts';
import { submitCount } from '../domain/counts/submit-count.ts';
import type { DemoDay } from './demo-day.ts';

interface Line {
  readonly lineId: string;
  readonly counted: string;
}

export async function playCounts(day: DemoDay): Promise<void> {
  await played(day, 'SUNSET', 'Vaccine', true);
  await played(day, 'LAKESIDE', 'Vaccine', false);
  const { countId, lines } = await started(day, 'HARBOUR', 'Aesthetics');
  await told(day, 'TECHNICIAN', countId, lines.slice(0, Math.ceil(lines.length / 2)));
}

/** Some are missing of the batch of which there is most; the second person finds the same. */
async function played(day: DemoDay, place: string, category: string, isEnded: boolean): Promise<void> {
  const { countId, lines } = await started(day, place, category);
  const [most, ...others] = [...lines].sort((a, b) => Number(b.counted) - Number(a.counted));
  if (most === undefined) throw new Error(`The demo has nothing of ${category} at ${place}`);
  const fewer = { ...most, counted: String(Math.floor(Number(most.counted) * 0.97) - 2) };
  await told(day, 'TECHNICIAN', countId, [fewer, ...others]);
  await submitted(day, countId);
  if (!isEnded) return;
  await told(day, 'PHARMACIST', countId, [fewer]);
  await submitted(day, countId);
  await day.as('MANAGER', (tx) =>
    approveCount(tx, { idempotencyKey: uuid(), countId, reason: 'Given out at the flu day and not booked.' }),
  );
}

/** With what there is of each batch. */
async function started(day: DemoDay, place: string, category: string) {
  const locationId = await day.location(place);
  const { count } = await day.as('PHARMACIST', (tx) => startCount(tx, { locationId, category }));
  const [countId] = count ?? [];
  if (countId === undefined) throw new Error(`No count of ${category} was started at ${place}`);
  const lines = await day.db.query<Line[]>(
    `SELECT l.id AS "lineId", trim_scale(s.on_hand_quantity::numeric)::text AS counted
     FROM inventory.inventory_count_line l JOIN inventory.stock s ON s.id = l.stock_id WHERE l.count_id = $1 ORDER BY l.position`,
    [countId],
  );
  return { countId, lines };
}

async function told(day: DemoDay, role: 'TECHNICIAN' | 'PHARMACIST', countId: string, lines: readonly Line[]) {
  await day.as(role, (tx) => recordCount(tx, { countId, lines }));
}

async function submitted(day: DemoDay, countId: string): Promise<void> {
  await day.as('TECHNICIAN', (tx) => submitCount(tx, { idempotencyKey: uuid(), countId }));
}
