/** `lotkeeper db verify`: proves the books, names the rows that break them, exit code 1 where one does. */
import { runChecks } from '../domain/run-checks.ts';
import { allChecks } from '../domain/verify-books.ts';
import { withClosers } from './closers.ts';
import { connectDatabase } from './connect-database.ts';
import { commandConfig, openDatabase } from './database.ts';
import type { JsonOption } from './options.ts';
import { paint, say, sayJson } from './out.ts';

export async function dbVerify({ json }: JsonOption): Promise<void> {
  await withClosers(async (closers) => {
    const { appUrl } = await openDatabase(await commandConfig(), closers);
    const db = await connectDatabase(appUrl, closers, { poolSize: 1, applicationName: 'lotkeeper-verify' });
    const { faults } = await runChecks(db, allChecks);
    if (faults.length > 0) process.exitCode = 1;
    const checks = allChecks.map((check) => check.name);
    if (json === true) {
      sayJson({ checks, faults });
      return;
    }
    for (const check of checks) {
      const found = faults.filter((fault) => fault.check === check);
      say(`${found.length === 0 ? paint('green', 'holds ') : paint('red', 'broken')}  ${check}`);
      for (const { entity, id, message } of found) say(`        ${entity} ${id}: ${message}`);
    }
    say(faults.length === 0 ? 'Every unit is accounted for.' : `${faults.length} faults found.`);
  });
}
