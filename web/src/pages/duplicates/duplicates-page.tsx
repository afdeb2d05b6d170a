import { Group, SegmentedControl, Text } from '@mantine/core';
import { Outlet } from 'react-router';
import type { PagedQuery } from '../../api/paged-list.ts';
import { usePagedList } from '../../api/use-paged-list.ts';
import { heads } from '../../app/page-heads.ts';
import { instant } from '../../format/dates.ts';
import { patientName } from '../../format/patient-name.ts';
import { words } from '../../format/words.ts';
import type { DuplicatesQuery as Duplicates, DuplicateStatus } from '../../generated/graphql.ts';
import { CsvExport, type CsvColumns } from '../../parts/csv-export.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { Sign, type Tone } from '../../parts/sign.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { duplicateStates, sureness } from './compared.ts';
import { DuplicatesQuery, type DuplicateRow } from './duplicate-documents.ts';

type Query = PagedQuery<Duplicates, { status: DuplicateStatus }, DuplicateRow>;

const statuses: readonly DuplicateStatus[] = ['PENDING', 'MERGED', 'DISMISSED'];
const tones: Readonly<Record<DuplicateStatus, Tone>> = { PENDING: 'warn', MERGED: 'good', DISMISSED: 'calm' };

const columnsOf = (isDecided: boolean): Column<DuplicateRow>[] => [
  {
    id: 'names',
    header: 'Two records',
    width: 'minmax(220px, 2fr)',
    card: 'lead',
    cell: ({ left, right }) => (
      <>
        <Text component="span" inherit fw={550} display="block">
          {patientName(left)}
        </Text>
        <Text component="span" inherit display="block">
          {patientName(right)}
        </Text>
      </>
    ),
  },
  {
    id: 'confidence',
    header: 'Alike',
    width: '100px',
    isNumber: true,
    cell: ({ confidence }) => sureness(confidence),
  },
  {
    id: 'status',
    header: 'State',
    width: '112px',
    card: 'side',
    cell: ({ status }) => <Sign tone={tones[status]}>{duplicateStates[status]}</Sign>,
  },
  ...(isDecided ? [decided] : []),
];

const decided: Column<DuplicateRow> = {
  id: 'decided',
  header: 'Decided',
  width: 'minmax(160px, 1fr)',
  from: 700,
  card: 'none',
  cell: ({ decidedAt, decidedBy }) =>
    decidedAt === null ? '–' : `${instant(decidedAt)}${decidedBy === null ? '' : ` by ${decidedBy.displayName}`}`,
};

const csv: CsvColumns<DuplicateRow> = [
  ['Pair', ({ id }) => id],
  ['Left', ({ left }) => left.id],
  ['Right', ({ right }) => right.id],
  ['Confidence', ({ confidence }) => confidence],
  ['State', ({ status }) => words(status)],
  ['Decided at', ({ decidedAt }) => decidedAt],
  ['Decided by', ({ decidedBy }) => decidedBy?.displayName],
  ['Note', ({ note }) => note],
];

export function DuplicatesPage() {
  const address = useAddress();
  const status = statuses.find((each) => each === address.get('status')) ?? 'PENDING';
  const query: Query = {
    document: DuplicatesQuery,
    variables: { status },
    pick: ({ duplicateCandidates }) => duplicateCandidates,
  };
  const list = usePagedList(query);
  return (
    <>
      <PageHeader {...heads.duplicates} actions={<CsvExport query={query} columns={csv} name="duplicates" />} />
      <Group mb="md">
        <SegmentedControl
          aria-label="Which ones"
          data={statuses.map((value) => ({ value, label: duplicateStates[value] }))}
          value={status}
          onChange={(value) => {
            address.set({ status: value === 'PENDING' ? null : value });
          }}
        />
      </Group>
      <DataTable
        label="Duplicates"
        columns={columnsOf(status !== 'PENDING')}
        list={list}
        rowLink={({ id }) => `/duplicates/${id}${address.search}`}
        empty={
          <EmptyState title={status === 'PENDING' ? 'No pair waits' : 'None so far'}>
            When records come in from an older system they are compared by name, birth date, contact and identifiers.
            Pairs that are likely but not sure to be one person wait here, side by side with the evidence.
          </EmptyState>
        }
      />
      <Outlet context={list} />
    </>
  );
}
