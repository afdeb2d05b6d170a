/** A run's report: figures and names alone, never what a row holds. As data, and as Markdown. Pure. */
import type { Balance } from './balance.ts';
import type { FilesReport } from './copy-files.ts';
import type { DuplicateFigures } from './deduplicate.ts';
import type { EmbedFigures } from './embeddings/embed-projects.ts';
import { explain } from './finding-words.ts';
import type { Phase } from './phases.ts';

export interface WrittenRows {
  readonly target: string;
  readonly from: string;
  readonly isMain: boolean;
  readonly added: number;
  readonly updated: number;
  /** Rows of ours beside those that were read: a state that was the last one, and is no longer. */
  readonly adjusted: number;
  readonly unchanged: number;
  /** No longer there in the row that had them. */
  readonly gone: number;
}

export interface FoundRows {
  readonly kind: string;
  readonly table: string;
  readonly column: string;
  readonly code: string;
  readonly rows: number;
}

export interface Report {
  readonly run: {
    readonly id: string;
    readonly number: number;
    readonly source: string;
    readonly type: string;
    readonly dryRun: boolean;
    readonly batchSize: number;
    readonly startedAt: string;
    readonly finishedAt: string;
  };
  readonly phases: readonly { readonly phase: Phase; readonly seconds: number }[];
  readonly tables: readonly Balance[];
  readonly written: readonly WrittenRows[];
  readonly defaults: Readonly<Record<string, string>>;
  /** Null where the source has no patients. */
  readonly duplicates: DuplicateFigures | null;
  /** Null where none were asked for. */
  readonly embeddings: EmbedFigures | null;
  /** Null where no folder was given. */
  readonly files: FilesReport | null;
  readonly findings: readonly FoundRows[];
  readonly empty: Readonly<Record<string, number>>;
  readonly checks: readonly { readonly target: string; readonly rows: number; readonly columns: readonly string[] }[];
  readonly spot: { readonly rows: number; readonly changedSince: number };
  readonly watermark: Readonly<Record<string, string>>;
}

export const refusedRows = ({ tables }: Pick<Report, 'tables'>): number =>
  tables.reduce((sum, { refused }) => sum + refused, 0);

export function asMarkdown(report: Report): string {
  const { run } = report;
  return [
    `# Run ${run.number}: ${run.source}, ${run.type}${run.dryRun ? ', dry run: nothing was kept' : ''}`,
    '',
    `Begun ${run.startedAt}, ended ${run.finishedAt}; batches of ${whole(run.batchSize)} rows. ${speedOf(report)}`,
    ...section(
      'Phases',
      table(
        ['phase', 'seconds'],
        report.phases.map(({ phase, seconds }) => [phase, seconds.toFixed(1)]),
      ),
    ),
    ...section('Rows read, and where they went', tablesOf(report)),
    ...section('Rows of ours', writtenOf(report)),
    ...section(
      'Taken instead of columns that are not there',
      Object.entries(report.defaults).map(([column, instead]) => `- ${column}: ${instead}`),
    ),
    ...section(
      'Empty, because the old system has nothing for them',
      Object.entries(report.empty).map(([column, rows]) => `- ${column}: ${whole(rows)} rows`),
    ),
    ...section('Patients that are one person', duplicatesOf(report)),
    ...section('Texts as vectors', textsOf(report)),
    ...section('Files', filesOf(report)),
    ...section('Refused', findingsOf(report, 'REFUSED')),
    ...section('Repaired', findingsOf(report, 'REPAIRED')),
    ...section('Worth knowing', findingsOf(report, 'NOTED')),
    ...section('Proof', proofOf(report)),
    ...section(
      'Up to where everything was read',
      Object.entries(report.watermark).map(([name, moment]) => `- ${name}: ${moment}`),
    ),
    ...section(
      'Next',
      nextSteps(report).map((step) => `- ${step}`),
    ),
    '',
  ].join('\n');
}

const whole = (number: number) => number.toLocaleString('en');

function speedOf({ phases, tables }: Report): string {
  const seconds = phases.reduce((sum, phase) => sum + phase.seconds, 0);
  const rows = tables.reduce((sum, { read }) => sum + read, 0);
  return `${whole(rows)} rows in ${seconds.toFixed(1)} s of work, ${whole(Math.round(rows / Math.max(seconds, 0.001)))} rows/s.`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)];
}

function tablesOf({ tables }: Report): string[] {
  return table(
    ['table', 'read', 'kept', 'merged', 'refused', 'needed by none', 'gone there'],
    tables.map((each) => [
      each.table,
      ...[each.read, each.kept, each.merged, each.refused, each.leftOut, each.goneThere].map(whole),
    ]),
  );
}

function writtenOf({ written }: Report): string[] {
  return table(
    ['table', 'added', 'updated', 'adjusted', 'unchanged', 'taken away'],
    written.map((each) => [
      each.target,
      ...[each.added, each.updated, each.adjusted].map(whole),
      each.isMain ? whole(each.unchanged) : '',
      whole(each.gone),
    ]),
  );
}

function duplicatesOf({ duplicates }: Report): string[] {
  if (duplicates === null) return [];
  return [
    `- ${whole(duplicates.merged)} merged, ${whole(duplicates.proposed)} wait for a person's decision; ${whole(duplicates.compared)} pairs were compared`,
  ];
}

function textsOf({ embeddings }: Report): string[] {
  if (embeddings === null) return [];
  const { embedded, unchanged, withoutText, failed } = embeddings;
  return [
    `- ${whole(embedded)} made, ${whole(unchanged)} as they were, ${whole(withoutText)} projects without text, ${whole(failed)} failed and tried again by the next run`,
  ];
}

function filesOf({ files }: Report): string[] {
  if (files === null) return [];
  const { stored, unchanged, missing } = files;
  return [
    `- ${whole(stored)} stored, ${whole(unchanged)} there before, ${whole(missing)} missing (findings.jsonl names their projects)`,
  ];
}

function findingsOf({ findings }: Report, kind: string): string[] {
  return table(
    ['table', 'column', 'what', 'rows'],
    findings
      .filter((found) => found.kind === kind)
      .map(({ table: name, column, code, rows }) => [name, column, explain(kind, code), whole(rows)]),
  );
}

function proofOf({ checks, spot }: Report): string[] {
  return [
    ...checks.map(
      ({ target, rows, columns }) =>
        `- ${target}: ${whole(rows)} rows; the sums and fingerprints of ${columns.join(', ')} are those of what was read`,
    ),
    `- ${spot.rows} rows at random, read once more, agree field by field${spot.changedSince === 0 ? '' : `; ${spot.changedSince} rows have been changed there since`}`,
  ];
}

/** What a person does now. */
export function nextSteps(report: Report): string[] {
  const { run } = report;
  const refused = refusedRows(report);
  return [
    ...(refused > 0
      ? [
          `Look at the ${whole(refused)} refused rows (refused.jsonl), correct them in the old system; the next incremental run reads them again.`,
        ]
      : []),
    ...(report.duplicates !== null && report.duplicates.proposed > 0
      ? ['Decide on the pairs of patients that may be one person.']
      : []),
    ...(run.dryRun
      ? ['Run it without --dry-run.']
      : [
          'Run --type incremental until the day of the change, and once more when nobody works in the old system any longer.',
          `lotkeeper legacy rollback ${run.number} takes it back as long as nothing has been built upon it.`,
        ]),
  ];
}
