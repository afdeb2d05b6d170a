import { Anchor, Table, Text, Timeline } from '@mantine/core';
import { useMoney } from '../../app/settings.tsx';
import { instant } from '../../format/dates.ts';
import { words } from '../../format/words.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Sign } from '../../parts/sign.tsx';
import type { StockDetail } from './detail-documents.ts';

export function History({ stock }: { readonly stock: StockDetail }) {
  const { timeZone } = stock.location;
  if (stock.statusHistory.length === 0) {
    return (
      <EmptyState title="Its state has not changed yet">Each change of state is kept here, with its reason.</EmptyState>
    );
  }
  return (
    <Timeline bulletSize={12} lineWidth={2}>
      {stock.statusHistory.map(({ from, to, at, by, reason }) => (
        <Timeline.Item
          key={`${at} ${to}`}
          title={from === null ? words(to) : `${words(from)} → ${words(to)}`}
          styles={{ itemTitle: { fontSize: 'var(--mantine-font-size-md)' } }}
        >
          {reason !== null && <Text size="sm">{reason}</Text>}
          <Text size="xs" c="dimmed">
            {instant(at, timeZone)}
            {by === null ? '' : `, ${by.displayName}`}
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

export function Listings({ stock }: { readonly stock: StockDetail }) {
  const money = useMoney();
  const { timeZone } = stock.location;
  if (stock.listedOnPlatforms.length === 0) {
    return (
      <EmptyState title="Not listed anywhere">
        Batches that are offered on a marketplace are listed here, with price and time. Managers list them.
      </EmptyState>
    );
  }
  return (
    <Table aria-label="Listings">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Platform</Table.Th>
          <Table.Th ta="end">Price</Table.Th>
          <Table.Th>Since</Table.Th>
          <Table.Th>State</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {stock.listedOnPlatforms.map(({ platform, price, listedAt, delistedAt, url }) => (
          <Table.Tr key={`${platform} ${listedAt}`}>
            <Table.Td>
              {url === null || !/^https?:/.test(url) ? (
                platform
              ) : (
                <Anchor href={url} rel="noreferrer" target="_blank">
                  {platform}
                </Anchor>
              )}
            </Table.Td>
            <Table.Td ta="end">{money.exact(price)}</Table.Td>
            <Table.Td>{instant(listedAt, timeZone)}</Table.Td>
            <Table.Td>
              {delistedAt === null ? <Sign tone="good">Listed</Sign> : `Ended ${instant(delistedAt, timeZone)}`}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
