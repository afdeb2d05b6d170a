/** `lotkeeper legacy csv`: opening stock from a spreadsheet, through the intake. Exit codes as for every migration. */
import { createReadStream } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { StartRefusal } from '../db/start-refusal.ts';
import { openingTemplate, readOpeningTable } from '../domain/stock/opening-table.ts';
import { systemSession } from '../jobs/system-session.ts';
import { csvLines, figuresOf, type CsvReport } from '../legacy/csv/csv-report.ts';
import { importCsv } from '../legacy/csv/csv-source.ts';
import { LegacyUsage } from '../legacy/failure.ts';
import { readLegacyOptions, refuseFlags } from '../legacy/legacy-options.ts';
import { createProgress } from '../legacy/progress.ts';
import { Target } from '../legacy/target.ts';
import { Refusal } from '../refusal.ts';
import { withClosers } from './closers.ts';
import { connectDatabase } from './connect-database.ts';
import { commandConfig, openDatabase } from './database.ts';
import { keepReport, makeReports } from './legacy-folder.ts';
import { endingWithItsCode, headOf } from './legacy.ts';
import type { LegacyCsvFlags } from './options.ts';
import { complain, say, sayJson } from './out.ts';
import { stopSignal } from './stop-signal.ts';

const shown = 20;
const withoutPart = {
  type: 'every run brings in what is not here yet',
  batchSize: 'each row is a transaction',
  ai: 'there are no texts',
  logLevel: 'no log is kept',
  maxRetries: 'a run that broke off is started again, and doubles nothing',
  resume: 'a run that broke off is started again, and doubles nothing',
  mapping: "the file's own headers name its columns",
  files: 'the one file is named without a flag',
};

export async function legacyCsv(file: string | undefined, flags: LegacyCsvFlags): Promise<void> {
  if (flags.template === true) {
    process.stdout.write(openingTemplate);
    return;
  }
  await endingWithItsCode(async () => {
    refuseFlags(flags, withoutPart);
    const options = readLegacyOptions(flags, process.env);
    const readable = await readableFile(file);
    const total = await ofOurs(() => countRows(readable));
    await withClosers(async (closers) => {
      const config = await commandConfig();
      await makeReports(options, config.dataFolder);
      const { appUrl, ownerUrl } = await openDatabase(config, closers);
      const db = await connectDatabase(appUrl, closers, { poolSize: 2, applicationName: 'lotkeeper-cli' });
      const target = await Target.open(ownerUrl, { locks: true });
      closers.add(() => target.close());
      const stopping = new AbortController();
      void stopSignal().then(() => {
        stopping.abort();
      });
      const progress = createProgress(process.stderr);
      progress.begin('bring in', total);
      const report = await ofOurs(() =>
        importCsv({
          ...{ db, target, options, progress, file: createReadStream(readable) },
          ...{ session: () => systemSession(db), stopping: stopping.signal },
        }),
      );
      progress.end();
      const { refused } = report;
      const path = await keepReport(options, config.dataFolder, figuresOf(report), { refused });
      if (flags.json === true) sayJson(report);
      else tell(report, path);
      if (refused.length > 0) process.exitCode = 3;
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

/** A file that cannot be brought in is told in its own words. */
async function ofOurs<T>(work: () => Promise<T>): Promise<T> {
  return work().catch((error: unknown) => {
    throw error instanceof Refusal ? new StartRefusal(error.message) : error;
  });
}

async function countRows(file: string): Promise<number> {
  let rows = 0;
  for await (const each of readOpeningTable(createReadStream(file))) rows += each.row > 0 ? 1 : 0;
  return rows;
}

function tell(report: CsvReport, path: string): void {
  say(headOf({ number: report.run, dryRun: report.dryRun }));
  for (const line of csvLines(figuresOf(report))) say(`  ${line}`);
  for (const { row, reason } of report.refused.slice(0, shown)) complain(`  refused row ${row}: ${reason}`);
  if (report.refused.length > shown) complain(`  and ${report.refused.length - shown} more`);
  say(`Report and refused rows: ${path}`);
}
