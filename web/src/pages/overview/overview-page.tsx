/** How the stock stands, at a glance: what it is worth, what is about to expire, what needs somebody, what was lost. */
import { Anchor, SimpleGrid, Skeleton, Text } from '@mantine/core';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { graphql } from '../../api/graphql.ts';
import { useReread } from '../../api/use-reread.ts';
import { refusalOf } from '../../api/refusals.ts';
import { useAlertFeed } from '../../app/alert-feed.tsx';
import { heads } from '../../app/page-heads.ts';
import { usePlace } from '../../app/place.tsx';
import { useMoney } from '../../app/settings.tsx';
import { ago } from '../../format/dates.ts';
import { forPixels, grouped, isZero } from '../../format/decimal.ts';
import { counted, words } from '../../format/words.ts';
import type { OverviewQuery as Overview } from '../../generated/graphql.ts';
import { BarChart } from '../../parts/bar-chart.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { Figure } from './figure.tsx';
import { horizonName } from '../expiry/horizon-name.ts';
import { LatestAlerts } from './latest-alerts.tsx';
import { VialMargin } from './vial-margin.tsx';

const OverviewQuery = graphql(`
  query Overview($locationId: ID) {
    inventoryOverview(locationId: $locationId) {
      stockRows
      lots
      totalCost
      availableValue
      expectedProfit
      expiringWithin30Days
      expiredLots
      quarantinedLots
      lowStockProducts
      openVials
      openAlerts
      wasteCostLast30Days
      vialMarginLast30Days
      lastCalculatedAt
      expiring {
        withinDays
        lots
        value
      }
      wasteByReason {
        reason
        quantity
        cost
      }
    }
  }
`);

export function OverviewPage() {
  const locationId = usePlace().place?.id ?? null;
  const [{ data, error }, ask] = useQuery({ query: OverviewQuery, variables: { locationId } });
  useReread(ask);
  const { onAlert } = useAlertFeed();
  useEffect(
    () =>
      onAlert(() => {
        ask({ requestPolicy: 'network-only' });
      }),
    [ask, onAlert],
  );
  const overview = data?.inventoryOverview;
  return (
    <>
      <PageHeader {...heads.overview} />
      {error !== undefined && overview === undefined && <RefusalNote refusal={refusalOf(error)} />}
      {overview === undefined && error === undefined && <Loading />}
      {overview !== undefined && <Figures overview={overview} />}
    </>
  );
}

function Loading() {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="md" data-loading>
      {Array.from({ length: 8 }, (_, index) => (
        <Skeleton key={index} height={92} />
      ))}
    </SimpleGrid>
  );
}

function Figures({ overview }: { readonly overview: Overview['inventoryOverview'] }) {
  const money = useMoney();
  return (
    <>
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
        <Figure
          name="Stock at cost"
          to="/stock"
          note={`${counted(overview.stockRows, 'batch', 'batches')} of ${counted(overview.lots, 'lot')}`}
        >
          {money.round(overview.totalCost)}
        </Figure>
        <Figure
          name="Available at cost"
          to="/stock?order=AVAILABLE_DESC"
          note={`${money.round(overview.expectedProfit)} profit expected`}
        >
          {money.round(overview.availableValue)}
        </Figure>
        <Figure
          name="Expire within 30 days"
          to="/expiry"
          note={overview.expiredLots === 0 ? undefined : `${counted(overview.expiredLots, 'lot')} past the last day`}
          tone={overview.expiredLots > 0 ? 'bad' : 'plain'}
        >
          {countedOrNone(overview.expiringWithin30Days, 'lot')}
        </Figure>
        <Figure name="Open alerts" to="/alerts" tone={overview.openAlerts > 0 ? 'warn' : 'plain'}>
          {overview.openAlerts === 0 ? 'None' : grouped(overview.openAlerts)}
        </Figure>
        <Figure name="Low stock" to="/alerts?type=LOW_STOCK" tone={overview.lowStockProducts > 0 ? 'warn' : 'plain'}>
          {countedOrNone(overview.lowStockProducts, 'product')}
        </Figure>
        <Figure
          name="Quarantined lots"
          to="/stock?state=QUARANTINED"
          note="as a whole; expired and recalled ones count by themselves"
        >
          {countedOrNone(overview.quarantinedLots, 'lot')}
        </Figure>
        <Figure name="Waste, 30 days" to="/waste">
          {money.round(overview.wasteCostLast30Days)}
        </Figure>
        <Figure name="Vial margin, 30 days" to="/open-vials" note={`${counted(overview.openVials, 'vial')} open now`}>
          {money.round(overview.vialMarginLast30Days)}
        </Figure>
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md" mt="md">
        <SectionCard title="Expiring value" aside={<More to="/expiry">Expiry board</More>}>
          <BarChart
            label="Value of lots by the days to their last day"
            bars={overview.expiring.map(({ withinDays, lots, value }) => ({
              label: horizonName(withinDays, overview.expiring),
              size: forPixels(value),
              figure: `${money.round(value)} · ${counted(lots, 'lot')}`,
              tone: withinDays === 0 ? 'bad' : withinDays !== null && withinDays <= 30 ? 'warn' : 'plain',
            }))}
          />
        </SectionCard>
        <SectionCard title="Latest alerts" aside={<More to="/alerts">All alerts</More>}>
          <LatestAlerts />
        </SectionCard>
        <SectionCard title="Waste by reason, 30 days" aside={<More to="/waste">All waste</More>}>
          <WasteByReason shares={overview.wasteByReason} />
        </SectionCard>
        <SectionCard title="Vial margin, 30 days" aside={<More to="/open-vials?show=ended">Ended vials</More>}>
          <VialMargin />
        </SectionCard>
      </SimpleGrid>
      {overview.lastCalculatedAt !== null && (
        <Text size="xs" c="dimmed" mt="md">
          As it stood {ago(overview.lastCalculatedAt)}.
        </Text>
      )}
    </>
  );
}

/** Nothing to see to is said calmly, not counted. */
function countedOrNone(count: number, one: string): string {
  return count === 0 ? 'None' : counted(count, one);
}

function WasteByReason({ shares }: { readonly shares: Overview['inventoryOverview']['wasteByReason'] }) {
  const money = useMoney();
  const some = shares.filter(({ cost, quantity }) => !isZero(cost) || !isZero(quantity));
  if (some.length === 0) return <Text c="dimmed">Nothing was thrown away in the last 30 days.</Text>;
  return (
    <BarChart
      label="Cost of waste by reason, last 30 days"
      bars={some
        .toSorted((left, right) => forPixels(right.cost) - forPixels(left.cost))
        .map(({ reason, cost }) => ({ label: words(reason), size: forPixels(cost), figure: money.exact(cost) }))}
    />
  );
}

function More({ to, children }: { readonly to: string; readonly children: string }) {
  return (
    <Anchor component={Link} to={to} size="sm">
      {children}
    </Anchor>
  );
}
