/** `lotkeeper legacy runs | report | rollback`, and how every migration ends at the terminal. */
import { StartRefusal } from '../db/start-refusal.ts';
import { csvLines, type CsvFigures } from '../legacy/csv/csv-report.ts';
import { LegacyFailure, LegacyLocked, LegacyStopped, LegacyUsage } from '../legacy/failure.ts';
import { mdw } from '../legacy/mdw/mdw-source.ts';
import { wordsFor } from '../legacy/pipeline.ts';
import { asMarkdown, type Report } from '../legacy/report.ts';
import { rollBack } from '../legacy/rollback.ts';
import { findRun, isUnderWay, listRuns, type RunRecord } from '../legacy/run-record.ts';
import { stockLines, type StockFigures } from '../legacy/stock/stock-report.ts';
import { Target } from '../legacy/target.ts';
import { patientKey } from '../server/kept-secrets.ts';
import { withClosers } from './closers.ts';
import { commandConfig, openDatabase } from './database.ts';
import { sentenceFor } from './fail.ts';
import type { JsonOption } from './options.ts';
import { complain, paint, say, sayJson } from './out.ts';

export async function legacyRuns({ json }: JsonOption): Promise<void> {
  await onTarget(false, async (target) => {
    const runs = await listRuns(target);
    const underWay = await isUnderWay(target);
    if (json === true)
      sayJson(runs.map((run) => ({ ...run, options: undefined, mapping: undefined, report: undefined })));
    else if (runs.length === 0) say('There has been no run.');
    for (const run of json === true ? [] : runs) {
      const words = [run.source, run.type, ...(run.dryRun ? ['dry run'] : [])].join(', ');
      const isLost = run.status === 'RUNNING' && !underWay;
      const phase = /COMPLETED|ROLLED_BACK/.test(run.status) || run.phase === null ? '' : ` in ${run.phase}`;
      say(
        `${String(run.number).padStart(4)}  ${run.startedAt.toISOString()}  ${isLost ? 'broken off' : run.status.toLowerCase().replace('_', ' ')}${phase}  ${words}`,
      );
      if (run.error !== null) say(`      ${run.error}`);
    }
  });
}

export async function legacyReport(name: string, { json }: JsonOption): Promise<void> {
  await onTarget(false, async (target) => {
    const run = await runNamed(target, name);
    if (run.report === null) throw withoutReport(run);
    if (json === true) sayJson(run.report);
    else {
      if (run.status === 'ROLLED_BACK') say('This run has been taken back since.\n');
      say(reportInWords(run));
    }
  });
}

function withoutReport({ number, source, status, error }: RunRecord): LegacyFailure {
  const isResumed = source === 'mdw' && (status === 'RUNNING' || status === 'FAILED');
  return new LegacyFailure({
    what: `Run ${number} has no report: it is ${status.toLowerCase().replace('_', ' ')}${error === null ? '' : ` (${error})`}.`,
    todo: isResumed ? 'Finish it with --resume.' : `Start another with lotkeeper legacy ${source}.`,
  });
}

/** Each source has written its own. */
function reportInWords({ number, source, dryRun, report }: RunRecord): string {
  if (source === 'mdw') return asMarkdown(report as Report);
  const lines = source === 'stock' ? stockLines(report as StockFigures) : csvLines(report as CsvFigures);
  return [headOf({ number, dryRun }), ...lines.map((line) => `  ${line}`)].join('\n');
}

export const headOf = ({ number, dryRun }: Pick<RunRecord, 'number' | 'dryRun'>): string =>
  `${paint('green', 'Done:')} run ${number}${dryRun ? ', a dry run: nothing was kept' : ''}.`;

export async function legacyRollback(name: string, { json }: JsonOption): Promise<void> {
  await onTarget(true, async (target) => {
    const run = await runNamed(target, name);
    const source = run.source === mdw.name ? mdw : null;
    const { tables } = await rollBack(target, run, source, await patientKey(await commandConfig()));
    if (json === true) sayJson({ run: run.number, tables });
    else {
      say(`Run ${run.number} has been taken back.`);
      const changed = tables.filter(({ deleted, restored }) => deleted + restored > 0);
      if (changed.length === 0) say('  It had changed nothing.');
      for (const { target: table, deleted, restored } of changed)
        say(`  ${table}: ${deleted} rows deleted, ${restored} as they were before it`);
    }
  });
}

async function runNamed(target: Target, name: string): Promise<RunRecord> {
  const run = await findRun(target, name);
  if (run === null) throw new LegacyUsage(`There is no run ${name}: lotkeeper legacy runs lists them.`);
  return run;
}

async function onTarget(locks: boolean, work: (target: Target) => Promise<void>): Promise<void> {
  await endingWithItsCode(() =>
    withClosers(async (closers) => {
      const { ownerUrl } = await openDatabase(await commandConfig(), closers);
      const target = await Target.open(ownerUrl, { locks });
      closers.add(() => target.close());
      await work(target);
    }),
  );
}

export async function endingWithItsCode(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.exitCode = error instanceof LegacyUsage ? 2 : error instanceof LegacyLocked ? 75 : 1;
    complain(`${paint('red', 'Lotkeeper:', process.stderr)} ${sentenceOf(error)}`);
  }
}

function sentenceOf(error: unknown): string {
  const isOurs = [LegacyFailure, LegacyUsage, LegacyLocked, LegacyStopped, StartRefusal].some(
    (kind) => error instanceof kind,
  );
  if (isOurs && error instanceof Error) return error.message;
  const isDatabases = error instanceof Error && 'severity' in error;
  return isDatabases ? wordsFor(error) : sentenceFor(error);
}
