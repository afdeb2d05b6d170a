/** Deduplication of a registry: how long, how much memory, whether twice the records take about twice as long. */
import pg from 'pg';
import { collectEarly } from '../src/legacy/collect-early.ts';
import { dedupePatients } from '../src/legacy/dedupe/dedupe-patients.ts';
import { TestClinic } from '../test/clinic.ts';
import type { Cluster } from '../test/live/cluster.ts';
import { pairFigures } from '../test/pairs.ts';
import { peopleWithDoubles } from '../test/people-with-doubles.ts';
import { addPatients, startMigrationRun } from '../test/registry.ts';
import { ms, type Figure } from './figures.ts';

interface Measured {
  readonly records: number;
  readonly milliseconds: number;
  /** By how much the process grew, at most. */
  readonly grownMegabytes: number;
  readonly figures: readonly Figure[];
}

export async function benchDedupe(cluster: Cluster, people: number): Promise<Figure[]> {
  collectEarly();
  const half = await measure(cluster, people / 2, true);
  const whole = await measure(cluster, people, true);
  const full = await measure(cluster, people, false);
  const ratio = whole.milliseconds / half.milliseconds;
  const growth: Figure = {
    bench: 'dedupe',
    what: `twice the records, names and e-mail`,
    ours: ms(whole.milliseconds),
    other: ms(half.milliseconds),
    ratio,
    goal: '≤ 2.5 × half of them',
    met: ratio <= 2.5,
  };
  return [...half.figures, ...whole.figures, growth, ...full.figures];
}

async function measure(cluster: Cluster, people: number, isBare: boolean): Promise<Measured> {
  const clinic = await TestClinic.in(await cluster.newDatabase());
  const client = new pg.Client({ connectionString: clinic.database.ownerUrl });
  try {
    await client.connect();
    const personOf = await fill(clinic, people, isBare);
    const runId = await startMigrationRun(clinic.owner);
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 50);
    const from = performance.now();
    const { merged, proposed, compared } = await dedupePatients({
      client,
      runId,
      patientKey: 'the key of the patients of a bench',
      dryRun: false,
    });
    const milliseconds = performance.now() - from;
    clearInterval(watch);
    const quality = await pairFigures(clinic.owner, personOf);
    const records = personOf.size;
    const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
    const what = `${records} records${isBare ? '' : ' with phone, address, numbers'}`;
    const grownMegabytes = (most - before) / 2 ** 20;
    const line = (more: Pick<Figure, 'what' | 'ours' | 'goal' | 'met'>): Figure => ({
      bench: 'dedupe',
      other: '',
      ratio: null,
      ...more,
    });
    return {
      records,
      milliseconds,
      grownMegabytes,
      figures: [
        line({
          what: `${what}, ${compared} pairs, ${merged} merged, ${proposed} proposed`,
          ours: ms(milliseconds),
          goal: '≤ 60 s',
          met: milliseconds <= 60_000,
        }),
        line({
          what: `${what}, memory`,
          ours: `+ ${Math.round(grownMegabytes)} MB`,
          goal: '≤ 300 MB',
          met: grownMegabytes <= 300,
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
    await client.end();
    await clinic.close();
  }
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
