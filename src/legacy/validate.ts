/**
 * Validation: what was read is what was staged; each row read is kept, refused or merged; each column of ours holds what its
 * image holds; what points somewhere points to a row; and a hundred rows are read from the old database once more and held
 * against ours field by field. A difference fails the run.
 */
import { balanceOf, type Balance } from './balance.ts';
import type { SourceColumns } from './check-source.ts';
import { comparedSums, differences, noSums, type Sums } from './compare.ts';
import { extractStep, sumsIn, sumsOf, type ExtractFigures } from './extract.ts';
import { LegacyFailure } from './failure.ts';
import { insist, stopIfAsked, type Run } from './run.ts';
import { finishStep, stepOf } from './run-record.ts';
import { keyOf, tableOf, type Step } from './source.ts';
import { spotCheck, type SpotFigures } from './spot-check.ts';
import { writeStep, type WriteFigures } from './write-batches.ts';

export interface Validated {
  readonly balances: readonly Balance[];
  readonly columns: Readonly<Record<string, Sums>>;
  readonly spot: SpotFigures;
}

export const validateStep = 'validate';

export async function validate(run: Run, tables: readonly SourceColumns[]): Promise<Validated> {
  const known = await stepOf(run.target, run.record.id, validateStep);
  if (known?.finished === true) return known.figures as unknown as Validated;
  return insist(run, async () => {
    const began = performance.now();
    const { progress, source, target, record } = run;
    progress.begin('validate', tables.length + source.steps.length * 2 + 1, 0, 'checks');
    const check = async <T>(work: Promise<T>): Promise<T> => {
      const result = await work;
      stopIfAsked(run);
      progress.advance(1);
      return result;
    };
    const balances: Balance[] = [];
    for (const each of tables) {
      await compareStaged(run, each);
      balances.push(await check(balanceOf(run, each.table)));
    }
    const columns: Record<string, Sums> = {};
    for (const step of source.steps) {
      columns[step.target] = await check(compareColumns(run, step));
      await check(compareLinks(run, step));
    }
    const spot = await check(spotCheck(run, tables));
    const validated: Validated = { balances, columns, spot };
    await finishStep(target, record.id, validateStep, { total: spot.rows, figures: validated, began });
    progress.end();
    return validated;
  });
}

const where = 'validation';
const keepStaging = (run: Run) =>
  `The staging tables legacy.r${run.record.number}_… are kept to look at; lotkeeper legacy rollback ${run.record.number} takes the run back.`;

async function compareStaged(run: Run, { table, columns }: SourceColumns): Promise<void> {
  const { target, stage, record } = run;
  const ours = [...columns.keys()];
  const step = await stepOf(target, record.id, extractStep(table.name));
  const read = step?.figures as unknown as ExtractFigures;
  const found = await target.one<Record<string, string>>(
    `SELECT count(*)::text AS "rows", ${sumsOf(ours)} FROM ${stage.rows(table.name)} s`,
  );
  const staged = sumsIn(found, ours);
  const differing = ours.filter((column) => String(staged[column]) !== String(read.sums[column]));
  if (Number(found['rows']) === read.rows && differing.length === 0) return;
  throw new LegacyFailure({
    what: `What was staged is not what was read: ${Number(found['rows'])} of ${read.rows} rows; ${differing.join(', ') || 'no column'} differ.`,
    where: `${where}, ${table.name}`,
    todo: keepStaging(run),
  });
}

async function compareColumns(run: Run, step: Step): Promise<Sums> {
  const { target, stage, options, record } = run;
  const written = await stepOf(target, record.id, writeStep(step.name));
  const sums = options.dryRun
    ? ((written?.figures as WriteFigures | undefined)?.sums ?? noSums)
    : await comparedSums(target, stage, step, null);
  const differing = differences(sums);
  if (differing.length === 0) return sums;
  throw new LegacyFailure({
    what: `${step.target} does not hold what was to be written: ${differing.join(', ')} differ.`,
    where: `${where}, ${step.target}`,
    ...(options.dryRun ? {} : { row: await firstThatDiffers(run, step) }),
    todo: keepStaging(run),
  });
}

async function firstThatDiffers({ target, stage }: Run, step: Step): Promise<string> {
  const columns = Object.keys(step.columns);
  const [row] = await target.sql<{ id: string }>(
    `SELECT i.source_id AS id FROM ${stage.image(step.name)} i LEFT JOIN ${tableOf(step)} t ON t.${keyOf(step)} = i.id
     WHERE NOT i.refused AND (t.${keyOf(step)} IS NULL OR ${columns.map((column) => `i.${column} IS DISTINCT FROM t.${column}`).join(' OR ')}) ORDER BY i.seq LIMIT 1`,
  );
  return `${step.from} ${row?.id ?? '?'}`;
}

/** That rows point to rows, the database's foreign keys see to; that records of identity do, nothing else does. */
async function compareLinks(run: Run, step: Step): Promise<void> {
  const { target, stage } = run;
  const lost = await target.sql<{ id: string }>(
    `SELECT l.legacy_id AS id FROM ops.legacy_row l LEFT JOIN ${tableOf(step)} t ON t.${keyOf(step)} = l.target_id
     WHERE l.source = $1 AND l.source_table = $2 AND l.target_table = $3 AND l.content_hash IS NOT NULL AND t.${keyOf(step)} IS NULL LIMIT 1`,
    [stage.source, step.from, step.target],
  );
  const dangling: string[] = [];
  for (const [column, parent] of Object.entries(step.parents)) {
    const parentKey = run.source.steps.find((each) => each.target === parent);
    const key = parentKey === undefined ? 'id' : keyOf(parentKey);
    const { rows } = await target.one<{ rows: number }>(
      `SELECT count(*)::float8 AS rows FROM ${tableOf(step)} c LEFT JOIN ${tableOf({ target: parent })} p ON p.${key} = c.${column} WHERE c.${column} IS NOT NULL AND p.${key} IS NULL`,
    );
    if (rows > 0) dangling.push(`${column} of ${rows}`);
  }
  if (lost.length === 0 && dangling.length === 0) return;
  throw new LegacyFailure({
    what:
      lost.length > 0 ? 'A row that was brought in is no longer there.' : `Rows point to none: ${dangling.join(', ')}.`,
    where: `${where}, ${step.target}`,
    row: lost[0] === undefined ? step.from : `${step.from} ${lost[0].id}`,
    todo: 'Somebody has deleted rows of ours past the application: restore them, or bring the row in again after deleting its line in ops.legacy_row.',
  });
}
