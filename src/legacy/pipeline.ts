/**
 * A run of a migration from its beginning to its end: the phases in order, each of which finds on record what of it is done.
 * What breaks off leaves its state, so that `--resume` goes on behind the last whole batch.
 */
import type { Logger } from 'pino';
import type { EmbeddingProvider } from '../domain/workflow/embedding-provider.ts';
import type { FileStore } from '../storage/file-store.ts';
import { complete } from './complete.ts';
import { copyFiles } from './copy-files.ts';
import { deduplicate } from './deduplicate.ts';
import { embed } from './embed.ts';
import { extract } from './extract.ts';
import { LegacyFailure, LegacyStopped, LegacyUsage } from './failure.ts';
import type { LegacyOptions, SourceAddress } from './legacy-options.ts';
import { makeImages } from './make-images.ts';
import { readMapping, type Mapping } from './mapping.ts';
import type { Phase } from './phases.ts';
import { prepare, type Prepared } from './prepare.ts';
import type { Progress } from './progress.ts';
import type { Report } from './report.ts';
import { isConnectionFault, retrying } from './retry.ts';
import {
  beginRun,
  enterPhase,
  failRun,
  findRun,
  finishStep,
  goOn,
  lastCompletedRun,
  unfinishedRun,
  type RunRecord,
} from './run-record.ts';
import { insist, type Run } from './run.ts';
import type { LegacySource } from './source.ts';
import { dropStaging } from './staging.ts';
import { Stage } from './stage.ts';
import { Target } from './target.ts';
import { validate, type Validated } from './validate.ts';
import { writeAll } from './write-batches.ts';

export interface Migration {
  readonly source: LegacySource;
  readonly address: SourceAddress;
  readonly options: LegacyOptions;
  /** Owns the tables. */
  readonly targetUrl: string;
  readonly log: Logger;
  readonly progress: Progress;
  readonly stopping: AbortSignal;
  /** Hears of the run's number as soon as there is one. */
  readonly begun: (record: RunRecord) => Promise<void>;
  /** Under which analytics know a patient again. */
  readonly patientKey: string;
  readonly embeddings: EmbeddingProvider;
  /** Where projects' files go. */
  readonly store: FileStore;
  /** Folders of this machine whose disks fill. */
  readonly folders: readonly string[];
}

export interface Migrated {
  readonly record: RunRecord;
  readonly report: Report;
}

export async function migrateFrom(migration: Migration): Promise<Migrated> {
  const { source, options, log } = migration;
  const mapping = readMapping(source, options.mapping);
  const target = await retrying(retryingBefore(migration), () => Target.open(migration.targetUrl, { locks: true }));
  try {
    const began = performance.now();
    const prepared = await retrying(retryingBefore(migration), () => prepare(migration, target, mapping));
    const record = await recordFor(migration, target, prepared.mapping);
    await migration.begun(record);
    const run = await runOf(migration, target, record, prepared);
    log.info(
      { run: record.number, source: source.name, ...run.options },
      `run ${record.number} ${options.resume ? 'goes on' : 'begins'}: ${source.name}, ${record.type}${record.dryRun ? ', dry run' : ''}`,
    );
    try {
      return await allPhases(run, prepared, migration, began);
    } catch (error) {
      await keepFailure(run, error);
      throw error;
    }
  } finally {
    await target.close();
  }
}

/** Before there is a run: the connections are made anew each time. */
function retryingBefore({ options, log }: Migration) {
  return {
    maxRetries: options.maxRetries,
    again: async () => undefined,
    onRetry: (attempt: number, pauseMs: number, error: unknown) => {
      log.warn({ attempt, pauseMs: Math.round(pauseMs), err: error }, 'a connection cannot be made; trying again');
    },
  };
}

async function recordFor({ source, options }: Migration, target: Target, mapping: Mapping): Promise<RunRecord> {
  const unfinished = await unfinishedRun(target, source.name);
  if (options.resume) {
    if (unfinished === null) throw new LegacyUsage(`No run of ${source.name} is unfinished: leave --resume out.`);
    await goOn(target, unfinished);
    return unfinished;
  }
  if (unfinished?.dryRun === false) {
    throw new LegacyFailure({
      what: `Run ${unfinished.number} is not finished.`,
      where: 'preparation',
      todo: `Go on with it (--resume), or take it back (lotkeeper legacy rollback ${unfinished.number}).`,
    });
  }
  if (unfinished !== null) {
    await dropStaging(target, unfinished.number);
    await failRun(
      target,
      unfinished.id,
      unfinished.error ?? 'The dry run was given up for another run.',
      'ROLLED_BACK',
    );
  }
  return beginRun(target, source.name, options, mapping);
}

/** A run that goes on keeps the options that it began with, but for what concerns the terminal and the connections. */
async function runOf(migration: Migration, target: Target, record: RunRecord, prepared: Prepared): Promise<Run> {
  const { source, address, log, progress, stopping, options } = migration;
  const columns = new Map(prepared.tables.map(({ table, columns: known }) => [table.name, new Set(known.keys())]));
  return {
    ...{ record, source, address, target, log, progress, stopping },
    mapping: record.mapping,
    options: {
      ...record.options,
      ...{ resume: options.resume, logLevel: options.logLevel, maxRetries: options.maxRetries, report: options.report },
    },
    before: record.type === 'incremental' ? await lastCompletedRun(target, source.name) : null,
    stage: new Stage(
      record,
      source.name,
      columns,
      `(SELECT snapshot_at FROM legacy.run WHERE run_id = '${record.id}')`,
    ),
  };
}

async function allPhases(run: Run, prepared: Prepared, migration: Migration, began: number): Promise<Migrated> {
  const { record, target } = run;
  const inPhase = async <T>(phase: Phase, work: () => Promise<T>): Promise<T> => {
    await insist(run, () => enterPhase(target, record.id, phase));
    const from = performance.now();
    const result = await work();
    run.log.info({ phase, seconds: seconds(from) }, `${phase} done, ${seconds(from)} s`);
    return result;
  };
  await finishStep(target, record.id, 'prepare', { total: 0, figures: prepared.figures, began });
  await inPhase('extraction', () => extract(run, prepared.tables));
  const snapshot = await findRun(target, record.id);
  const fixed: Run = { ...run, stage: stageAt(run, snapshot?.snapshotAt ?? null) };
  await inPhase('transformation', async () => {
    await makeImages(fixed);
    await writeAll(fixed);
    await finish(fixed);
    await copyFiles(fixed, migration.store);
  });
  await inPhase('deduplication', () => deduplicate(fixed, migration.patientKey));
  await inPhase('embeddings', () => embed(fixed, migration.embeddings));
  const validated: Validated = await inPhase('validation', () => validate(fixed, prepared.tables));
  const report = await inPhase('completion', () => complete(fixed, prepared, validated));
  return { report, record: (await findRun(target, record.id)) ?? record };
}

/** What is told of all rows together, told anew. */
async function finish({ source, target, options, record }: Run): Promise<void> {
  if (options.dryRun || source.afterWriting === undefined) return;
  const began = performance.now();
  await target.sql(source.afterWriting);
  await finishStep(target, record.id, 'after writing', { total: 0, figures: {}, began });
}

/** A literal: planned better, and the same in all statements. */
function stageAt({ record, source, stage }: Run, snapshotAt: string | null): Stage {
  if (snapshotAt === null) throw new Error('The extraction has left no moment');
  return new Stage(record, source.name, stage.columns, `timestamptz '${snapshotAt}'`);
}

/** If even that cannot be written, the run stays RUNNING without a lock: --resume finds it all the same. */
async function keepFailure({ record, target, log }: Run, error: unknown): Promise<void> {
  const words = wordsFor(error);
  // The terminal hears it as the last sentence of the command.
  log.error({ run: record.number, isLast: true, err: error instanceof LegacyStopped ? undefined : error }, words);
  await failRun(target, record.id, words).catch(() => undefined);
}

/** Of a database's error its code alone: its message may repeat what a row holds. */
export function wordsFor(error: unknown): string {
  if (error instanceof LegacyFailure || error instanceof LegacyStopped) return error.message;
  if (isConnectionFault(error))
    return 'The connection to a database was lost and could not be made again. Go on with --resume.';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const where = error instanceof Error && 'constraint' in error ? ` ${String(error.constraint)}` : '';
  return code === ''
    ? String(error)
    : `The database answered ${code}${where === ' undefined' ? '' : where}. Go on with --resume once that is mended.`;
}

const seconds = (from: number) => Number(((performance.now() - from) / 1000).toFixed(1));
