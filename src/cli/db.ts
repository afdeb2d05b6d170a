/** `lotkeeper db …`: what is done to the database as a whole. */
import { markApplied, migrate, migrationStatus, revert } from '../db/migrate.ts';
import { StartRefusal } from '../db/start-refusal.ts';
import { keepEventsAs } from '../db/timescale.ts';
import { seedAnalytics } from '../seed/analytics.ts';
import { seedDemo } from '../seed/demo.ts';
import { readScale, seedScale } from '../seed/scale.ts';
import { withClosers } from './closers.ts';
import { connectDatabase } from './connect-database.ts';
import type { JsonOption, MigrateOptions, SeedOptions, TimescaleOptions } from './options.ts';
import { commandConfig, openDatabase } from './database.ts';
import { complain, paint, say, sayJson } from './out.ts';

export async function dbMigrate({ fake, json }: MigrateOptions): Promise<void> {
  await withClosers(async (closers) => {
    const { ownerUrl } = await openDatabase(await commandConfig(), closers);
    if (fake !== undefined) {
      await markApplied(ownerUrl, fake);
      if (json === true) sayJson({ marked: fake });
      else say(`${fake} is marked as applied; nothing was run.`);
      return;
    }
    const ran = await migrate(ownerUrl);
    if (json === true) sayJson({ ran });
    else say(ran.length === 0 ? 'Nothing to do: every migration has been run.' : `Ran ${ran.join(', ')}.`);
  });
}

export async function dbRevert(): Promise<void> {
  await withClosers(async (closers) => {
    const { ownerUrl } = await openDatabase(await commandConfig(), closers);
    await revert(ownerUrl);
    say('The newest migration has been taken back.');
  });
}

export async function dbTimescale({ back }: TimescaleOptions): Promise<void> {
  const kind = back === true ? 'months' : 'hypertable';
  await withClosers(async (closers) => {
    const { ownerUrl } = await openDatabase(await commandConfig(), closers);
    const isNew = await keepEventsAs(ownerUrl, kind);
    const words = { months: 'are kept by month', hypertable: 'are a hypertable, with dpap.daily_rollup' };
    say(`The dispensing events ${isNew ? 'now' : 'already'} ${words[kind]}.`);
  });
}

export async function dbStatus({ json }: JsonOption): Promise<void> {
  await withClosers(async (closers) => {
    const { appUrl } = await openDatabase(await commandConfig(), closers);
    const db = await connectDatabase(appUrl, closers, { poolSize: 1, applicationName: 'lotkeeper-cli' });
    const migrations = await migrationStatus(db);
    const pending = migrations.filter(({ applied }) => !applied);
    if (json === true) sayJson({ migrations });
    else {
      for (const { name, applied } of migrations)
        say(`${applied ? paint('green', 'applied') : paint('yellow', 'pending')}  ${name}`);
      if (pending.length > 0) say('Run lotkeeper db migrate.');
    }
    if (pending.length > 0) process.exitCode = 1;
  });
}

export async function dbSeed(options: SeedOptions): Promise<void> {
  const rows = options.scale === undefined ? null : readScale(options.scale);
  if (options.scale !== undefined && rows === null) {
    throw new StartRefusal('--scale is a number of stock rows such as 10k, 100k or 1m, at most 20m.');
  }
  const events = eventsOf(options);
  await withClosers(async (closers) => {
    const config = await commandConfig();
    if (config.production)
      throw new StartRefusal('NODE_ENV is production: seeds make users with a known password and are refused there.');
    const { ownerUrl } = await openDatabase(config, closers);
    await migrate(ownerUrl);
    const started = performance.now();
    const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
    const tell = (step: string) => {
      if (process.stderr.isTTY) complain(`${seconds().padStart(8)}  ${step}`);
    };
    if (events !== null) {
      const made = await seedAnalytics(ownerUrl, events, tell);
      say(
        `Made ${made.events} dispensing events of ${made.pharmacies} pharmacies on ${made.days} days, in ${seconds()}.`,
      );
    } else if (rows === null) {
      const made = await seedDemo(ownerUrl);
      say(
        `The demo is made: ${made.products} products, ${made.lots} lots, ${made.dispenses} dispenses, in ${seconds()}.`,
      );
    } else {
      const made = await seedScale(ownerUrl, rows, tell);
      say(`Made ${made.stocks} stock rows of ${made.products} products at ${made.locations} places, in ${seconds()}.`);
    }
  });
}

function eventsOf({ analytics }: SeedOptions): number | null {
  if (analytics === undefined) return null;
  const events = readScale(analytics === true ? '100k' : analytics);
  if (events !== null) return events;
  throw new StartRefusal('--analytics is a number of events such as 100k or 5m, at most 20m.');
}
