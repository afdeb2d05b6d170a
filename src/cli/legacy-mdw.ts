/** `lotkeeper legacy mdw`: a run of the pipeline at the terminal, with its report, log and exit codes. */
import { chooseEmbeddings } from '../embeddings/choose-embeddings.ts';
import { readEmbeddingsConfig } from '../embeddings/embeddings-config.ts';
import { collectEarly } from '../legacy/collect-early.ts';
import { readLegacyOptions, readSourceAddress } from '../legacy/legacy-options.ts';
import { mdw } from '../legacy/mdw/mdw-source.ts';
import { migrateFrom } from '../legacy/pipeline.ts';
import { createProgress } from '../legacy/progress.ts';
import { nextSteps, refusedRows, type Report, type WrittenRows } from '../legacy/report.ts';
import type { RunRecord } from '../legacy/run-record.ts';
import { openStore, readStorageConfig } from '../storage/storage-config.ts';
import { patientKey } from '../server/kept-secrets.ts';
import { withClosers } from './closers.ts';
import { commandConfig, openDatabase } from './database.ts';
import { LegacyFolder } from './legacy-folder.ts';
import { endingWithItsCode, headOf } from './legacy.ts';
import type { LegacyMdwFlags } from './options.ts';
import { complain, paint, say, sayJson } from './out.ts';
import { stopSignal } from './stop-signal.ts';

export async function legacyMdw(flags: LegacyMdwFlags): Promise<void> {
  collectEarly();
  await endingWithItsCode(async () => {
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
        ...{ source: mdw, address, options, targetUrl: database.ownerUrl, stopping: stopping.signal },
        ...{ log: folder.log, store, embeddings, patientKey: await patientKey(config) },
        progress: createProgress(process.stderr),
        begun: async (begun) => folder.name(begun),
        folders: [folder.path, ...(database.embedded === null ? [] : [config.dataFolder])],
      });
      await folder.keep(report, database.ownerUrl);
      if (flags.json === true) sayJson(report);
      else tell(record, report, folder.path);
      if (refusedRows(report) > 0) process.exitCode = 3;
    });
  });
}

function tell(record: RunRecord, report: Report, path: string): void {
  say(headOf(record));
  for (const { table, read, kept, merged, refused, leftOut } of report.tables) {
    say(`  ${table}: ${read} read, ${kept} kept, ${merged} merged, ${refused} refused, ${leftOut} needed by none`);
  }
  say(`  ${changesOf(record, report)}`);
  const refused = refusedRows(report);
  if (refused > 0)
    complain(paint('yellow', `${refused} rows were refused: each is named in refused.jsonl.`, process.stderr));
  say(`Report, log and refused rows: ${path}`);
  for (const step of nextSteps(report)) say(`Next: ${step}`);
}

function changesOf({ dryRun }: RunRecord, { written }: Report): string {
  const sum = (count: (rows: WrittenRows) => number) => written.reduce((total, rows) => total + count(rows), 0);
  const [added, updated, gone] = [
    sum((rows) => rows.added),
    sum((rows) => rows.updated + rows.adjusted),
    sum((rows) => rows.gone),
  ];
  if (added + updated + gone === 0) return 'Nothing has changed since it was last brought in.';
  return `Of ours ${added} rows ${dryRun ? 'would be ' : ''}added, ${updated} changed, ${gone} taken away.`;
}
