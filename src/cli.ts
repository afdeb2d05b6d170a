#!/usr/bin/env node
/** The door for people. Each command's code is loaded only when it is asked for. */
import { Command, CommanderError } from 'commander';
import { fail } from './cli/fail.ts';
import { version } from './cli/version.ts';

const exitCodes = `
Exit codes: 0 done, 1 it did not work or something was found wrong, 2 the command was not understood.`;

const program = new Command('lotkeeper')
  .description('Lot-tracked stock and dispensing analytics for clinics and pharmacies.')
  .version(version)
  .showSuggestionAfterError()
  .exitOverride();

program
  .command('start')
  .description(
    'Run everything in one process: a PostgreSQL of its own unless DATABASE_URL names one, the API, the workers.',
  )
  .action(async () => (await import('./cli/start.ts')).start());
program
  .command('api')
  .description('Run the API alone; any number of them beside each other.')
  .action(async () => (await import('./cli/start.ts')).api());
program
  .command('worker')
  .description('Run the workers alone: the outbox, schedules and queues; any number of them beside each other.')
  .action(async () => (await import('./cli/start.ts')).worker());

program.addHelpText('after', exitCodes);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else fail(error);
}
