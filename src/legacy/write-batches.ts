/**
 * Transformation, second half: images become rows of ours, a batch a statement. A batch writes the rows, what they were
 * before, what they came from and how far the step is: all or none, so that a run that is killed goes on behind its last
 * whole batch and doubles nothing. Small batches are sent some at a time, each in a transaction of its own: what is sent is
 * left at the first that fails. A dry run writes each batch with the parents that it needs, measures it, and rolls back.
 */
import pg from 'pg';
import { batchStatement, mirrorStatement, parentStatements } from './batch-statement.ts';
import { addSums, comparedSums, noSums, type Sums } from './compare.ts';
import { LegacyFailure } from './failure.ts';
import { isConnectionFault } from './retry.ts';
import { insist, stopIfAsked, type Run } from './run.ts';
import { stepOf } from './run-record.ts';
import { tableOf, type Step } from './source.ts';

export const writeStep = (step: string): string => `write ${step}`;

/** What a dry run measured before it rolled back; nothing where batches were kept. */
export interface WriteFigures {
  readonly sums?: Sums;
  readonly gone?: number;
}

type Range = readonly [after: number, upTo: number];

/** Sent at once, as long as these are no more rows: waiting for each batch of a hundred by itself took a tenth longer. */
const batchesSent = 20;
const rowsSent = 2_000;

export async function writeAll(run: Run): Promise<void> {
  for (const step of run.source.steps) await insist(run, () => writeImage(run, step));
  // Before validation asks: never looked at, the table seems to hold a row, and is gone through for each.
  if (!run.options.dryRun) await run.target.sql('ANALYZE ops.legacy_row');
}

async function writeImage(run: Run, step: Step): Promise<void> {
  const { target, record, progress, options } = run;
  const begun = await beginStep(run, step);
  if (begun.finished) return;
  progress.begin(`write ${step.name}`, begun.total, begun.done);
  lastBatchAt.set(run, performance.now());
  const write = options.dryRun ? tryBatches : keepBatches;
  if (!options.dryRun) await target.sql(prepareBatch(run, step));
  for (let done = begun.done; done < begun.total;) {
    stopIfAsked(run);
    const ranges = nextRanges(done, begun.total, options.batchSize);
    await write(run, step, ranges);
    const upTo = ranges.at(-1)?.[1] ?? begun.total;
    progress.advance(upTo - done);
    done = upTo;
  }
  if (!options.dryRun) await target.sql(`DEALLOCATE ${preparedName(step)}`);
  const gone = await takeAway(run, step);
  await target.sql(
    `UPDATE legacy.step SET finished_at = clock_timestamp(), figures = figures || $3, milliseconds = milliseconds + $4 WHERE run_id = $1 AND name = $2`,
    [record.id, writeStep(step.name), JSON.stringify({ gone }), options.dryRun ? 0 : sinceLastBatch(run)],
  );
  if (!options.dryRun && begun.total > 0) await target.sql(`ANALYZE ${tableOf(step)}`);
  progress.end();
}

interface Begun {
  readonly done: number;
  readonly total: number;
  readonly finished: boolean;
}

async function beginStep({ target, record, stage }: Run, step: Step): Promise<Begun> {
  const known = await stepOf(target, record.id, writeStep(step.name));
  if (known !== null) return known;
  const { total } = await target.one<{ total: number }>(
    `SELECT coalesce(max(seq), 0)::float8 AS total FROM ${stage.image(step.name)}`,
  );
  await target.sql('INSERT INTO legacy.step (run_id, name, total) VALUES ($1, $2, $3)', [
    record.id,
    writeStep(step.name),
    total,
  ]);
  return { done: 0, total, finished: false };
}

function nextRanges(done: number, total: number, batchSize: number): Range[] {
  const most = Math.max(1, Math.min(batchesSent, Math.floor(rowsSent / batchSize)));
  const left = Math.ceil((total - done) / batchSize);
  return Array.from({ length: Math.min(most, left) }, (_, place) => {
    const after = done + place * batchSize;
    return [after, Math.min(after + batchSize, total)];
  });
}

const preparedName = ({ name }: Step): string => `write_${name}`;

/** Planned once. */
const prepareBatch = ({ stage }: Run, step: Step): string =>
  `PREPARE ${preparedName(step)} (uuid, bigint, bigint, text, double precision) AS ${batchStatement(stage, step)}`;

async function keepBatches(run: Run, step: Step, ranges: readonly Range[]): Promise<void> {
  const { target, record } = run;
  const writeOf = ([after, upTo]: Range, milliseconds: number) =>
    `BEGIN; EXECUTE ${preparedName(step)} ('${record.id}', ${after}, ${upTo}, '${writeStep(step.name)}', ${milliseconds}); COMMIT`;
  const milliseconds = sinceLastBatch(run);
  try {
    await target.client.query(ranges.map((range, place) => writeOf(range, place === 0 ? milliseconds : 0)).join('; '));
  } catch (error) {
    if (!isOfTheRows(error)) throw error;
    await target.sql('ROLLBACK');
    const done = (await stepOf(target, record.id, writeStep(step.name)))?.done;
    const failed = ranges.find(([after]) => after === done);
    throw failed === undefined ? error : await named(run, step, failed, error);
  }
}

/** The first of those sent tells how long it was since the last ones: their own end they cannot know. */
const lastBatchAt = new WeakMap<Run, number>();

function sinceLastBatch(run: Run): number {
  const now = performance.now();
  const before = lastBatchAt.get(run) ?? now;
  lastBatchAt.set(run, now);
  return now - before;
}

async function tryBatches(run: Run, step: Step, ranges: readonly Range[]): Promise<void> {
  for (const range of ranges) await tryBatch(run, step, range);
}

async function tryBatch(run: Run, step: Step, range: Range): Promise<void> {
  const { target, record, stage } = run;
  const began = performance.now();
  let found: Sums;
  try {
    found = await target.inTransaction('ROLLBACK', async () => {
      await writeOnce(run, step, range);
      return comparedSums(target, stage, step, range);
    });
  } catch (error) {
    throw await named(run, step, range, error);
  }
  const { figures } = await target.one<{ figures: WriteFigures }>(
    'SELECT figures FROM legacy.step WHERE run_id = $1 AND name = $2',
    [record.id, writeStep(step.name)],
  );
  const sums = addSums(figures.sums ?? noSums, found);
  await target.sql(
    'UPDATE legacy.step SET done = $3, figures = $4, milliseconds = milliseconds + $5 WHERE run_id = $1 AND name = $2',
    [record.id, writeStep(step.name), range[1], JSON.stringify({ sums }), performance.now() - began],
  );
}

async function writeOnce({ target, record, source, stage, options }: Run, step: Step, range: Range): Promise<void> {
  if (options.dryRun) {
    for (const statement of parentStatements(source, stage, step)) await target.sql(statement, range);
  }
  await target.sql(batchStatement(stage, step), [record.id, ...range, writeStep(step.name), 0]);
}

async function takeAway({ target, record, stage, mapping, options }: Run, step: Step): Promise<number> {
  if (step.mirrors === undefined) return 0;
  const statement = mirrorStatement(stage, step, step.image(stage, mapping), options.dryRun);
  const { gone } = await target.one<{ gone: number }>(statement, [record.id]);
  return gone;
}

/** The failure with the one row that the database refused, found by halving the batch. */
async function named(run: Run, step: Step, range: Range, error: unknown): Promise<unknown> {
  if (!isOfTheRows(error)) return error;
  let [after, upTo] = range;
  while (upTo - after > 1) {
    const middle = Math.floor((after + upTo) / 2);
    if (await isRefused(run, step, [after, middle])) upTo = middle;
    else after = middle;
  }
  const [row] = await run.target.sql<{ id: string }>(
    `SELECT source_id AS id FROM ${run.stage.image(step.name)} WHERE seq = $1`,
    [upTo],
  );
  return new LegacyFailure(
    {
      what: `The database refuses a row: ${error.constraint ?? error.code ?? 'unknown'}.`,
      where: `transformation, ${step.target}`,
      row: `${step.from} ${row?.id.split('#')[0] ?? '?'}`,
      todo: `Take the run back (lotkeeper legacy rollback ${run.record.number}), correct the row in the old system, and start again.`,
    },
    { cause: error },
  );
}

const isOfTheRows = (error: unknown): error is pg.DatabaseError =>
  error instanceof pg.DatabaseError && !isConnectionFault(error);

async function isRefused(run: Run, step: Step, range: Range): Promise<boolean> {
  return run.target
    .inTransaction('ROLLBACK', () => writeOnce(run, step, range))
    .then(() => false)
    .catch((error: unknown) => {
      if (isConnectionFault(error)) throw error;
      return true;
    });
}
