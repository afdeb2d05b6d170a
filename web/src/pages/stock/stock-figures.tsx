import { Anchor, Group, SimpleGrid, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useMay } from '../../app/access.ts';
import { useMoney } from '../../app/settings.tsx';
import { ago, day, instant } from '../../format/dates.ts';
import { isZero, quantity, share } from '../../format/decimal.ts';
import { amount, unitOf } from '../../format/words.ts';
import { Facts } from '../../parts/facts.tsx';
import { paymentWords } from './cost-fields.tsx';
import type { StockDetail } from './detail-documents.ts';
import { RefreshMetrics } from './refresh-metrics.tsx';
import { placeOf } from './stock-columns.tsx';

export function StockFigures({ stock }: { readonly stock: StockDetail }) {
  const { product, lot, location } = stock;
  const others = [
    ['Reserved', stock.reserved],
    ['Quarantine', stock.quarantine],
    ['On hold', stock.hold],
    ['Defective', stock.defective],
    ['Samples', stock.sample],
  ] as const;
  return (
    <>
      <SimpleGrid cols={{ base: 2, xs: 3 }} spacing="sm">
        <Quantity name="Available" value={stock.available} unit={product.stockUnit} />
        <Quantity name="On hand" value={stock.onHand} unit={product.stockUnit} />
        {others
          .filter(([, value]) => !isZero(value))
          .map(([name, value]) => (
            <Quantity key={name} name={name} value={value} unit={product.stockUnit} />
          ))}
      </SimpleGrid>
      <Facts
        facts={[
          ['Brand', product.brand?.name],
          ['Category', product.category],
          ['Vendor', stock.vendor?.name],
          ['Place', placeOf(stock)],
          ['Storage unit', stock.storageUnit?.name],
          ['GTIN', product.gtin],
          ['Serial number', lot.serialNumber],
          ['Schedule', product.deaSchedule],
          ['Delivered', stock.deliveredOn === null ? null : day(stock.deliveredOn)],
          ['Lot code', lot.lotCode],
          ['Batch', stock.batchCode, 'wide'],
          ['SKU', stock.sku, 'wide'],
          ['Recall', lot.recall === null ? null : <RecallLink key="recall" recall={lot.recall} />],
          ['Grade', stock.grade],
          ['Last changed', instant(stock.updatedAt, location.timeZone)],
          ['Notes', stock.notes, 'wide'],
        ]}
      />
    </>
  );
}

function RecallLink({ recall: { id, reference } }: { readonly recall: NonNullable<StockDetail['lot']['recall']> }) {
  return (
    <Anchor component={Link} to={`/recalls/${id}`} inherit>
      {reference}
    </Anchor>
  );
}

function Quantity({ name, value, unit }: { readonly name: string; readonly value: string; readonly unit: string }) {
  return (
    <div className="lk-card lk-numbers" style={{ padding: '8px 12px' }}>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text fw={600} size="lg" component="p" m={0} data-figure={name}>
        {quantity(value)}{' '}
        <Text component="span" size="sm" c="dimmed" fw={400}>
          {unitOf(value, unit)}
        </Text>
      </Text>
    </div>
  );
}

interface StockMoneyProps {
  readonly stock: StockDetail;
  readonly onCalculated: () => void;
}

export function StockMoney({ stock, onCalculated }: StockMoneyProps) {
  const may = useMay();
  const money = useMoney();
  const { metrics } = stock;
  const cost =
    stock.cogsMode === 'FIXED'
      ? money.exact(stock.unitCogs)
      : `${money.exact(stock.unitCogsMin)} to ${money.exact(stock.unitCogsMax)}`;
  return (
    <>
      <Facts
        facts={[
          ['Unit cost', cost],
          ['Purchase price', money.exact(stock.purchasePrice)],
          ['VAT', stock.vatRate === null ? null : `${share(stock.vatRate)}, ${money.exact(stock.vatAmount)}`],
          ['Gross purchase price', money.exact(stock.grossPurchasePrice)],
          ['Payment terms', stock.paymentTerms === null ? null : paymentWords(stock.paymentTerms)],
          ['Price of a unit', stock.product.unitPrice === null ? null : money.exact(stock.product.unitPrice)],
          ['Reorder point', reorderOf(stock)],
          ['ROI', stock.roiPercentage === null ? null : `${quantity(stock.roiPercentage)} %`],
          ['Profit per shelf day', money.exact(stock.profitPerShelfDay)],
          ['Shelf life', stock.shelfLifeDays === null ? null : `${stock.shelfLifeDays} days`],
          ['Cost on hand', metrics === null ? null : money.exact(metrics.totalCost)],
          ['Expected profit', metrics === null ? null : money.exact(metrics.expectedProfit)],
          ['On the shelf', metrics?.daysOnShelf == null ? null : `${metrics.daysOnShelf} days`],
        ]}
      />
      <Group gap="xs" mt="md">
        <Text size="xs" c="dimmed">
          {metrics === null
            ? 'Cost on hand, expected profit and shelf days are not calculated yet.'
            : `Cost on hand, expected profit and shelf days as calculated ${ago(metrics.lastCalculatedAt)}.`}
        </Text>
        {may('refreshStockMetrics') && <RefreshMetrics onDone={onCalculated} />}
      </Group>
    </>
  );
}

/** "20 vials, then 50" */
function reorderOf({ product: { reorderPoint, reorderQuantity, stockUnit } }: StockDetail): string | null {
  if (reorderPoint === null) return null;
  const at = amount(reorderPoint, stockUnit);
  return reorderQuantity === null ? at : `${at}, then ${quantity(reorderQuantity)}`;
}
