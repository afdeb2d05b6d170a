/** `lotkeeper legacy …`: runs of migrations at the terminal, with their reports, logs and exit codes. */
import { StartRefusal } from '../db/start-refusal.ts';
import { chooseEmbeddings } from '../embeddings/choose-embeddings.ts';
import { readEmbeddingsConfig } from '../embeddings/embeddings-config.ts';
import { LegacyFailure, LegacyLocked, LegacyStopped, LegacyUsage } from '../legacy/failure.ts';
import { readLegacyOptions, readSourceAddress, type LegacyFlags, type SourceName } from '../legacy/legacy-options.ts';
import { mdw } from '../legacy/mdw/mdw-source.ts';
import { migrateFrom, wordsFor } from '../legacy/pipeline.ts';
import { createProgress } from '../legacy/progress.ts';
import { asMarkdown, refusedRows, type Report } from '../legacy/report.ts';
import { rollBack } from '../legacy/rollback.ts';
import { findRun, listRuns, type RunRecord } from '../legacy/run-record.ts';
import type { LegacySource } from '../legacy/source.ts';
import { Target } from '../legacy/target.ts';
import { openStore, readStorageConfig } from '../storage/storage-config.ts';
import { patientKey } from '../server/kept-secrets.ts';
import { withClosers } from './closers.ts';
import { commandConfig, openDatabase } from './database.ts';
import { sentenceFor } from './fail.ts';
import { LegacyFolder } from './legacy-folder.ts';
import type { JsonOption } from './options.ts';
import { complain, paint, say, sayJson } from './out.ts';
import { stopSignal } from './stop-signal.ts';

const sources: Readonly<Partial<Record<SourceName, LegacySource>>> = { mdw };

export async function legacyRun(name: SourceName, flags: LegacyFlags): Promise<void> {
  await endingWithItsCode(async () => {
    const source = sourceOf(name);
    const options = readLegacyOptions(flags, process.env);
    const address = readSourceAddress(process.env);
    await withClosers(async (closers) => {
      const config = await commandConfig();
      const store = openStore(readStorageConfig(process.env, config.dataFolder), options.maxRetries);
      const embeddings = chooseEmbeddings(readEmbeddingsConfig(process.env), { maxRetries: options.maxRetries });
      const folder = await LegacyFolder.open(options, config.dataFolder);
      closers.add(() => folder.close());
      const database = await openDatabase(config, closers);
      const stopping = new AbortController();
      void stopSignal().then(() => {
        stopping.abort();
      });
      const { record, report } = await migrateFrom({
        ...{ source, address, options, targetUrl: database.ownerUrl, stopping: stopping.signal },
        ...{ log: folder.log, store, embeddings, patientKey: await patientKey(config) },
        progress: createProgress(process.stderr),
        begun: async (begun) => folder.name(begun),
        folders: [folder.path, ...(database.embedded === null ? [] : [config.dataFolder])],
      });
      await folder.keep(report, database.ownerUrl);
      tell(record, report, folder.path);
      if (refusedRows(report) > 0) process.exitCode = 3;
    });
  });
}

function sourceOf(name: string): LegacySource {
  const source = Object.values(sources).find((each) => each.name === name);
  if (source === undefined) throw new LegacyUsage(`There is no source ${name}.`);
  return source;
}

function tell({ number, dryRun }: RunRecord, report: Report, path: string): void {
  say(`${paint('green', 'Done:')} run ${number}${dryRun ? ', a dry run: nothing was kept' : ''}.`);
  for (const { table, read, kept, merged, refused, leftOut } of report.tables) {
    say(`  ${table}: ${read} read, ${kept} kept, ${merged} merged, ${refused} refused, ${leftOut} needed by none`);
  }
  const refused = refusedRows(report);
  if (refused > 0)
    complain(paint('yellow', `${refused} rows were refused: each is named in refused.jsonl.`, process.stderr));
  say(`Report, log and refused rows: ${path}`);
}

export async function legacyRuns({ json }: JsonOption): Promise<void> {
  await onTarget(false, async (target) => {
    const runs = await listRuns(target);
    if (json === true)
      sayJson(runs.map((run) => ({ ...run, options: undefined, mapping: undefined, report: undefined })));
    else if (runs.length === 0) say('There has been no run.');
    for (const run of json === true ? [] : runs) {
      const words = [run.source, run.type, ...(run.dryRun ? ['dry run'] : [])].join(', ');
      const phase = run.status === 'COMPLETED' || run.phase === null ? '' : ` in ${run.phase}`;
      say(
        `${String(run.number).padStart(4)}  ${run.startedAt.toISOString()}  ${run.status.toLowerCase()}${phase}  ${words}`,
      );
      if (run.error !== null) say(`      ${run.error}`);
    }
  });
}

export async function legacyReport(name: string, { json }: JsonOption): Promise<void> {
  await onTarget(false, async (target) => {
    const run = await runNamed(target, name);
    if (run.report === null) {
      throw new LegacyFailure({
        what: `Run ${run.number} has no report: it is ${run.status.toLowerCase()}${run.error === null ? '' : ` (${run.error})`}.`,
        todo: 'Finish it with --resume.',
      });
    }
    if (json === true) sayJson(run.report);
    else say(asMarkdown(run.report as Report));
  });
}

export async function legacyRollback(name: string, { json }: JsonOption): Promise<void> {
  await onTarget(true, async (target) => {
    const run = await runNamed(target, name);
    const { tables } = await rollBack(target, run, sourceOf(run.source), await patientKey(await commandConfig()));
    if (json === true) sayJson({ run: run.number, tables });
    else {
      say(`Run ${run.number} has been taken back.`);
      for (const { target: table, deleted, restored } of tables)
        say(`  ${table}: ${deleted} deleted, ${restored} as before`);
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
