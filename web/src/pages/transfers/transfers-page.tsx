import { Button, Checkbox, Group, Select, Text } from '@mantine/core';
import { Link, Outlet, useSearchParams } from 'react-router';
import type { PagedQuery } from '../../api/paged-list.ts';
import { usePagedList } from '../../api/use-paged-list.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { useMay } from '../../app/access.ts';
import { heads } from '../../app/page-heads.ts';
import { usePlace } from '../../app/place.tsx';
import { ago, zoned } from '../../format/dates.ts';
import { amount } from '../../format/words.ts';
import type { TransferStatus, TransfersQuery as Transfers } from '../../generated/graphql.ts';
import { CsvExport, type CsvColumns } from '../../parts/csv-export.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { Sign } from '../../parts/sign.tsx';
import { TransfersQuery, type TransferRow } from './transfer-documents.ts';
import { TransferSign, transferStates } from './transfer-sign.tsx';

interface Variables extends Record<string, unknown> {
  readonly locationId: string | null;
  readonly status: readonly TransferStatus[] | null;
  readonly hasDiscrepancy: boolean | null;
}

export function TransfersPage() {
  const { place } = usePlace();
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const state = transferStates.find(([each]) => each === params.get('state'))?.[0] ?? null;
  const onlyOff = params.get('off') === 'yes';
  const query: PagedQuery<Transfers, Variables, TransferRow> = {
    document: TransfersQuery,
    variables: {
      locationId: place?.id ?? null,
      status: state === null ? null : [state],
      hasDiscrepancy: onlyOff ? true : null,
    },
    pick: ({ transfers }) => transfers,
  };
  const list = usePagedList(query);
  useRefresh(() => void list.reload());
  const set = (name: string, value: string | null) => {
    setParams(
      (before) => {
        if (value === null) before.delete(name);
        else before.set(name, value);
        return before;
      },
      { replace: true },
    );
  };
  const ask = may('requestTransfer') && (
    <Button component={Link} to="/transfers/new">
      Ask for a transfer
    </Button>
  );
  return (
    <>
      <PageHeader
        {...heads.transfers}
        actions={
          <>
            <CsvExport query={query} columns={transfersCsv} name="transfers" />
            {ask}
          </>
        }
      />
      <Group gap="md" mb="md" role="search">
        <Select
          aria-label="State"
          placeholder="Any state"
          clearable
          w={{ base: '100%', xs: 180 }}
          data={transferStates.map(([value, , label]) => ({ value, label }))}
          value={state}
          onChange={(value) => {
            set('state', value);
          }}
        />
        <Checkbox
          label="Something damaged or lost"
          checked={onlyOff}
          onChange={({ currentTarget }) => {
            set('off', currentTarget.checked ? 'yes' : null);
          }}
        />
      </Group>
      <DataTable
        label="Transfers"
        columns={columns}
        list={list}
        rowLink={({ id }) => `/transfers/${id}?${params.toString()}`}
        empty={
          <EmptyState title="No transfer is like that" action={ask}>
            One end asks for units, a manager of the source approves it and they are kept, the source ships them, and
            the destination says what came, what was damaged and what is missing.
          </EmptyState>
        }
      />
      <Outlet context={list.reload} />
    </>
  );
}

const columns: Column<TransferRow>[] = [
  {
    id: 'way',
    header: 'From and to',
    width: 'minmax(230px, 2.2fr)',
    card: 'lead',
    cell: ({ from, to, code }) => (
      <>
        <Text component="span" inherit fw={550}>
          {from.name} → {to.name}
        </Text>
        <Text component="span" size="xs" c="dimmed" display="block">
          {code}
        </Text>
      </>
    ),
  },
  {
    id: 'state',
    header: 'State',
    width: '168px',
    card: 'side',
    cell: ({ status, hasDiscrepancy }) => (
      <>
        <TransferSign status={status} /> {hasDiscrepancy && <Sign tone="bad">Differs</Sign>}
      </>
    ),
  },
  {
    id: 'what',
    header: 'What',
    width: 'minmax(200px, 2fr)',
    cell: ({ lines }) => whatOf(lines),
  },
  {
    id: 'asked',
    header: 'Asked for',
    width: 'minmax(130px, 0.7fr)',
    from: 700,
    cell: ({ requestedAt, requestedBy }) => (
      <>
        {ago(requestedAt)}{' '}
        <Text component="span" size="xs" c="dimmed" display="block">
          {requestedBy.displayName}
        </Text>
      </>
    ),
  },
];

/** "5 vials Botox Cosmetic 100 U, and 2 more" */
function whatOf(lines: TransferRow['lines']): string {
  const [first, second, ...others] = lines.map(
    ({ requested, shipped, product }) => `${amount(shipped ?? requested, product.stockUnit)} ${product.name}`,
  );
  if (first === undefined) return '–';
  if (second === undefined) return first;
  return others.length === 0 ? `${first}, ${second}` : `${first}, ${second} and ${others.length} more`;
}

const transfersCsv: CsvColumns<TransferRow> = [
  ['Code', ({ code }) => code],
  ['From', ({ from }) => from.name],
  ['To', ({ to }) => to.name],
  ['State', ({ status }) => status],
  ['What', ({ lines }) => lines.map((line) => `${line.shipped ?? line.requested} ${line.product.name}`).join('; ')],
  ['Difference', ({ hasDiscrepancy }) => (hasDiscrepancy ? 'yes' : 'no')],
  ['Reason', ({ reason }) => reason],
  ['Asked for at', ({ requestedAt, from }) => zoned(requestedAt, from.timeZone)],
  ['Asked for by', ({ requestedBy }) => requestedBy.displayName],
  ['Approved by', ({ approvedBy }) => approvedBy?.displayName],
  ['Shipped at', ({ shippedAt, from }) => zoned(shippedAt, from.timeZone)],
  ['Received at', ({ receivedAt, to }) => zoned(receivedAt, to.timeZone)],
];
