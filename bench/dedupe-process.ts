/** Deduplication alone in its process, as the command runs it: told to its parent with its time and its highest memory. */
import pg from 'pg';
import { collectEarly } from '../src/legacy/collect-early.ts';
import { dedupePatients } from '../src/legacy/dedupe/dedupe-patients.ts';
import type { DedupeFigures } from '../src/legacy/dedupe/dedupe-run.ts';

export interface DedupeJob {
  readonly url: string;
  readonly runId: string;
}

export interface Deduped extends DedupeFigures {
  readonly milliseconds: number;
  readonly megabytes: number;
}

async function dedupe({ url, runId }: DedupeJob): Promise<Deduped> {
  collectEarly();
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 50);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const from = performance.now();
    const patientKey = 'the key of the patients of a bench';
    const figures = await dedupePatients({ client, runId, patientKey, dryRun: false });
    return { ...figures, milliseconds: performance.now() - from, megabytes: most / 2 ** 20 };
  } finally {
    clearInterval(watch);
    await client.end();
  }
}

process.once('message', (job: DedupeJob) => {
  void dedupe(job).then((deduped) => {
    process.send?.(deduped);
    process.disconnect();
  });
});
