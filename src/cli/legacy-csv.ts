/** `lotkeeper legacy csv`: opening stock from a spreadsheet, through the intake. Exit codes as for every migration. */
import { createReadStream } from 'node:fs';
import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartRefusal } from '../db/start-refusal.ts';
import { openingTemplate } from '../domain/stock/opening-table.ts';
import { systemSession } from '../jobs/system-session.ts';
import { importCsv, type CsvReport } from '../legacy/csv/csv-source.ts';
import { LegacyUsage } from '../legacy/failure.ts';
import { readLegacyOptions } from '../legacy/legacy-options.ts';
import { Target } from '../legacy/target.ts';
import { Refusal } from '../refusal.ts';
import { withClosers } from './closers.ts';
import { commandConfig, openDatabase } from './database.ts';
import { endingWithItsCode } from './legacy.ts';
import type { LegacyCsvFlags } from './options.ts';
import { complain, say, sayJson } from './out.ts';
import { connectDatabase } from './serve.ts';

const shownRefusals = 20;

export async function legacyCsv(file: string | undefined, flags: LegacyCsvFlags): Promise<void> {
  if (flags.template === true) {
    process.stdout.write(openingTemplate);
    return;
  }
  await endingWithItsCode(async () => {
    const options = readLegacyOptions(flags, process.env);
    const readable = await readableFile(file);
    await withClosers(async (closers) => {
      const { appUrl, ownerUrl } = await openDatabase(await commandConfig(), closers);
      const db = await connectDatabase(appUrl, closers, { poolSize: 2, applicationName: 'lotkeeper-cli' });
      const target = await Target.open(ownerUrl, { locks: true });
      closers.add(() => target.close());
      const report = await importCsv({
        ...{ db, target, options, file: createReadStream(readable) },
        session: () => systemSession(db),
      }).catch((error: unknown) => {
        throw error instanceof Refusal ? new StartRefusal(error.message) : error;
      });
      if (options.report !== null) await keep(report, join(options.report, `run-${report.run}`));
      if (flags.json === true) sayJson(report);
      else tell(report);
      if (report.refused.length > 0) process.exitCode = 3;
    });
  });
}

async function readableFile(file: string | undefined): Promise<string> {
  if (file === undefined) throw new LegacyUsage('Name the file, or print one to fill in with --template.');
  await access(file, constants.R_OK).catch(() => {
    throw new LegacyUsage(`${file} cannot be read.`);
  });
  return file;
}

async function keep({ refused, ...figures }: CsvReport, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'report.json'), `${JSON.stringify(figures, null, 2)}\n`);
  await writeFile(join(folder, 'refused.jsonl'), refused.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

function tell({ run, dryRun, read, added, unchanged, refused }: CsvReport): void {
  const would = dryRun ? 'would be ' : '';
  say(`Run ${run}${dryRun ? ', a dry run: nothing was kept' : ''}.`);
  say(`  ${read} rows: ${added} ${would}brought in, ${unchanged} there already, ${refused.length} ${would}refused.`);
  for (const { row, reason } of refused.slice(0, shownRefusals)) complain(`  row ${row}: ${reason}`);
  if (refused.length > shownRefusals)
    complain(`  and ${refused.length - shownRefusals} more; --report FOLDER names them all`);
}
