import { Text } from '@mantine/core';
import { ago, clock, day, instant, localDate } from '../../format/dates.ts';
import { counted, words } from '../../format/words.ts';
import type { CsvColumns } from '../../parts/csv-export.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { Sign, type Tone } from '../../parts/sign.tsx';
import type { JobRow } from './jobs-documents.ts';

const tones: Readonly<Record<string, Tone>> = {
  COMPLETED: 'good',
  FAILED: 'bad',
  WAITING: 'warn',
  ACTIVE: 'calm',
};

function Outcome({ job: { lastOutcome, active } }: { readonly job: JobRow }) {
  if (active > 0) return <Sign tone="calm">Running</Sign>;
  if (lastOutcome === null) return <Sign tone="calm">Not run yet</Sign>;
  return <Sign tone={tones[lastOutcome] ?? 'calm'}>{words(lastOutcome)}</Sign>;
}

function duration(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** Of another day with the day: "03:10" alone would be today's. */
function Next({ at }: { readonly at: string }) {
  const onDay = localDate(new Date(at));
  return (
    <span title={instant(at)}>
      {clock(at)}
      {onDay !== localDate(new Date()) && (
        <Text component="span" size="xs" c="dimmed" display="block">
          {day(onDay)}
        </Text>
      )}
    </span>
  );
}

export const jobColumns: Column<JobRow>[] = [
  {
    id: 'name',
    header: 'Job',
    width: 'minmax(220px, 2fr)',
    card: 'lead',
    cell: ({ name, schedule, lastError }) => (
      <>
        <Text component="span" inherit fw={550}>
          {words(name.replaceAll('-', ' '))}
        </Text>
        <Text component="span" size="xs" c="dimmed" display="block">
          {schedule}
        </Text>
        {lastError !== null && (
          <Text component="span" size="xs" display="block" c="var(--lk-bad)">
            {lastError}
          </Text>
        )}
      </>
    ),
  },
  { id: 'state', header: 'State', width: '112px', card: 'side', cell: (job) => <Outcome job={job} /> },
  {
    id: 'last',
    header: 'Last run',
    width: '120px',
    cell: ({ lastRunAt }) => (lastRunAt === null ? '–' : <span title={instant(lastRunAt)}>{ago(lastRunAt)}</span>),
  },
  {
    id: 'took',
    header: 'Took',
    width: '80px',
    isNumber: true,
    from: 860,
    cell: ({ lastDurationMs }) => (lastDurationMs === null ? '–' : duration(lastDurationMs)),
  },
  {
    id: 'next',
    header: 'Next',
    width: '104px',
    cell: ({ nextRunAt }) => (nextRunAt === null ? '–' : <Next at={nextRunAt} />),
  },
  {
    id: 'waiting',
    header: 'Waiting',
    width: '84px',
    isNumber: true,
    cell: ({ waiting }) => waiting.toLocaleString('en-US'),
  },
  {
    id: 'failed',
    header: 'Failed, 14 days',
    width: '120px',
    isNumber: true,
    from: 760,
    cell: ({ failed }) => (failed === 0 ? '0' : <Sign tone="bad">{counted(failed, 'run')}</Sign>),
  },
];

export const jobCsv: CsvColumns<JobRow> = [
  ['Job', ({ name }) => name],
  ['Schedule', ({ schedule }) => schedule],
  ['Last outcome', ({ lastOutcome }) => lastOutcome],
  ['Last run', ({ lastRunAt }) => lastRunAt],
  ['Duration (ms)', ({ lastDurationMs }) => lastDurationMs],
  ['Last error', ({ lastError }) => lastError],
  ['Next run', ({ nextRunAt }) => nextRunAt],
  ['Waiting', ({ waiting }) => waiting],
  ['Active', ({ active }) => active],
  ['Failed in 14 days', ({ failed }) => failed],
];
