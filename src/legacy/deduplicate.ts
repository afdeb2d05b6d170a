/** Deduplication: patients that are one person are merged or proposed, where the source has brought patients. */
import { dedupePatients } from './dedupe/dedupe-patients.ts';
import { finishStep, stepOf } from './run-record.ts';
import { insist, stopIfAsked, type Run } from './run.ts';
import type { Step } from './source.ts';

export const deduplicateStep = 'deduplicate';

export interface DuplicateFigures {
  readonly compared: number;
  readonly merged: number;
  /** Waiting for a person's decision. */
  readonly proposed: number;
  /** Of the rows that were read: those that are merged now, by this run or before it. */
  readonly mergedOfRead: number;
}

export async function deduplicate(run: Run, patientKey: string): Promise<void> {
  const step = run.source.steps.find(({ target }) => target === 'people.patient');
  if (step === undefined) return;
  await insist(run, async () => {
    const { target, record, options, progress } = run;
    const known = await stepOf(target, record.id, deduplicateStep);
    if (known?.finished === true) return;
    const began = performance.now();
    let before = 0;
    try {
      const { patients, ...figures } = await dedupePatients({
        client: target.client,
        runId: record.id,
        patientKey,
        dryRun: options.dryRun,
        read: readPatients(run, step),
        ...(options.dryRun ? { patients: asTheyWouldBe(run.stage.image(step.name)) } : {}),
        progress: (done, total) => {
          if (before === 0) progress.begin('deduplicate', total, 0, 'parts');
          progress.advance(done - before);
          before = done;
        },
        signal: run.stopping,
      });
      await finishStep(target, record.id, deduplicateStep, { total: patients, figures, began });
    } catch (error) {
      stopIfAsked(run);
      throw error;
    }
    progress.end();
  });
}

/** Those that were read and not refused. */
const readPatients = ({ stage }: Run, step: Step) =>
  `SELECT ${stage.id(step.target, 's.id')} FROM ${stage.rows(step.from)} s
   WHERE NOT EXISTS (SELECT FROM ${stage.image(step.name)} i WHERE i.source_id = s.id AND i.refused)`;

/** For a dry run: patients that are there, under what has been read of them, and those that would be. */
function asTheyWouldBe(image: string): string {
  return `
    SELECT p.id, p.first_name, p.last_name, p.birth_date, p.sex, p.email, p.phone, p.address, p.external_ids, p.merged_into, p.legacy_id, p.created_at
    FROM people.patient p WHERE NOT EXISTS (SELECT FROM ${image} i WHERE i.id = p.id AND NOT i.refused)
    UNION ALL
    SELECT i.id, i.first_name, i.last_name, i.birth_date, i.sex, i.email, p.phone, p.address, p.external_ids, p.merged_into, i.legacy_id,
      coalesce(p.created_at, i.created_at)
    FROM ${image} i LEFT JOIN people.patient p ON p.id = i.id WHERE NOT i.refused`;
}
