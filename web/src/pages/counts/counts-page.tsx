import { Button, Select, Text } from '@mantine/core';
import { useMemo } from 'react';
import { Link, useOutlet, useSearchParams } from 'react-router';
import type { PagedQuery } from '../../api/paged-list.ts';
import { usePagedList } from '../../api/use-paged-list.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { useMay } from '../../app/access.ts';
import { heads } from '../../app/page-heads.ts';
import { usePlace } from '../../app/place.tsx';
import { useMoney, type Money } from '../../app/settings.tsx';
import { instant, zoned } from '../../format/dates.ts';
import { change } from '../../format/decimal.ts';
import type { CountsQuery as Counts, CountStatus } from '../../generated/graphql.ts';
import { CsvExport, type CsvColumns } from '../../parts/csv-export.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { CountsQuery, type CountRow } from './count-documents.ts';
import { scopeOf } from './count-lines.ts';
import { CountSign } from './count-sign.tsx';

const states: readonly (readonly [CountStatus, string])[] = [
  ['IN_PROGRESS', 'Counting'],
  ['RECOUNTING', 'Recounting'],
  ['SUBMITTED', 'To approve'],
  ['APPROVED', 'Posted'],
  ['CANCELLED', 'Cancelled'],
];

/** The list gives way to one count, which needs the whole page. */
export function CountsPage() {
  const one = useOutlet();
  return one ?? <CountList />;
}

function CountList() {
  const { place, places } = usePlace();
  const money = useMoney();
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const state = states.find(([each]) => each === params.get('state'))?.[0] ?? null;
  const query: PagedQuery<Counts, { locationId: string | null; status: readonly CountStatus[] | null }, CountRow> = {
    document: CountsQuery,
    variables: { locationId: place?.id ?? null, status: state === null ? null : [state] },
    pick: ({ counts }) => counts,
  };
  const list = usePagedList(query);
  useRefresh(() => void list.reload());
  const columns = useMemo(() => columnsOf(money, places.length > 1 && place === null), [money, places, place]);
  const start = may('startCount') && (
    <Button component={Link} to="/counts/new">
      Start a count
    </Button>
  );
  return (
    <>
      <PageHeader
        {...heads.counts}
        actions={
          <>
            <CsvExport query={query} columns={countsCsv} name="counts" />
            {start}
          </>
        }
      />
      <Select
        aria-label="State"
        placeholder="Any state"
        clearable
        mb="md"
        w={{ base: '100%', xs: 180 }}
        data={states.map(([value, label]) => ({ value, label }))}
        value={state}
        onChange={(value) => {
          setParams(value === null ? {} : { state: value }, { replace: true });
        }}
      />
      <DataTable
        label="Counts"
        columns={columns}
        list={list}
        rowLink={({ id }) => `/counts/${id}`}
        empty={
          <EmptyState title="No count is like that" action={start}>
            A count lists the batches of a location, a category or a zone. Whoever counts does not see what is expected;
            what differs too much is counted again by somebody else, and a third person approves it.
          </EmptyState>
        }
      />
    </>
  );
}

function columnsOf(money: Money, hasManyPlaces: boolean): Column<CountRow>[] {
  return [
    {
      id: 'count',
      header: 'Count',
      width: 'minmax(170px, 1.4fr)',
      card: 'lead',
      cell: (count) => (
        <>
          <Text component="span" inherit fw={550}>
            {scopeOf(count)}
          </Text>
          <Text component="span" size="xs" c="dimmed" display="block">
            {count.code}
            {count.blind ? ' · blind' : ''}
          </Text>
        </>
      ),
    },
    {
      id: 'state',
      header: 'State',
      width: '112px',
      card: 'side',
      cell: ({ status }) => <CountSign status={status} />,
    },
    ...(hasManyPlaces ? [place] : []),
    {
      id: 'started',
      header: 'Started',
      width: 'minmax(170px, 1fr)',
      cell: ({ startedAt, startedBy, location }) => (
        <>
          {instant(startedAt, location.timeZone)}
          <Text component="span" size="xs" c="dimmed" display="block">
            {startedBy.displayName}
          </Text>
        </>
      ),
    },
    {
      id: 'difference',
      header: 'Difference',
      width: '100px',
      from: 640,
      isNumber: true,
      cell: ({ varianceQuantity }) => (varianceQuantity === null ? '–' : change(varianceQuantity)),
    },
    {
      id: 'value',
      header: 'At cost',
      width: '104px',
      isNumber: true,
      from: 760,
      cell: ({ varianceValue }) => money.exact(varianceValue),
    },
    {
      id: 'approved',
      header: 'Approved by',
      width: 'minmax(130px, 1fr)',
      from: 900,
      card: 'none',
      cell: ({ approvedBy }) => approvedBy?.displayName ?? '–',
    },
  ];
}

const place: Column<CountRow> = {
  id: 'location',
  header: 'Location',
  width: 'minmax(190px, 1fr)',
  from: 700,
  cell: ({ location }) => location.name,
};

const countsCsv: CsvColumns<CountRow> = [
  ['Code', ({ code }) => code],
  ['Location', ({ location }) => location.name],
  ['Scope', (count) => scopeOf(count)],
  ['Blind', ({ blind }) => (blind ? 'yes' : 'no')],
  ['State', ({ status }) => status],
  ['Started at', ({ startedAt, location }) => zoned(startedAt, location.timeZone)],
  ['Started by', ({ startedBy }) => startedBy.displayName],
  ['Handed in at', ({ submittedAt, location }) => zoned(submittedAt, location.timeZone)],
  ['Approved at', ({ approvedAt, location }) => zoned(approvedAt, location.timeZone)],
  ['Approved by', ({ approvedBy }) => approvedBy?.displayName],
  ['Difference', ({ varianceQuantity }) => varianceQuantity],
  ['At cost', ({ varianceValue }) => varianceValue],
];
