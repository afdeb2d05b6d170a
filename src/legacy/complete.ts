/** Completion: the run's figures, its report and its watermark, in the transaction that ends it; staging is taken away. */
import { v7 as uuid } from 'uuid';
import { systemUserId } from '../actor.ts';
import type { Balance } from './balance.ts';
import { filesStep, type FilesReport } from './copy-files.ts';
import { deduplicateStep, type DuplicateFigures } from './deduplicate.ts';
import { embedStep } from './embed.ts';
import type { EmbedFigures } from './embeddings/embed-projects.ts';
import { extractStep, type ExtractFigures } from './extract.ts';
import { imageStep, type StepFigures } from './make-images.ts';
import { phaseOf, phases } from './phases.ts';
import type { Prepared } from './prepare.ts';
import type { FoundRows, Report, WrittenRows } from './report.ts';
import { insist, type Run } from './run.ts';
import { stepsOf, type StepRecord } from './run-record.ts';
import { dropStaging } from './staging.ts';
import type { Validated } from './validate.ts';
import { writeStep, type WriteFigures } from './write-batches.ts';

export async function complete(run: Run, prepared: Prepared, validated: Validated): Promise<Report> {
  return insist(run, async () => {
    const { target, record, options } = run;
    return target.inTransaction('COMMIT', async () => {
      const steps = await stepsOf(target, record.id);
      const watermark = watermarkOf(run, steps);
      const report = await reportOf(run, prepared, validated, steps, watermark);
      if (!options.dryRun) await rememberSeen(run);
      await target.sql(
        `UPDATE ops.migration_run SET status = 'COMPLETED', finished_at = clock_timestamp(), counts = $2, watermark = $3, error = NULL WHERE id = $1`,
        [record.id, JSON.stringify(countsOf(report)), JSON.stringify(watermark)],
      );
      await target.sql('UPDATE legacy.run SET report = $2 WHERE run_id = $1', [record.id, JSON.stringify(report)]);
      await target.sql(
        `INSERT INTO audit.audit_entry (id, entity, entity_id, action, actor_id, after, reason)
         VALUES ($1, 'migration_run', $2, 'legacy', $3, $4, $5)`,
        [
          uuid(),
          record.id,
          systemUserId,
          JSON.stringify({ source: record.source, type: record.type, dryRun: record.dryRun, counts: countsOf(report) }),
          `run ${record.number} of lotkeeper legacy`,
        ],
      );
      await dropStaging(target, record.number);
      return report;
    });
  });
}

function watermarkOf({ source }: Run, steps: readonly StepRecord[]): Record<string, string> {
  const found = source.tables.flatMap(({ name }) => {
    const step = steps.find((each) => each.name === extractStep(name));
    const { watermark } = step?.figures as unknown as ExtractFigures;
    return watermark === null ? [] : [[name, watermark] as const];
  });
  return Object.fromEntries(found);
}

/** By which the next run sees what has changed in tables without a timestamp. */
async function rememberSeen({ target, source, stage }: Run): Promise<void> {
  const followed = new Set(source.tables.flatMap(({ follows }) => (follows === undefined ? [] : [follows.table])));
  for (const table of followed) {
    await target.sql(
      `INSERT INTO legacy.seen (source, source_table, legacy_id, content_hash)
       SELECT '${stage.source}', '${table}', s.id, hashtextextended(s::text, 0) FROM ${stage.rows(table)} s
       ON CONFLICT (source, source_table, legacy_id) DO UPDATE SET content_hash = EXCLUDED.content_hash
       WHERE seen.content_hash <> EXCLUDED.content_hash`,
    );
  }
}

async function reportOf(
  run: Run,
  prepared: Prepared,
  validated: Validated,
  steps: readonly StepRecord[],
  watermark: Readonly<Record<string, string>>,
): Promise<Report> {
  const { record, source, options } = run;
  const written = source.steps.map((step): WrittenRows => {
    const image = figuresIn(steps, imageStep(step.name)) as unknown as StepFigures;
    const { gone = 0 }: WriteFigures = figuresIn(steps, writeStep(step.name));
    const { added, updated, adjusted, unchanged } = image;
    return { target: step.target, from: step.from, isMain: step.isMain, added, updated, adjusted, unchanged, gone };
  });
  const milliseconds = phases.map((phase) => ({
    phase,
    seconds:
      steps.filter(({ name }) => phaseOf(name) === phase).reduce((sum, step) => sum + step.milliseconds, 0) / 1000,
  }));
  return {
    run: {
      id: record.id,
      number: record.number,
      source: record.source,
      type: record.type,
      dryRun: record.dryRun,
      batchSize: options.batchSize,
      startedAt: record.startedAt.toISOString(),
      finishedAt: new Date().toISOString(),
    },
    phases: milliseconds,
    tables: validated.balances,
    written,
    defaults: prepared.figures.defaults,
    duplicates: found<DuplicateFigures>(steps, deduplicateStep),
    embeddings: found<EmbedFigures>(steps, embedStep),
    files: found<FilesReport>(steps, filesStep),
    findings: await findingsOf(run),
    empty: await emptyColumns(run, validated.balances),
    checks: source.steps.map(({ target, columns }) => ({
      target,
      rows: Number(validated.columns[target]?.rows[0] ?? 0),
      columns: Object.keys(columns),
    })),
    spot: { rows: validated.spot.rows, changedSince: validated.spot.changedSince },
    watermark,
  };
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- what stands in the record is known by its name
function found<T>(steps: readonly StepRecord[], name: string): T | null {
  return (steps.find((step) => step.name === name)?.figures ?? null) as T | null;
}

function figuresIn(steps: readonly StepRecord[], name: string): StepRecord['figures'] {
  return steps.find((step) => step.name === name)?.figures ?? {};
}

async function findingsOf({ target, record }: Run): Promise<FoundRows[]> {
  return target.sql<FoundRows>(
    `SELECT kind, source_table AS table, column_name AS column, code, count(*)::float8 AS rows FROM legacy.finding
     WHERE run_id = $1 GROUP BY 1, 2, 3, 4 ORDER BY kind = 'REFUSED' DESC, 1, 2, 3, 4`,
    [record.id],
  );
}

/** Columns of ours that the source has nothing for, in so many rows of the run. */
async function emptyColumns({ source }: Run, balances: readonly Balance[]): Promise<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(source.nothingFor ?? {}).flatMap(([table, columns]) => {
      const rows = balances.find((balance) => balance.table === table);
      return columns.map((column) => [column, (rows?.kept ?? 0) + (rows?.merged ?? 0)] as const);
    }),
  );
}

/** As the API shows them. */
function countsOf({ tables, written }: Report): Record<string, Record<string, number>> {
  return Object.fromEntries(
    tables.map(({ table, read, refused, merged, leftOut }) => {
      const main =
        written.find(({ from, isMain }) => from === table && isMain) ?? written.find(({ from }) => from === table);
      const { added = 0, updated = 0 } = main ?? {};
      const unchanged = Math.max(0, read - added - updated - refused - leftOut - (main?.isMain === true ? 0 : merged));
      return [table, { read, added, updated, unchanged, refused, merged, leftOut }];
    }),
  );
}
