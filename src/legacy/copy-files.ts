/** The files that projects name are copied into the store where the folder is given from which they come; missing ones are told. */
import type { FileStore } from '../storage/file-store.ts';
import { storeFiles, type MissingFile } from './files/store-files.ts';
import { finishStep, stepOf } from './run-record.ts';
import { insist, stopIfAsked, type Run } from './run.ts';

export const filesStep = 'copy files';
const atOnce = 1_000;
const codes: Readonly<Record<MissingFile['reason'], string>> = {
  ABSENT: 'MISSING_FILE',
  OUTSIDE: 'FILE_OUTSIDE',
  NOT_A_FILE: 'NO_FILE',
  UNREADABLE: 'UNREADABLE_FILE',
  TOO_LARGE: 'TOO_LARGE_FILE',
};

export interface FilesReport {
  readonly files: number;
  readonly stored: number;
  readonly unchanged: number;
  readonly missing: number;
  readonly bytes: number;
}

export async function copyFiles(run: Run, store: FileStore): Promise<void> {
  const { target, record, source, options, progress } = run;
  const step = source.steps.find((each) => each.target === 'workflow.project_file');
  const { files: folder } = options;
  if (step === undefined || folder === null) return;
  await insist(run, async () => {
    const known = await stepOf(target, record.id, filesStep);
    if (known?.finished === true) return;
    const began = performance.now();
    await target.sql('DELETE FROM legacy.finding WHERE run_id = $1 AND code = ANY($2)', [
      record.id,
      Object.values(codes),
    ]);
    const missing: MissingFile[] = [];
    const image = run.stage.image(step.name);
    const ours = 'SELECT id, project_id, path, version FROM workflow.project_file';
    let before = 0;
    progress.begin('copy files', 0, 0, 'files');
    try {
      const figures: FilesReport = await storeFiles({
        ...{ client: target.client, store, folder, dryRun: options.dryRun, signal: run.stopping },
        files: options.dryRun
          ? `${ours} UNION SELECT id, project_id, path, version FROM ${image} WHERE NOT refused`
          : ours,
        onMissing: (file) => missing.push(file),
        progress: (done) => {
          progress.advance(done - before);
          before = done;
        },
      });
      for (let at = 0; at < missing.length; at += atOnce) await tell(run, missing.slice(at, at + atOnce));
      await finishStep(target, record.id, filesStep, { total: figures.files, figures, began });
    } catch (error) {
      stopIfAsked(run);
      throw error;
    }
    progress.end();
  });
}

/** By its project: the path may hold a patient's name. */
async function tell({ target, record, stage }: Run, missing: readonly MissingFile[]): Promise<void> {
  await target.sql(
    `INSERT INTO legacy.finding (run_id, source_table, legacy_id, kind, code, column_name)
     SELECT $1, 'dispatch_project', coalesce(i.source_id, l.legacy_id, '?'), 'NOTED', m.code, 'files'
     FROM jsonb_to_recordset($2) AS m("projectId" uuid, code text)
     LEFT JOIN ${stage.image('projects')} i ON i.id = m."projectId"
     LEFT JOIN ops.legacy_row l ON l.source = $3 AND l.source_table = 'dispatch_project' AND l.target_table = 'workflow.project' AND l.target_id = m."projectId"`,
    [
      record.id,
      JSON.stringify(missing.map(({ projectId, reason }) => ({ projectId, code: codes[reason] }))),
      stage.source,
    ],
  );
}
