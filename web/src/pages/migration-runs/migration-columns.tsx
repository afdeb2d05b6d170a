import { Text } from '@mantine/core';
import { instant } from '../../format/dates.ts';
import { duration } from '../../format/duration.ts';
import { words } from '../../format/words.ts';
import type { CsvColumns } from '../../parts/csv-export.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { Sign, type Tone } from '../../parts/sign.tsx';
import type { MigrationRow } from './migration-documents.ts';

const tones: Readonly<Record<string, Tone>> = {
  RUNNING: 'calm',
  COMPLETED: 'good',
  FAILED: 'bad',
  ROLLED_BACK: 'warn',
};

export function RunState({ status }: Pick<MigrationRow, 'status'>) {
  return <Sign tone={tones[status] ?? 'calm'}>{words(status)}</Sign>;
}

/** Null while it runs. */
export function tookOf({ startedAt, finishedAt }: MigrationRow): string | null {
  return finishedAt === null ? null : duration((Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000);
}

const named: Readonly<Record<string, string>> = { mdw: 'Older system (MDW)', stock: 'Stock file', csv: 'CSV files' };

export function sourceOf({ source }: Pick<MigrationRow, 'source'>): string {
  return named[source] ?? source;
}

export const migrationColumns: Column<MigrationRow>[] = [
  {
    id: 'source',
    header: 'From',
    width: 'minmax(170px, 1.4fr)',
    card: 'lead',
    cell: (run) => (
      <>
        <Text component="span" inherit fw={550}>
          {sourceOf(run)}
        </Text>
        <Text component="span" size="xs" c="dimmed" display="block">
          {words(run.type)}
          {run.dryRun ? ', on trial: nothing was kept' : ''}
        </Text>
      </>
    ),
  },
  { id: 'status', header: 'State', width: '120px', card: 'side', cell: (run) => <RunState status={run.status} /> },
  { id: 'started', header: 'Started', width: '160px', cell: ({ startedAt }) => instant(startedAt) },
  { id: 'took', header: 'Took', width: '90px', isNumber: true, cell: (run) => tookOf(run) ?? '–' },
  {
    id: 'phase',
    header: 'Phase',
    width: 'minmax(120px, 1fr)',
    from: 720,
    cell: ({ phase }) => (phase === null ? '–' : words(phase)),
  },
];

export const migrationCsv: CsvColumns<MigrationRow> = [
  ['Id', ({ id }) => id],
  ['From', ({ source }) => source],
  ['Type', ({ type }) => type],
  ['Trial', ({ dryRun }) => (dryRun ? 'yes' : 'no')],
  ['State', ({ status }) => status],
  ['Phase', ({ phase }) => phase],
  ['Started', ({ startedAt }) => startedAt],
  ['Finished', ({ finishedAt }) => finishedAt],
  ['Counts', ({ counts }) => JSON.stringify(counts)],
  ['Error', ({ error }) => error],
];
