/** `lotkeeper temperatures import`: files of loggers and tables of readings; importing again doubles nothing. */
import { createReadStream } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { StartRefusal } from '../db/start-refusal.ts';
import { importTemperatures, type TemperatureImport } from '../domain/cold-chain/import-temperatures.ts';
import { minutesOf, type LoggerAlarm } from '../domain/cold-chain/out-periods.ts';
import { systemSession } from '../jobs/system-session.ts';
import { withClosers } from './closers.ts';
import { connectDatabase } from './connect-database.ts';
import { commandConfig, openDatabase } from './database.ts';
import type { TemperatureOptions } from './options.ts';
import { complain, say, sayJson } from './out.ts';

const shownRefusals = 20;

export async function temperaturesImport(file: string, options: TemperatureOptions): Promise<void> {
  await access(file, constants.R_OK).catch(() => {
    throw new StartRefusal(`${file} cannot be read.`);
  });
  await withClosers(async (closers) => {
    const { appUrl } = await openDatabase(await commandConfig(), closers);
    const db = await connectDatabase(appUrl, closers, { poolSize: 2, applicationName: 'lotkeeper-cli' });
    const report = await importTemperatures(systemSession(db), options.unit, createReadStream(file));
    if (options.json === true) sayJson(report);
    else tell(report);
    if (report.refusedCount > 0) process.exitCode = 1;
  });
}

function tell({ unit, logger, accepted, duplicates, empty, refusedCount, refused }: TemperatureImport): void {
  say(`${unit}: ${accepted} readings added, ${duplicates} known already, ${refusedCount} refused.`);
  if (empty > 0) say(`  ${empty} rows without a temperature: the sensor was away`);
  if (logger !== null) {
    say(
      `  ${logger.model} ${logger.serialNumber}, ${logger.watchedFrom.toISOString()} to ${logger.watchedUntil.toISOString()}`,
    );
    for (const alarm of logger.alarms) tellAlarm(alarm);
  }
  for (const { line, reason } of refused.slice(0, shownRefusals)) complain(`  line ${line}: ${reason}`);
  if (refusedCount > shownRefusals)
    complain(`  and ${refusedCount - shownRefusals} more; --json names the first thousand`);
}

function tellAlarm({ side, limit, counts, minutes, periods, total }: LoggerAlarm): void {
  const alarmed = periods.filter(({ alarmedAt }) => alarmedAt !== null);
  const how = counts === 'TOTAL' ? 'in all' : 'without a break';
  const found = counts === 'TOTAL' ? (total === null ? 'none' : `${total.minutes} min`) : `${alarmed.length} alarms`;
  say(`  ${side.toLowerCase()} ${limit / 100} °C for ${minutes} min ${how}: ${found}`);
  for (const { from, to, lasts } of alarmed) {
    say(
      `    ${new Date(from).toISOString()} to ${lasts ? 'the end' : new Date(to).toISOString()}, ${minutesOf({ from, to })} min`,
    );
  }
}
