import { Button, SegmentedControl, Text } from '@mantine/core';
import { Link, useOutlet, useSearchParams } from 'react-router';
import type { PagedQuery } from '../../api/paged-list.ts';
import { usePagedList } from '../../api/use-paged-list.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { useMay } from '../../app/access.ts';
import { heads } from '../../app/page-heads.ts';
import { day, localDate } from '../../format/dates.ts';
import { amount } from '../../format/words.ts';
import type { RecallsQuery as Recalls, RecallStatus } from '../../generated/graphql.ts';
import { CsvExport, type CsvColumns } from '../../parts/csv-export.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { RecallMatches } from './recall-matches.tsx';
import { RecallsQuery, type RecallRow } from './recall-documents.ts';
import { ClassSign, RecallSign } from './recall-signs.tsx';

/** The list gives way to one recall, which needs the whole page. */
export function RecallsPage() {
  const one = useOutlet();
  return one ?? <RecallsList />;
}

const shows = [
  { value: 'ACTIVE', label: 'Under way' },
  { value: 'CLOSED', label: 'Closed' },
  { value: 'notices', label: 'Notices' },
] as const;

function RecallsList() {
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const show = shows.find(({ value }) => value === params.get('show'))?.value ?? 'ACTIVE';
  return (
    <>
      <PageHeader
        {...heads.recalls}
        actions={
          <>
            {show !== 'notices' && <CsvExport query={recallsOf(show)} columns={recallsCsv} name="recalls" />}
            {may('issueRecall') && (
              <Button component={Link} to="/recalls/new" color="red.9">
                Issue a recall
              </Button>
            )}
          </>
        }
      />
      <SegmentedControl
        mb="md"
        aria-label="Which recalls"
        data={[...shows]}
        value={show}
        onChange={(value) => {
          setParams(value === 'ACTIVE' ? {} : { show: value }, { replace: true });
        }}
      />
      {show === 'notices' ? <RecallMatches /> : <RecallTable key={show} status={show} />}
    </>
  );
}

function recallsOf(status: RecallStatus): PagedQuery<Recalls, { status: RecallStatus }, RecallRow> {
  return { document: RecallsQuery, variables: { status }, pick: ({ recalls }) => recalls };
}

function RecallTable({ status }: { readonly status: RecallStatus }) {
  const list = usePagedList(recallsOf(status));
  useRefresh(() => void list.reload());
  return (
    <DataTable
      label="Recalls"
      columns={columns}
      list={list}
      rowLink={({ id }) => `/recalls/${id}`}
      empty={
        <EmptyState title={status === 'ACTIVE' ? 'No recall is under way' : 'No recall has been closed'}>
          A recall blocks its lots everywhere at once, puts their units into quarantine and lists who had of them. That
          none is here says nothing about what has not been heard of yet.
        </EmptyState>
      }
    />
  );
}

const columns: Column<RecallRow>[] = [
  {
    id: 'product',
    header: 'Product and lots',
    width: 'minmax(200px, 2fr)',
    card: 'lead',
    cell: ({ product, lotNumbers, reference }) => (
      <>
        <Text component="span" inherit fw={550}>
          {product?.name ?? reference}
        </Text>
        <Text component="span" size="xs" c="dimmed" display="block">
          {lotNumbers.length === 0 ? 'Every lot' : `Lot ${lotNumbers.join(', ')}`}
        </Text>
      </>
    ),
  },
  {
    id: 'class',
    header: 'Class, state',
    width: '184px',
    card: 'side',
    cell: ({ recallClass, status }) => (
      <>
        <ClassSign recallClass={recallClass} /> <RecallSign status={status} />
      </>
    ),
  },
  {
    id: 'acknowledged',
    header: 'Acknowledged',
    width: '120px',
    cell: ({ acknowledgements }) => acknowledgedOf(acknowledgements),
  },
  {
    id: 'quarantine',
    header: 'In quarantine',
    width: '120px',
    isNumber: true,
    cell: ({ quarantinedQuantity, product }) => amount(quarantinedQuantity, product?.stockUnit ?? ''),
  },
  { id: 'reference', header: 'Number', width: 'minmax(110px, 1fr)', from: 860, cell: ({ reference }) => reference },
  {
    id: 'issued',
    header: 'Issued',
    width: '108px',
    from: 760,
    cell: ({ issuedAt }) => day(localDate(new Date(issuedAt))),
  },
];

/** "1 of 3 locations" */
export function acknowledgedOf(acknowledgements: RecallRow['acknowledgements']): string {
  const done = acknowledgements.filter(({ acknowledgedAt }) => acknowledgedAt !== null).length;
  return `${done} of ${acknowledgements.length}`;
}

const recallsCsv: CsvColumns<RecallRow> = [
  ['Number', ({ reference }) => reference],
  ['Class', ({ recallClass }) => recallClass],
  ['State', ({ status }) => status],
  ['Product', ({ product }) => product?.name],
  ['Lots', ({ lotNumbers }) => lotNumbers.join(' ')],
  ['Reason', ({ reason }) => reason],
  ['Source', ({ source }) => source],
  ['Acknowledged', ({ acknowledgements }) => acknowledgedOf(acknowledgements)],
  ['In quarantine', ({ quarantinedQuantity }) => quarantinedQuantity],
  ['Issued at', ({ issuedAt }) => issuedAt],
  ['Closed at', ({ closedAt }) => closedAt],
];
