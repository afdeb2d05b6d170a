/**
 * Deduplication of a registry: how long, how much memory, whether the time grows with the records and the memory does not.
 * Whatever its size, a registry has the same share of doubles, twins, parents and namesakes.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { TestClinic } from '../test/clinic.ts';
import type { Cluster } from '../test/live/cluster.ts';
import { pairFigures } from '../test/pairs.ts';
import { peopleWithDoubles } from '../test/people-with-doubles.ts';
import { addPatients, startMigrationRun } from '../test/registry.ts';
import type { Deduped, DedupeJob } from './dedupe-process.ts';
import { ms, type Figure } from './figures.ts';

const mostMegabytes = 300;
const msForEach = 60_000 / 100_000;

interface Measured {
  readonly records: number;
  readonly milliseconds: number;
  readonly figures: readonly Figure[];
}

/** Beyond a hundred thousand, against a hundred thousand. */
export async function benchDedupe(cluster: Cluster, records: number): Promise<Figure[]> {
  // One record in ten is a double.
  const people = records * 0.9;
  const fewer = await measure(cluster, records > 100_000 ? 90_000 : people / 2, true);
  const whole = await measure(cluster, people, true);
  const full = records > 100_000 ? [] : (await measure(cluster, people, false)).figures;
  const times = whole.records / fewer.records;
  const ratio = whole.milliseconds / fewer.milliseconds;
  const growth: Figure = {
    bench: 'dedupe',
    what: `${times.toFixed(0)} times the records, names and e-mail`,
    ours: ms(whole.milliseconds),
    other: ms(fewer.milliseconds),
    ratio,
    goal: `≤ ${(times * 1.25).toFixed(1)} × fewer of them`,
    met: ratio <= times * 1.25,
  };
  return [...fewer.figures, ...whole.figures, growth, ...full];
}

async function measure(cluster: Cluster, people: number, isBare: boolean): Promise<Measured> {
  const clinic = await TestClinic.in(await cluster.newDatabase());
  try {
    const personOf = await fill(clinic, people, isBare);
    const runId = await startMigrationRun(clinic.owner);
    const deduped = await dedupe({ url: clinic.database.ownerUrl, runId });
    const { compared, merged, proposed, milliseconds, megabytes } = deduped;
    const quality = await pairFigures(clinic.owner, personOf);
    const records = personOf.size;
    const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
    const what = `${records} records${isBare ? '' : ' with phone, address, numbers'}`;
    const line = (more: Pick<Figure, 'what' | 'ours' | 'goal' | 'met'>): Figure => ({
      bench: 'dedupe',
      other: '',
      ratio: null,
      ...more,
    });
    return {
      records,
      milliseconds,
      figures: [
        line({
          what: `${what}, ${compared} pairs, ${merged} merged, ${proposed} proposed`,
          ours: ms(milliseconds),
          goal: '≤ 60 s for 100 000',
          met: milliseconds <= Math.max(60_000, records * msForEach),
        }),
        line({
          what: `${what}, highest memory of the process`,
          ours: `${Math.round(megabytes)} MB`,
          goal: `≤ ${mostMegabytes} MB`,
          met: megabytes <= mostMegabytes,
        }),
        line({
          what: `${what}, precision of merges`,
          ours: percent(quality.mergePrecision),
          goal: '≥ 99 %',
          met: quality.mergePrecision >= 0.99,
        }),
        line({ what: `${what}, recall with the review queue`, ours: percent(quality.recall), goal: '', met: null }),
      ],
    };
  } finally {
    await clinic.close();
  }
}

async function dedupe(job: DedupeJob): Promise<Deduped> {
  const child = fork(fileURLToPath(new URL('dedupe-process.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
  child.send(job);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The deduplication ended with ${String(code)}`);
  });
  // It ends after its message, too.
  ended.catch(() => undefined);
  const [deduped] = (await Promise.race([once(child, 'message'), ended])) as [Deduped];
  return deduped;
}

/** Whose each record is. */
async function fill(clinic: TestClinic, people: number, isBare: boolean): Promise<Map<string, number>> {
  const made = peopleWithDoubles({ people, seed: 42, isBare });
  const ids = await addPatients(
    clinic.owner,
    made.map(({ facts }) => facts),
  );
  return new Map(ids.map((id, i) => [id, made[i]?.person ?? -1]));
}
