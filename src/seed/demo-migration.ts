/** The stock room of a practice that was taken over, brought in from its spreadsheet: first on trial, then for good. One row is refused. */
import { Readable } from 'node:stream';
import { importCsv } from '../legacy/csv/csv-source.ts';
import { readLegacyOptions } from '../legacy/legacy-options.ts';
import { silentProgress } from '../legacy/progress.ts';
import { Target } from '../legacy/target.ts';
import type { DemoDay } from './demo-day.ts';

const dayMs = 86_400_000;

export async function playMigration(day: DemoDay): Promise<void> {
  const known = await day.db.query<{ name: string; cost: string }[]>(
    `SELECT p.name, min(s.unit_cogs)::text AS cost FROM catalogue.product p JOIN inventory.stock s ON s.product_id = p.id
     WHERE p.dea_schedule IS NULL AND s.unit_cogs IS NOT NULL GROUP BY p.id ORDER BY p.name LIMIT 6`,
  );
  const expiry = (index: number) => new Date(Date.now() + (300 + 40 * index) * dayMs).toISOString().slice(0, 10);
  const rows = known.map(({ name, cost }, index) => [name, `HV-${810 + index}`, expiry(index), 10 + 5 * index, cost]);
  // Of nothing that is known here: somebody has to say what it is.
  rows.push(['Cream in the brown jar', 'HV-820', expiry(0), 12, '3.10']);
  const lines = rows.map((row) => [...row, 'CENTRAL', 'Room 2/Cabinet A'].map((cell) => `"${String(cell)}"`).join(','));
  const file = ['product,lot,expiry,quantity,unit cost,location,position', ...lines].join('\n');
  const target = await Target.open(day.ownerUrl, { locks: true });
  try {
    for (const dryRun of [true, false]) {
      const options = readLegacyOptions({ dryRun }, {});
      const chunks = Readable.from([Buffer.from(file)]);
      await importCsv({
        ...{ db: day.db, session: () => day.systemSession(), target, file: chunks, options },
        ...{ progress: silentProgress, stopping: new AbortController().signal },
      });
    }
  } finally {
    await target.close();
  }
}
