/** `lotkeeper events import`: dispensing events of other systems from a file; importing again doubles nothing. */
import { createReadStream } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { StartRefusal } from '../db/start-refusal.ts';
import { eventFileFormats, type EventFileFormat } from '../domain/analytics/event-file.ts';
import { importEvents, type EventImport } from '../domain/analytics/import-events.ts';
import { systemSession } from '../jobs/system-session.ts';
import { patientKey } from '../server/kept-secrets.ts';
import { withClosers } from './closers.ts';
import { connectDatabase } from './connect-database.ts';
import { commandConfig, openDatabase } from './database.ts';
import type { EventImportOptions } from './options.ts';
import { complain, say, sayJson } from './out.ts';
import { RefusedFile } from './refused-file.ts';

export async function eventsImport(file: string, options: EventImportOptions): Promise<void> {
  const format = formatOf(file, options.format);
  await access(file, constants.R_OK).catch(() => {
    throw new StartRefusal(`${file} cannot be read.`);
  });
  const refused = new RefusedFile(options.refused ?? `${file}.refused.csv`);
  if (resolve(refused.path) === resolve(file)) throw new StartRefusal('The refused rows need a file of their own.');
  await refused.clear();
  await withClosers(async (closers) => {
    closers.add(() => refused.close());
    const config = await commandConfig();
    const { appUrl } = await openDatabase(config, closers);
    const db = await connectDatabase(appUrl, closers, { poolSize: 2, applicationName: 'lotkeeper-cli' });
    const session = { ...systemSession(db), patientKey: await patientKey(config) };
    const report = await importEvents(session, createReadStream(file), {
      format,
      onRefused: (rows) => refused.write(rows),
      onProgress: options.json === true ? () => undefined : showProgress,
    });
    await refused.close();
    if (options.json === true) sayJson({ ...report, refusedFile: report.refused > 0 ? refused.path : null });
    else tell(report, refused.path);
    if (report.refused > 0) process.exitCode = 1;
  });
}

function formatOf(file: string, told: string | undefined): EventFileFormat {
  const suffix = extname(file).slice(1).toLowerCase();
  const wanted = told ?? (suffix === 'jsonl' ? 'ndjson' : suffix);
  const format = eventFileFormats.find((each) => each === wanted);
  if (format === undefined) throw new StartRefusal(`Say what ${file} is: --format ${eventFileFormats.join(' or ')}.`);
  return format;
}

/** Only where somebody looks. */
function showProgress({ accepted, duplicates, refused }: EventImport): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r${(accepted + duplicates + refused).toLocaleString('en')} rows`);
}

function tell({ accepted, duplicates, highRisk, refused }: EventImport, refusedPath: string): void {
  if (process.stderr.isTTY) process.stderr.write('\r');
  say(`${accepted} events added, ${highRisk} of them of high risk; ${duplicates} known already, ${refused} refused.`);
  if (refused > 0) complain(`  ${refusedPath} names the lines that were refused, and why`);
}
