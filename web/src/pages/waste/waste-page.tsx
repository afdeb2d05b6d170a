import { Box, Button, Group, Select, Text } from '@mantine/core';
import { useMemo } from 'react';
import { Link, Outlet, useSearchParams } from 'react-router';
import { useQuery } from 'urql';
import type { PagedQuery } from '../../api/paged-list.ts';
import { usePagedList } from '../../api/use-paged-list.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { useMay } from '../../app/access.ts';
import { heads } from '../../app/page-heads.ts';
import { usePlace } from '../../app/place.tsx';
import { useMoney, type Money } from '../../app/settings.tsx';
import { instant, zoned } from '../../format/dates.ts';
import { compare, forPixels, isZero, quantity } from '../../format/decimal.ts';
import { unitOf, words } from '../../format/words.ts';
import type { WasteQuery as Wasted, WasteReason } from '../../generated/graphql.ts';
import { BarChart } from '../../parts/bar-chart.tsx';
import { CsvExport, type CsvColumns } from '../../parts/csv-export.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { isWasteReason, wasteReasonOptions } from '../../parts/waste-reasons.ts';
import { WasteByReason, WasteQuery, type WasteRow } from './waste-documents.ts';

export function WastePage() {
  const { place, places } = usePlace();
  const money = useMoney();
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const told = params.get('reason');
  const reason = isWasteReason(told) ? told : null;
  const query: PagedQuery<Wasted, { locationId: string | null; reason: readonly WasteReason[] | null }, WasteRow> = {
    document: WasteQuery,
    variables: { locationId: place?.id ?? null, reason: reason === null ? null : [reason] },
    pick: ({ wasteRecords }) => wasteRecords,
  };
  const list = usePagedList(query);
  useRefresh(() => void list.reload());
  const columns = useMemo(() => columnsOf(money, places.length > 1 && place === null), [money, places, place]);
  const record = may('recordWaste') && (
    <Button component={Link} to="/waste/new">
      Record waste
    </Button>
  );
  return (
    <>
      <PageHeader
        {...heads.waste}
        actions={
          <>
            <CsvExport query={query} columns={wasteCsv} name="waste" />
            {record}
          </>
        }
      />
      <ByReason locationId={place?.id ?? null} />
      <Group mb="md" role="search">
        <Select
          aria-label="Reason"
          placeholder="Any reason"
          clearable
          w={{ base: '100%', xs: 220 }}
          data={wasteReasonOptions}
          value={reason}
          onChange={(value) => {
            setParams(value === null ? {} : { reason: value }, { replace: true });
          }}
        />
      </Group>
      <DataTable
        label="Waste"
        columns={columns}
        list={list}
        empty={
          <EmptyState title="Nothing was thrown away" action={record}>
            Units that are wasted leave their batch with a reason and their cost. Controlled drugs need a witness who
            signs; what is left of an opened vial comes here when it is closed.
          </EmptyState>
        }
      />
      <Outlet context={list.reload} />
    </>
  );
}

function ByReason({ locationId }: { readonly locationId: string | null }) {
  const money = useMoney();
  const [{ data }] = useQuery({ query: WasteByReason, variables: { locationId } });
  const found = data?.inventoryOverview;
  const costs = (found?.wasteByReason ?? []).filter(({ cost }) => !isZero(cost));
  if (found === undefined || costs.length === 0) return null;
  return (
    <Box mb="md">
      <SectionCard
        title="Cost by reason, last 30 days"
        aside={<Text fw={600}>{money.exact(found.wasteCostLast30Days)}</Text>}
      >
        <BarChart
          label="Cost of waste by reason in the last 30 days"
          bars={costs
            .toSorted((a, b) => compare(b.cost, a.cost))
            .map(({ reason, cost }) => ({ label: words(reason), size: forPixels(cost), figure: money.exact(cost) }))}
        />
      </SectionCard>
    </Box>
  );
}

function columnsOf(money: Money, hasManyPlaces: boolean): Column<WasteRow>[] {
  return [
    {
      id: 'product',
      header: 'Product',
      width: 'minmax(190px, 2fr)',
      card: 'lead',
      cell: ({ product, stock, session }) => (
        <>
          <Text component="span" inherit fw={550}>
            {product.name}
          </Text>
          <Text component="span" size="xs" c="dimmed" display="block">
            {stock === null ? '' : `Lot ${stock.lot.manufacturerLotNumber}`}
            {session === null ? '' : ' · opened vial'}
          </Text>
        </>
      ),
    },
    {
      id: 'quantity',
      header: 'Wasted',
      width: '110px',
      isNumber: true,
      card: 'side',
      cell: ({ quantity: wasted, unit }) => (
        <>
          <strong>{quantity(wasted)}</strong>{' '}
          <Text component="span" size="xs" c="dimmed">
            {unitOf(wasted, unit)}
          </Text>
        </>
      ),
    },
    {
      id: 'reason',
      header: 'Reason',
      width: 'minmax(150px, 1.4fr)',
      cell: ({ reason, note }) => (
        <>
          {words(reason)}
          {note !== null && (
            <Text component="span" size="xs" c="dimmed" display="block">
              {note}
            </Text>
          )}
        </>
      ),
    },
    { id: 'cost', header: 'Cost', width: '96px', isNumber: true, cell: ({ cost }) => money.exact(cost) },
    {
      id: 'who',
      header: 'Recorded',
      width: 'minmax(160px, 1fr)',
      from: 700,
      cell: ({ recordedAt, recordedBy, witness, location }) => (
        <>
          {instant(recordedAt, location.timeZone)}
          <Text component="span" size="xs" c="dimmed" display="block">
            {recordedBy.displayName}
            {witness === null ? '' : `, witness ${witness.displayName}`}
          </Text>
        </>
      ),
    },
    ...(hasManyPlaces ? [place] : []),
  ];
}

const place: Column<WasteRow> = {
  id: 'location',
  header: 'Location',
  width: 'minmax(190px, 1fr)',
  from: 900,
  cell: ({ location }) => location.name,
};

const wasteCsv: CsvColumns<WasteRow> = [
  ['Recorded at', ({ recordedAt, location }) => zoned(recordedAt, location.timeZone)],
  ['Location', ({ location }) => location.name],
  ['Product', ({ product }) => product.name],
  ['Lot', ({ stock }) => stock?.lot.manufacturerLotNumber],
  ['Batch', ({ stock }) => stock?.batchCode],
  ['Quantity', ({ quantity: wasted }) => wasted],
  ['Unit', ({ unit }) => unit],
  ['Reason', ({ reason }) => reason],
  ['Note', ({ note }) => note],
  ['Cost', ({ cost }) => cost],
  ['Recorded by', ({ recordedBy }) => recordedBy.displayName],
  ['Witness', ({ witness }) => witness?.displayName],
];
