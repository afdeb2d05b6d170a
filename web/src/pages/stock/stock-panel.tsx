/** One batch: its state and quantities, its money, its ledger, its history and where it is listed; what may be done with it. */
import { Group, Skeleton, Stack, Tabs, Text } from '@mantine/core';
import { useParams } from 'react-router';
import { useQuery } from 'urql';
import { refusalOf } from '../../api/refusals.ts';
import { useLive } from '../../api/use-live.ts';
import { useReread } from '../../api/use-reread.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { SidePanel } from '../../parts/side-panel.tsx';
import { StockDetailQuery, type StockDetail } from './detail-documents.ts';
import { ExpirySign } from './expiry-sign.tsx';
import { LedgerOfStock } from './ledger-of-stock.tsx';
import { Reservations } from './reservations.tsx';
import { Listings } from './listings.tsx';
import { History } from './stock-history.tsx';
import { StockActions } from './stock-actions.tsx';
import { StockChanged } from './stock-documents.ts';
import { StockFigures, StockMoney } from './stock-figures.tsx';
import { StatusSign } from './status-sign.tsx';

export function StockPanel() {
  const { stockId = '' } = useParams();
  const [{ data, error }, ask] = useQuery({ query: StockDetailQuery, variables: { id: stockId } });
  const stock = data?.stock;
  useReread(ask);
  useLive(StockChanged, { locationId: stock?.location.id ?? null }, ({ stockChanged }) => {
    if (stockChanged.id === stockId) ask({ requestPolicy: 'network-only' });
  });
  return (
    <SidePanel title={stock?.product.name ?? 'Batch'} back="/stock">
      {stock !== undefined && stock !== null ? (
        <Batch
          stock={stock}
          onChanged={() => {
            ask({ requestPolicy: 'network-only' });
          }}
        />
      ) : error !== undefined ? (
        <RefusalNote refusal={refusalOf(error)} />
      ) : data === undefined ? (
        <Stack gap="sm" data-loading>
          <Skeleton height={20} width="40%" />
          <Skeleton height={90} />
          <Skeleton height={180} />
        </Stack>
      ) : (
        <EmptyState title="There is no such batch">It may be at a location that is not yours.</EmptyState>
      )}
    </SidePanel>
  );
}

interface BatchProps {
  readonly stock: StockDetail;
  readonly onChanged: () => void;
}

function Batch({ stock, onChanged }: BatchProps) {
  const { lot, location } = stock;
  return (
    <Stack gap="lg">
      <Group gap="6px 16px" align="center">
        <StatusSign status={stock.status} lot={lot.status} />
        <Text size="sm">Lot {lot.manufacturerLotNumber}</Text>
        <Text size="sm" component="span">
          <ExpirySign expiresOn={lot.expiresOn} timeZone={location.timeZone} isOneLine />
        </Text>
        <Text size="sm" c="dimmed">
          {location.name}
        </Text>
      </Group>
      <StockActions stock={stock} />
      <StockFigures stock={stock} />
      <Tabs
        defaultValue="ledger"
        keepMounted={false}
        // All five fit on a phone.
        styles={{ tab: { paddingInline: 'clamp(4px, 1.6vw, 12px)', flex: '0 1 auto' } }}
      >
        <Tabs.List mb="md" style={{ flexWrap: 'nowrap', justifyContent: 'space-between', maxWidth: 420 }}>
          <Tabs.Tab value="ledger">Ledger</Tabs.Tab>
          <Tabs.Tab value="reservations">Reserved</Tabs.Tab>
          <Tabs.Tab value="money">Money</Tabs.Tab>
          <Tabs.Tab value="history">History</Tabs.Tab>
          <Tabs.Tab value="listings">Listings</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="ledger">
          <LedgerOfStock stock={stock} />
        </Tabs.Panel>
        <Tabs.Panel value="reservations">
          <Reservations stock={stock} />
        </Tabs.Panel>
        <Tabs.Panel value="money">
          <StockMoney stock={stock} onCalculated={onChanged} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <History stock={stock} />
        </Tabs.Panel>
        <Tabs.Panel value="listings">
          <Listings stock={stock} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
