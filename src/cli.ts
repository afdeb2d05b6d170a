#!/usr/bin/env node
/** The door for people. Each command's code is loaded only when it is asked for. */
import { Command, CommanderError, Option } from 'commander';
import type {
  AuditVerifyOptions,
  CatalogOptions,
  DeliveryListOptions,
  JsonOption,
  LegacyCsvFlags,
  LegacyMdwFlags,
  LegacyStockFlags,
  MigrateOptions,
  ReplayOptions,
  SeedOptions,
  EventImportOptions,
  TemperatureOptions,
  UserOptions,
  WorkerOptions,
  TimescaleOptions,
} from './cli/options.ts';
import { fail } from './cli/fail.ts';
import { version } from './cli/version.ts';

const program = new Command('lotkeeper')
  .description('Lot-tracked stock and dispensing analytics for clinics and pharmacies.')
  .version(version)
  .showSuggestionAfterError()
  .showHelpAfterError('(add --help for what it takes)')
  .exitOverride()
  .addHelpText(
    'after',
    `
Where the data lies: in a PostgreSQL of its own under LOTKEEPER_DATA (.lotkeeper), or wherever DATABASE_URL names.
While one runs, the other commands use the same database.

First steps:
  lotkeeper start                  everything, with a demo clinic to try
  lotkeeper db verify              proves the books: every unit accounted for
  lotkeeper audit verify           proves that the audit trail is as it was written
  lotkeeper doctor                 what is wrong with the set-up, and what to do

Exit codes: 0 done, 1 it did not work or something was found wrong, 2 the command was not understood.`,
  );

program
  .command('start')
  .description('run everything in one process: a PostgreSQL of its own unless DATABASE_URL names one, API, workers')
  .action(async () => (await import('./cli/start.ts')).start());
program
  .command('api')
  .description('run the API alone; any number of them beside each other')
  .action(async () => (await import('./cli/start.ts')).api());
program
  .command('worker')
  .description('run the workers alone: outbox, schedules, queues; any number of them beside each other')
  .option(
    '--queues <names...>',
    'only these of alerts, deliveries, maintenance, metrics; alerts:4 runs four jobs of it at a time',
  )
  .action(async (options: WorkerOptions) => (await import('./cli/start.ts')).worker(options));

const json = () => new Option('--json', 'answer in JSON');

const db = program.command('db').description('the database as a whole: migrations, seeds, proof of the books');
db.command('migrate')
  .description('run the migrations that are pending, as the owner (DATABASE_OWNER_URL)')
  .option('--fake <name>', 'only mark this one as applied, the next that is pending: its change was made by hand')
  .addOption(json())
  .action(async (options: MigrateOptions) => (await import('./cli/db.ts')).dbMigrate(options));
db.command('revert')
  .description('take the newest migration back')
  .action(async () => (await import('./cli/db.ts')).dbRevert());
db.command('status')
  .description('which migrations have been run; exit code 1 while some are pending')
  .addOption(json())
  .action(async (options: JsonOption) => (await import('./cli/db.ts')).dbStatus(options));
db.command('timescale')
  .description('keep the dispensing events in a hypertable of TimescaleDB with a daily rollup; see docs/dpap.md')
  .option('--back', 'keep them by month again')
  .action(async (options: TimescaleOptions) => (await import('./cli/db.ts')).dbTimescale(options));
db.command('seed')
  .description('fill an empty database; never in production')
  .addOption(new Option('--demo', 'five places, 68 products, 90 days of dispensing (the default)').conflicts('scale'))
  .addOption(new Option('--scale <rows>', 'this many stock rows for measuring: 10k, 100k, 1m'))
  .addOption(
    new Option('--analytics [events]', 'a year of dispensing events alone, 100k unless said otherwise').conflicts([
      'demo',
      'scale',
    ]),
  )
  .action(async (options: SeedOptions) => (await import('./cli/db.ts')).dbSeed(options));

db.command('verify')
  .description('prove that stock, ledger, reservations and dispenses agree; names the row that does not, exit code 1')
  .addOption(json())
  .action(async (options: JsonOption) => (await import('./cli/verify.ts')).dbVerify(options));

const audit = program.command('audit').description('the audit trail: proof that nobody altered it');
audit
  .command('verify')
  .description('hold every audit row against its seal; names what was altered, and where, exit code 1')
  .option('--head <file or text>', 'heads that were exported before: the chain must still contain them')
  .addOption(json())
  .action(async (options: AuditVerifyOptions) => (await import('./cli/audit.ts')).auditVerify(options));
audit
  .command('head')
  .description('print the end of the chain in one line, to be kept where nobody of the database can write')
  .addOption(json())
  .action(async (options: JsonOption) => (await import('./cli/audit.ts')).auditHead(options));

program
  .command('catalog')
  .description('products, brands and vendors')
  .command('import <files...>')
  .description(
    'add and update products from files; importing again doubles nothing. Exit code 1 where rows were refused',
  )
  .addOption(
    new Option(
      '--kind <kind>',
      'ndc: product.txt and package.txt of the NDC directory; aware: a WHO AWaRe list as CSV; csv: columns as in ProductInput',
    )
      .choices(['ndc', 'aware', 'csv'])
      .default('csv'),
  )
  .addOption(json())
  .action(async (files: string[], options: CatalogOptions) =>
    (await import('./cli/catalog.ts')).catalogImport(files, options),
  );

program
  .command('temperatures')
  .description('what was measured in storage units')
  .command('import <file>')
  .description(
    'add readings from an export of a Berlinger Fridge-tag or Q-tag, or from a CSV; importing again doubles nothing. Exit code 1 where rows were refused',
  )
  .requiredOption('--unit <id>', 'the storage unit in which it was measured')
  .addOption(json())
  .action(async (file: string, options: TemperatureOptions) =>
    (await import('./cli/temperatures.ts')).temperaturesImport(file, options),
  );

program
  .command('events')
  .description('what pharmacies have dispensed in other systems')
  .command('import <file>')
  .description(
    'add dispensing events from a CSV or NDJSON file; importing again doubles nothing, and one that was broken off goes on so. Exit code 1 where rows were refused',
  )
  .option('--format <format>', 'csv or ndjson; by the suffix of the file unless said otherwise')
  .option(
    '--refused <file>',
    'where rows that were refused are named; the file with .refused.csv unless said otherwise',
  )
  .addOption(json())
  .action(async (file: string, options: EventImportOptions) =>
    (await import('./cli/events.ts')).eventsImport(file, options),
  );

program
  .command('user')
  .description('people who may sign in')
  .command('create <email>')
  .description('make a user; the password is asked for, read from standard input or from LOTKEEPER_PASSWORD')
  .requiredOption(
    '--role <roles...>',
    'one or more of ADMIN, MANAGER, PHARMACIST, PROVIDER, TECHNICIAN, ANALYST, AUDITOR, SERVICE',
  )
  .option('--location <codes...>', 'codes of the locations where the user works; all unless said otherwise')
  .option('--name <name>', 'the name that others see')
  .action(async (email: string, options: UserOptions) => (await import('./cli/user.ts')).userCreate(email, options));

for (const word of ['webhooks', 'mails'] as const) {
  const deliveries = program.command(word).description(`${word} that tell receivers outside of alerts`);
  deliveries
    .command('list')
    .description('the newest first, with what became of them')
    .addOption(new Option('--state <state>', 'only those').choices(['waiting', 'sent', 'dead']))
    .option('--limit <number>', 'at most so many', '50')
    .addOption(json())
    .action(async (options: DeliveryListOptions) =>
      (await import('./cli/deliveries.ts')).deliveriesList(word, options),
    );
  deliveries
    .command('replay')
    .description('send once more, under the same ids: what is named, what was given up, or both')
    .option('--id <id>', 'this one')
    .option('--since <instant>', 'made then or later: 2026-11-20 or 2026-11-20T07:00:00Z')
    .option('--dead', 'only those that were given up')
    .addOption(json())
    .action(async (options: ReplayOptions) => (await import('./cli/deliveries.ts')).deliveriesReplay(word, options));
}

const legacy = program
  .command('legacy')
  .description('bring in what older systems hold: step by step in docs/migration.md')
  .addHelpText(
    'after',
    `
Where the old database is: LEGACY_DATABASE_URL, or LEGACY_DB_HOST (localhost), LEGACY_DB_PORT (5432), LEGACY_DB_NAME,
LEGACY_DB_USER, LEGACY_DB_PASSWORD, LEGACY_DB_SSL (off, on, no-verify). Nothing but SELECT is ever said to it.
A flag beats its variable: MIGRATION_BATCH_SIZE, MIGRATION_MAX_RETRIES, MIGRATION_LOG_LEVEL, LEGACY_FILES.

Exit codes: 0 done, 1 failed (go on with --resume), 2 wrong usage, 3 done with rows refused, 75 another run holds the lock.`,
  );
/** What all sources take. */
const migration = (command: Command) =>
  command
    .option('--dry-run', 'all of it, rolled back: the same report, and nothing is kept')
    .option('--report <folder>', 'where report and refused rows go (under the data folder)')
    .addOption(json());
const mdwFlags: readonly (readonly [flag: string, what: string])[] = [
  ['--type <type>', 'full: everything; incremental: what has changed since the last finished run (full)'],
  ['--batch-size <rows>', 'rows of a transaction, 1 to 100000 (100)'],
  ['--no-ai', 'no vectors of texts'],
  ['--log-level <level>', 'debug, info, warn or error (info)'],
  ['--max-retries <number>', 'how often a lost connection is made again, with growing pauses (3)'],
  ['--resume', 'go on with the run that broke off, behind its last whole batch'],
  ['--files <folder>', "from where the projects' files are copied into the store"],
];
const mapping = ['--mapping <file>', "YAML that renames the source's tables and columns and maps its codes"] as const;
/** Known, so that they are refused with a reason. */
const withoutPart = (command: Command, flags: readonly (readonly [string, string])[]) => {
  for (const [flag, what] of flags) command.addOption(new Option(flag, what).hideHelp());
  return command;
};
const mdw = migration(legacy.command('mdw')).description('a Django system of patients and 3D projects, in PostgreSQL');
for (const [flag, what] of [...mdwFlags, mapping]) mdw.option(flag, what);
mdw.action(async (flags: LegacyMdwFlags) => (await import('./cli/legacy-mdw.ts')).legacyMdw(flags));
withoutPart(migration(legacy.command('stock')), mdwFlags)
  .description('a four-table inventory, in PostgreSQL: one row each, in one transaction')
  .option(...mapping)
  .option('--archive <file>', 'dump the old tables first, as SQL; a name that ends in .gz is packed')
  .action(async (flags: LegacyStockFlags) => (await import('./cli/legacy-stock.ts')).legacyStock(flags));
withoutPart(migration(legacy.command('csv [file]')), [...mdwFlags, mapping])
  .description('opening stock from a spreadsheet, through the intake; bringing it in again doubles nothing')
  .option('--template', 'print a file to fill in')
  .action(async (file: string | undefined, flags: LegacyCsvFlags) =>
    (await import('./cli/legacy-csv.ts')).legacyCsv(file, flags),
  );
legacy
  .command('runs')
  .description('runs, the newest first')
  .addOption(json())
  .action(async (options: JsonOption) => (await import('./cli/legacy.ts')).legacyRuns(options));
legacy
  .command('report <run>')
  .description("a run's report, by its number")
  .addOption(json())
  .action(async (run: string, options: JsonOption) => (await import('./cli/legacy.ts')).legacyReport(run, options));
legacy
  .command('rollback <run>')
  .description('take a run back that nothing has been built upon; says what has, otherwise')
  .addOption(json())
  .action(async (run: string, options: JsonOption) => (await import('./cli/legacy.ts')).legacyRollback(run, options));

program
  .command('doctor')
  .description(
    'check versions, rights, grants, settings, poolers, queues and late work, clock, disk and secrets, and say what to do',
  )
  .addOption(json())
  .action(async (options: JsonOption) => (await import('./cli/doctor.ts')).doctor(options));

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else fail(error);
}
