import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import IconSearch from '@tabler/icons-react/icons/IconSearch';
import { useMemo, useState } from 'react';
import { Link, Outlet, useSearchParams } from 'react-router';
import { usePagedList } from '../../api/use-paged-list.ts';
import { useLive } from '../../api/use-live.ts';
import type { PagedQuery } from '../../api/paged-list.ts';
import { useMay } from '../../app/access.ts';
import { heads } from '../../app/page-heads.ts';
import { usePlace } from '../../app/place.tsx';
import { useMoney } from '../../app/settings.tsx';
import { words } from '../../format/words.ts';
import type { StockFilter, StockOrder, StocksQuery as Stocks } from '../../generated/graphql.ts';
import { CsvExport } from '../../parts/csv-export.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { OnlyPill } from '../../parts/only-pill.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { ScanBox } from './scan-box.tsx';
import { stockColumns, stockCsv } from './stock-columns.tsx';
import { StockChanged, StocksQuery, type StockRow } from './stock-documents.ts';
import { useScan } from './use-scan.ts';

type Query = PagedQuery<Stocks, { filter: StockFilter; orderBy: StockOrder }, StockRow>;

const orders: readonly (readonly [StockOrder, string])[] = [
  ['EXPIRY_ASC', 'First to expire'],
  ['CREATED_DESC', 'Last taken in'],
  ['AVAILABLE_DESC', 'Most available'],
  ['PROFIT_PER_SHELF_DAY_DESC', 'Most profit a day'],
];

const states = ['LIVE', 'AWAITING_INTAKE', 'ON_HOLD', 'QUARANTINED', 'SOLD_OUT', 'CLOSED'] as const;

/** What is filtered stands in the address: it can be sent to somebody, and is there again after the way back. */
function useStockFilter() {
  const [params, setParams] = useSearchParams();
  const set = (name: string, value: string | null) => {
    setParams(
      (before) => {
        if (value === null || value === '') before.delete(name);
        else before.set(name, value);
        return before;
      },
      { replace: true, preventScrollReset: true },
    );
  };
  const state = states.find((each) => each === params.get('state')) ?? null;
  const order = orders.find(([each]) => each === params.get('order'))?.[0] ?? 'EXPIRY_ASC';
  return {
    search: params.get('search') ?? '',
    state,
    order,
    lotId: params.get('lot'),
    productId: params.get('product'),
    params: params.toString(),
    set,
  };
}

export function StockPage() {
  const { place, places } = usePlace();
  const money = useMoney();
  const { search, state, order, lotId, productId, params, set } = useStockFilter();
  const may = useMay();
  const onScan = useScan();
  const [typed, setTyped] = useState(search);
  const [settled] = useDebouncedValue(typed, 250);
  const query: Query = {
    document: StocksQuery,
    variables: {
      filter: {
        locationId: place?.id ?? null,
        search: settled.trim() === '' ? null : settled.trim(),
        status: state === null ? null : [state],
        lotId,
        productId,
      },
      orderBy: order,
    },
    pick: ({ stocks }) => stocks,
  };
  const list = usePagedList(query);
  useLive(StockChanged, { locationId: place?.id ?? null }, ({ stockChanged }) => {
    list.patch(stockChanged);
  });
  const columns = useMemo(() => stockColumns(money, places.length > 1 && place === null), [money, places, place]);

  return (
    <>
      <PageHeader
        {...heads.stock}
        actions={
          <>
            <CsvExport query={query} columns={stockCsv} name="stock" />
            {may('intake') && (
              <Button component={Link} to={{ pathname: '/stock/intake', search: params }}>
                Take in
              </Button>
            )}
          </>
        }
      />
      <Group gap="xs" mb="md" role="search">
        <ScanBox onScan={onScan} />
        <TextInput
          aria-label="Search stock"
          placeholder="Product, brand, lot, batch or SKU"
          type="search"
          leftSection={<IconSearch size={16} stroke={1.7} />}
          value={typed}
          onChange={({ currentTarget }) => {
            setTyped(currentTarget.value);
            set('search', currentTarget.value);
          }}
          style={{ flex: '1 1 240px' }}
        />
        <NativeSelect
          aria-label="State"
          data={[{ value: '', label: 'Any state' }, ...states.map((each) => ({ value: each, label: words(each) }))]}
          value={state ?? ''}
          onChange={({ currentTarget }) => {
            set('state', currentTarget.value);
          }}
          style={{ flex: '1 1 130px', maxWidth: 180 }}
        />
        <NativeSelect
          aria-label="Order"
          data={orders.map(([value, label]) => ({ value, label }))}
          value={order}
          onChange={({ currentTarget }) => {
            set('order', currentTarget.value);
          }}
          style={{ flex: '1 1 130px', maxWidth: 190 }}
        />
      </Group>
      {(lotId !== null || productId !== null) && (
        <Group gap="xs" mb="md">
          {lotId !== null && (
            <OnlyPill
              name="One lot only"
              onRemove={() => {
                set('lot', null);
              }}
            />
          )}
          {productId !== null && (
            <OnlyPill
              name="One product only"
              onRemove={() => {
                set('product', null);
              }}
            />
          )}
        </Group>
      )}
      <DataTable
        label="Stock"
        columns={columns}
        list={list}
        rowLink={({ id }) => `/stock/${id}${params === '' ? '' : `?${params}`}`}
        empty={
          <EmptyState title="No batch is like that">
            Every delivery is a batch here: product, lot, expiry, place, quantity and cost. Widen the search, choose
            another location, or take a delivery in.
          </EmptyState>
        }
      />
      <Outlet />
    </>
  );
}
