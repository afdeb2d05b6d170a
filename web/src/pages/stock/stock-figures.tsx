import { SimpleGrid, Text } from '@mantine/core';
import { useMoney } from '../../app/settings.tsx';
import { ago, day, instant } from '../../format/dates.ts';
import { isZero, quantity, share } from '../../format/decimal.ts';
import { unitOf, words } from '../../format/words.ts';
import { Facts } from '../../parts/facts.tsx';
import type { StockDetail } from './detail-documents.ts';
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
          ['Batch', stock.batchCode],
          ['SKU', stock.sku],
          ['Recall', lot.recall?.reference],
          ['Grade', stock.grade],
          ['Last changed', instant(stock.updatedAt, location.timeZone)],
          ['Notes', stock.notes],
        ]}
      />
    </>
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

export function StockMoney({ stock }: { readonly stock: StockDetail }) {
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
          ['Payment terms', stock.paymentTerms === null ? null : words(stock.paymentTerms)],
          ['ROI', stock.roiPercentage === null ? null : `${quantity(stock.roiPercentage)} %`],
          ['Profit per shelf day', money.exact(stock.profitPerShelfDay)],
          ['Shelf life', stock.shelfLifeDays === null ? null : `${stock.shelfLifeDays} days`],
          ['Cost on hand', metrics === null ? null : money.exact(metrics.totalCost)],
          ['Expected profit', metrics === null ? null : money.exact(metrics.expectedProfit)],
          ['On the shelf', metrics?.daysOnShelf == null ? null : `${metrics.daysOnShelf} days`],
        ]}
      />
      {metrics !== null && (
        <Text size="xs" c="dimmed" mt="md">
          Cost on hand, expected profit and shelf days as calculated {ago(metrics.lastCalculatedAt)}.
        </Text>
      )}
    </>
  );
}
