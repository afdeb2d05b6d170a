import type { Money } from '../../app/settings.tsx';
import { quantity } from '../../format/decimal.ts';
import { unitOf } from '../../format/words.ts';
import type { CsvColumns } from '../../parts/csv-export.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { ExpirySign } from './expiry-sign.tsx';
import type { StockRow } from './stock-documents.ts';
import { StatusSign } from './status-sign.tsx';

export function stockColumns(money: Money, hasManyPlaces: boolean): Column<StockRow>[] {
  return [
    {
      id: 'product',
      header: 'Product',
      width: 'minmax(200px, 2fr)',
      card: 'lead',
      cell: ({ product, lot }) => (
        <>
          <span className="lk-lead">{product.name}</span>
          <span className="lk-note">Lot {lot.manufacturerLotNumber}</span>
        </>
      ),
    },
    {
      id: 'status',
      header: 'State',
      width: '112px',
      card: 'side',
      cell: ({ status, lot }) => <StatusSign status={status} lot={lot.status} />,
    },
    {
      id: 'expires',
      header: 'Expires',
      width: '116px',
      cell: ({ lot, location }) => <ExpirySign expiresOn={lot.expiresOn} timeZone={location.timeZone} />,
    },
    {
      id: 'available',
      header: 'Available',
      width: '120px',
      isNumber: true,
      cell: ({ available, product }) => (
        <>
          <strong>{quantity(available)}</strong> <span className="lk-unit">{unitOf(available, product.stockUnit)}</span>
        </>
      ),
    },
    {
      id: 'onHand',
      header: 'On hand',
      width: '84px',
      isNumber: true,
      from: 900,
      cell: ({ onHand }) => quantity(onHand),
    },
    {
      id: 'unitCogs',
      header: 'Unit cost',
      width: '100px',
      isNumber: true,
      from: 1040,
      card: 'none',
      cell: ({ unitCogs }) => money.exact(unitCogs),
    },
    {
      id: 'profit',
      header: 'Profit / day',
      width: '104px',
      isNumber: true,
      from: 1280,
      card: 'none',
      cell: ({ profitPerShelfDay }) => money.exact(profitPerShelfDay),
    },
    ...(hasManyPlaces ? [place] : []),
    {
      id: 'batch',
      header: 'Batch',
      width: 'minmax(200px, 1.3fr)',
      from: 1420,
      card: 'none',
      cell: ({ batchCode }) => (
        <span style={{ font: 'var(--mantine-font-size-xs) var(--mantine-font-family-monospace)' }}>{batchCode}</span>
      ),
    },
  ];
}

const place: Column<StockRow> = {
  id: 'location',
  header: 'Location',
  width: 'minmax(204px, 1fr)',
  from: 820,
  cell: ({ location }) => <span style={{ fontSize: 'var(--mantine-font-size-sm)' }}>{location.name}</span>,
};

export const stockCsv: CsvColumns<StockRow> = [
  ['Batch', ({ batchCode }) => batchCode],
  ['SKU', ({ sku }) => sku],
  ['Product', ({ product }) => product.name],
  ['Category', ({ product }) => product.category],
  ['Lot', ({ lot }) => lot.manufacturerLotNumber],
  ['Expires on', ({ lot }) => lot.expiresOn],
  ['Location', ({ location }) => location.name],
  ['Place', (row) => placeOf(row)],
  ['State', ({ status }) => status],
  ['Lot state', ({ lot }) => lot.status],
  ['Unit', ({ product }) => product.stockUnit],
  ['On hand', ({ onHand }) => onHand],
  ['Available', ({ available }) => available],
  ['Reserved', ({ reserved }) => reserved],
  ['Quarantine', ({ quarantine }) => quarantine],
  ['Hold', ({ hold }) => hold],
  ['Unit cost', ({ unitCogs }) => unitCogs],
  ['Purchase price', ({ purchasePrice }) => purchasePrice],
  ['Profit per shelf day', ({ profitPerShelfDay }) => profitPerShelfDay],
  ['Delivered on', ({ deliveredOn }) => deliveredOn],
];

/** "Zone A, rack 2, shelf 1": as far as it is known. */
export function placeOf({ zone, rack, shelf, bin }: Pick<StockRow, 'zone' | 'rack' | 'shelf' | 'bin'>): string {
  const parts = [
    ['zone', zone],
    ['rack', rack],
    ['shelf', shelf],
    ['bin', bin],
  ].flatMap(([name, value]) => (value === null ? [] : [`${name} ${value}`]));
  const text = parts.join(', ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
