/** `lotkeeper legacy stock`: the consolidation of a four-table inventory at the terminal. Exit codes as for every migration. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { groupBy } from '../domain/group-by.ts';
import { readLegacyOptions, readSourceAddress } from '../legacy/legacy-options.ts';
import { migrateStock, type StockReport } from '../legacy/stock/migrate-stock.ts';
import { withClosers } from './closers.ts';
import { commandConfig, openDatabase } from './database.ts';
import { endingWithItsCode } from './legacy.ts';
import type { LegacyStockFlags } from './options.ts';
import { complain, say, sayJson } from './out.ts';

const shown = 20;

export async function legacyStock(flags: LegacyStockFlags): Promise<void> {
  await endingWithItsCode(async () => {
    const options = readLegacyOptions(flags, process.env);
    const address = readSourceAddress(process.env);
    await withClosers(async (closers) => {
      const { ownerUrl } = await openDatabase(await commandConfig(), closers);
      const report = await migrateStock({
        ...{ address, options, targetUrl: ownerUrl, archive: flags.archive ?? null },
        tell: flags.json === true ? () => undefined : complain,
      });
      if (options.report !== null) await keep(report, join(options.report, `run-${report.run}`));
      if (flags.json === true) sayJson(report);
      else tell(report);
      if (report.refused.length > 0) process.exitCode = 3;
    });
  });
}

async function keep({ refused, differences, ...figures }: StockReport, folder: string): Promise<void> {
  const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'report.json'), `${JSON.stringify(figures, null, 2)}\n`);
  await writeFile(join(folder, 'refused.jsonl'), lines(refused));
  await writeFile(join(folder, 'differences.jsonl'), lines(differences));
}

function tell(report: StockReport): void {
  const { run, dryRun, read, added, unchanged, changedThere, refused, differences, reservations, proof, speed } =
    report;
  say(`Run ${run}${dryRun ? ', a dry run: nothing was kept' : ''}.`);
  say(
    `  ${read} rows read: ${added} brought in, ${unchanged} there already, ${refused.length} refused; ${reservations} reservations.`,
  );
  if (changedThere > 0)
    say(`  ${changedThere} were brought in before and hold something else there now: they were left as they are here.`);
  for (const [what, rows] of groupBy(differences, ({ column, copy }) => `${column} of ${copy}`))
    say(`  ${what} differs in ${rows.length} rows: the main table's was taken`);
  for (const words of report.defaults) say(`  ${words}`);
  for (const { row, reason } of refused.slice(0, shown)) complain(`  row ${row}: ${reason}`);
  if (refused.length > shown) complain(`  and ${String(refused.length - shown)} more; --report FOLDER names them all`);
  say(
    `  Proved: ${proof.rows} rows, ${String(Object.keys(proof.checksums).length)} columns, each the same as the join of the four tables.`,
  );
  const saved = Math.round((1 - speed.oneTableMs / speed.fourTablesMs) * 100);
  say(
    `  The same question on the same rows: ${speed.fourTablesMs.toFixed(2)} ms of four tables, ${speed.oneTableMs.toFixed(2)} ms of one (${saved} % less).`,
  );
}
