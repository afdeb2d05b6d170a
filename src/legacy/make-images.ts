/**
 * Transformation, first half: what each row is to become, in one statement a step, next to what is already ours. Rows that
 * are as they were are left out; refused ones are kept with their reasons. Nothing of ours is touched yet.
 */
import type { Run } from './run.ts';
import { insist, stopIfAsked } from './run.ts';
import { finishStep, stepOf } from './run-record.ts';
import type { Step } from './source.ts';

export const imageStep = (step: string): string => `image ${step}`;

/** Rows of the source table that were read, and what becomes of them; `adjusted` are rows of ours beside them. */
export interface StepFigures {
  readonly read: number;
  readonly added: number;
  readonly updated: number;
  readonly adjusted: number;
  readonly unchanged: number;
  readonly refused: number;
}

export async function makeImages(run: Run): Promise<void> {
  for (const step of run.source.steps) {
    await insist(run, async () => {
      stopIfAsked(run);
      const made = await stepOf(run.target, run.record.id, imageStep(step.name));
      if (made?.finished !== true) await makeImage(run, step);
    });
  }
}

async function makeImage(run: Run, step: Step): Promise<void> {
  const { target, stage, record, mapping, progress, options } = run;
  const began = performance.now();
  const image = stage.image(step.name);
  const columns = Object.keys(step.columns);
  const read = await rowsRead(run, step);
  progress.begin(`transform ${step.name}`, read);
  await target.inTransaction('COMMIT', async () => {
    await target.sql(`DROP TABLE IF EXISTS ${image}`);
    await target.sql(
      `CREATE UNLOGGED TABLE ${image} AS
       WITH image AS (${step.image(stage, mapping)})
       SELECT row_number() OVER () AS seq, ${stage.id(step.key?.of ?? step.target, 'i.source_id')} AS id, i.source_id, i.staged, i.findings, j.refused,
         l.legacy_id IS NOT NULL AS known, j.content_hash, ${columns.map((column) => `i.${column}::${step.columns[column] ?? ''} AS ${column}`).join(', ')}
       -- Each by itself: put together, what decides would be worked out once more for each place that asks.
       FROM (SELECT * FROM image OFFSET 0) i
       CROSS JOIN LATERAL (SELECT i.findings <> '{}' AND array_to_string(i.findings, ' ') LIKE '%REFUSED %' AS refused,
         int8send(hashtextextended(ROW(${contentOf(step)
           .map((column) => `i.${column}`)
           .join(', ')})::text, 0)) AS content_hash OFFSET 0) j
       LEFT JOIN ops.legacy_row l ON l.source = '${stage.source}' AND l.source_table = '${step.from}' AND l.target_table = '${step.target}' AND l.legacy_id = i.source_id
       WHERE j.refused OR l.content_hash IS DISTINCT FROM j.content_hash`,
    );
    await target.sql(`ALTER TABLE ${image} ADD PRIMARY KEY (seq)`);
    if (options.dryRun && isParent(run, step)) await target.sql(`CREATE INDEX ON ${image} (id)`);
    await target.sql(`ANALYZE ${image}`);
    await keepFindings(run, step);
    const figures = await figuresOf(run, step, read);
    await finishStep(target, record.id, imageStep(step.name), { total: read, figures, began });
  });
  progress.advance(read);
  progress.end();
}

/** When a row was made and changed is no content: a row that was saved as it was is as it was. */
const contentOf = (step: Step) =>
  Object.keys(step.columns).filter(
    (column) => !/^(created|updated)_at$/.test(column) && step.once?.includes(column) !== true,
  );

const isParent = ({ source }: Run, { target }: Step) =>
  source.steps.some(({ parents }) => Object.values(parents).includes(target));

async function rowsRead({ target, stage }: Run, step: Step): Promise<number> {
  const { rows } = await target.one<{ rows: number }>(`SELECT count(*)::float8 AS rows FROM ${stage.rows(step.from)}`);
  return rows;
}

/** A child's legacy id begins with its row's: "17#files/a.stl". */
async function keepFindings({ target, stage, record, source }: Run, step: Step): Promise<void> {
  const key = source.tables.find(({ name }) => name === step.from)?.key ?? 'id';
  await target.sql(
    `INSERT INTO legacy.finding (run_id, source_table, legacy_id, kind, code, column_name, content)
     SELECT $1, '${step.from}', i.source_id, split_part(f, ' ', 1), split_part(f, ' ', 2), split_part(f, ' ', 3),
       CASE WHEN f LIKE 'REFUSED %' THEN coalesce(to_jsonb(s), '{}') END
     FROM ${stage.image(step.name)} i CROSS JOIN LATERAL unnest(i.findings) f
     LEFT JOIN ${stage.rows(step.from)} s ON s.${key} = ${step.isMain ? 'i.source_id' : `split_part(i.source_id, '#', 1)`}
     WHERE i.findings <> '{}'`,
    [record.id],
  );
}

async function figuresOf({ target, stage }: Run, step: Step, read: number): Promise<StepFigures> {
  const found = await target.one<Omit<StepFigures, 'read' | 'unchanged'>>(
    `SELECT count(*) FILTER (WHERE NOT refused AND staged AND NOT known)::float8 AS added,
       count(*) FILTER (WHERE NOT refused AND staged AND known)::float8 AS updated,
       count(*) FILTER (WHERE NOT refused AND NOT staged)::float8 AS adjusted,
       count(*) FILTER (WHERE refused)::float8 AS refused FROM ${stage.image(step.name)}`,
  );
  const unchanged = step.isMain ? read - found.added - found.updated - found.refused : 0;
  return { read, unchanged, ...found };
}
