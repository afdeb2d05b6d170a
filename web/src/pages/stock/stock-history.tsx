import { Text, Timeline } from '@mantine/core';
import { instant } from '../../format/dates.ts';
import { words } from '../../format/words.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
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
