/** Runs of a migration within the test's own process. */
import { pino } from 'pino';
import { localEmbeddings } from '../../src/domain/workflow/local-embeddings.ts';
import { mdw } from '../../src/legacy/mdw/mdw-source.ts';
import { silentProgress } from '../../src/legacy/progress.ts';
import { readLegacyOptions, readSourceAddress, type LegacyFlags } from '../../src/legacy/legacy-options.ts';
import { migrateFrom, type Migration } from '../../src/legacy/pipeline.ts';
import type { Report } from '../../src/legacy/report.ts';
import { rollBack, type RolledBack } from '../../src/legacy/rollback.ts';
import { findRun } from '../../src/legacy/run-record.ts';
import { Target } from '../../src/legacy/target.ts';
import { openStore } from '../../src/storage/storage-config.ts';
import type { TestDatabase } from '../database.ts';

const patientKey = 'the key of the patients of a test';

export function migrationOf(
  database: Pick<TestDatabase, 'ownerUrl'>,
  old: { readonly url: string },
  flags: LegacyFlags = {},
): Migration {
  return {
    source: mdw,
    address: readSourceAddress({ LEGACY_DATABASE_URL: old.url }),
    options: readLegacyOptions(flags, {}),
    targetUrl: database.ownerUrl,
    log: pino({ level: 'silent' }),
    progress: silentProgress,
    stopping: new AbortController().signal,
    begun: async () => undefined,
    ...{ patientKey, embeddings: localEmbeddings },
    store: openStore({ kind: 'folder', folder: '/nowhere' }, 0),
    folders: [],
  };
}

export async function migrate(
  database: Pick<TestDatabase, 'ownerUrl'>,
  old: { readonly url: string },
  flags: LegacyFlags = {},
): Promise<Report> {
  return (await migrateFrom(migrationOf(database, old, flags))).report;
}

export async function takeBack(database: Pick<TestDatabase, 'ownerUrl'>, run: number): Promise<RolledBack> {
  const target = await Target.open(database.ownerUrl, { locks: true });
  try {
    const found = await findRun(target, String(run));
    if (found === null) throw new Error(`There is no run ${run}`);
    return await rollBack(target, found, mdw, patientKey);
  } finally {
    await target.close();
  }
}

/** What of a report must be the same for a dry run as for the run itself: all but when, and which run. */
export function figuresOf({ run, ...figures }: Report): unknown {
  return { ...figures, phases: null, type: run.type, source: run.source, batchSize: run.batchSize };
}
