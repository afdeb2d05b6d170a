/** What is about to expire: choose a horizon, see what is still usable within it, and act before it is waste. */
import { Skeleton, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { useQuery } from 'urql';
import { graphql } from '../../api/graphql.ts';
import type { PagedQuery } from '../../api/paged-list.ts';
import { useLive } from '../../api/use-live.ts';
import { usePagedList } from '../../api/use-paged-list.ts';
import { heads } from '../../app/page-heads.ts';
import { usePlace } from '../../app/place.tsx';
import { useMoney } from '../../app/settings.tsx';
import { addDays, localDate } from '../../format/dates.ts';
import { counted } from '../../format/words.ts';
import type { StockFilter, StockOrder, StocksQuery as Stocks } from '../../generated/graphql.ts';
import { CsvExport } from '../../parts/csv-export.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { stockColumns, stockCsv } from '../stock/stock-columns.tsx';
import { StockChanged, StocksQuery, type StockRow } from '../stock/stock-documents.ts';
import classes from './expiry-page.module.css';
import { cumulated, type ExpiryBucket } from './horizons.ts';

const ExpiringQuery = graphql(`
  query Expiring($locationId: ID) {
    inventoryOverview(locationId: $locationId) {
      expiring {
        withinDays
        lots
        value
      }
    }
  }
`);

type Query = PagedQuery<Stocks, { filter: StockFilter; orderBy: StockOrder }, StockRow>;

const held = ['LIVE', 'ON_HOLD', 'QUARANTINED', 'AWAITING_INTAKE'] as const;
const usual = 30;

export function ExpiryPage() {
  const { place, places } = usePlace();
  const money = useMoney();
  const [params, setParams] = useSearchParams();
  const days = Number(params.get('days') ?? usual);
  const today = localDate(new Date(), place?.timeZone);
  const [{ data }] = useQuery({ query: ExpiringQuery, variables: { locationId: place?.id ?? null } });
  const isPast = days === 0;
  const query: Query = {
    document: StocksQuery,
    variables: {
      filter: {
        locationId: place?.id ?? null,
        expiresBefore: isPast ? today : addDays(today, days + 1),
        ...(isPast ? { status: held } : { availableOnly: true }),
      },
      orderBy: 'EXPIRY_ASC',
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
        {...heads.expiry}
        actions={<CsvExport query={query} columns={stockCsv} name={isPast ? 'expired' : `expiring-${days}-days`} />}
      />
      <Horizons
        buckets={data?.inventoryOverview.expiring}
        chosen={days}
        onChoose={(within) => {
          setParams({ days: String(within) }, { replace: true });
        }}
      />
      <Text size="sm" c="dimmed" mb="sm">
        {isPast
          ? 'Still on a shelf past the last day: take it off and record it as waste.'
          : `Still usable, with its last day within ${days} days, the first to expire first.`}
      </Text>
      <DataTable
        label="Batches"
        columns={columns}
        list={list}
        rowLink={({ id }) => `/stock/${id}`}
        empty={
          <EmptyState title={isPast ? 'Nothing past its last day' : `Nothing expires within ${days} days`}>
            Batches come here by themselves as their last day draws near; alerts tell of the horizons that are set.
          </EmptyState>
        }
      />
    </>
  );
}

interface HorizonsProps {
  readonly buckets: readonly ExpiryBucket[] | undefined;
  readonly chosen: number;
  readonly onChoose: (days: number) => void;
}

function Horizons({ buckets, chosen, onChoose }: HorizonsProps) {
  const money = useMoney();
  if (buckets === undefined) return <Skeleton height={84} mb="md" data-loading />;
  return (
    <div className={classes.horizons} role="group" aria-label="Horizon">
      {cumulated(buckets).map(({ days, lots, value }) => (
        <button
          key={days}
          type="button"
          className={`lk-card ${classes.horizon ?? ''}`}
          aria-pressed={days === chosen}
          onClick={() => {
            onChoose(days);
          }}
        >
          <span className={classes.name}>{days === 0 ? 'Past its last day' : `Within ${days} days`}</span>
          <strong>{money.round(value)}</strong>
          <span className={classes.name}>{counted(lots, 'lot')}</span>
        </button>
      ))}
    </div>
  );
}
