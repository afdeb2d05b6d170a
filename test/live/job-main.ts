/** A process that runs a job whenever its name comes in, as a worker does, but by no clock of a queue; and says when it is done. */
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { createDataSource } from '../../ormconfig.ts';
import { allJobs } from '../../src/jobs/all-jobs.ts';
import { runJob } from '../../src/jobs/run-job.ts';

const db = await createDataSource(process.env['DATABASE_URL'] ?? '').initialize();
const options = {
  db,
  logger: pino({ level: 'silent' }),
  committed: () => undefined,
  stopping: new AbortController().signal,
};

for await (const name of createInterface({ input: process.stdin })) {
  const job = allJobs.find((each) => each.name === name);
  if (job === undefined) throw new Error(`There is no job ${name}`);
  await runJob(job, { id: randomUUID(), isLastAttempt: true }, options);
  process.stdout.write('done\n');
}
await db.destroy();
