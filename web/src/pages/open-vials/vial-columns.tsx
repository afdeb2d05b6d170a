import type { Money } from '../../app/settings.tsx';
import { zoned } from '../../format/dates.ts';
import { amount } from '../../format/words.ts';
import type { CsvColumns } from '../../parts/csv-export.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { useNow } from '../../parts/use-now.ts';
import { DosesBar, unitOf } from './doses-bar.tsx';
import { TimeLeft } from './time-left.tsx';
import type { VialRow } from './vial-documents.ts';
import { VialSign } from './vial-sign.tsx';

function SignNow({ vial }: { readonly vial: VialRow }) {
  return <VialSign vial={vial} now={useNow()} />;
}

export function vialColumns(money: Money, hasManyPlaces: boolean): Column<VialRow>[] {
  return [
    {
      id: 'product',
      header: 'Product',
      width: 'minmax(180px, 2fr)',
      card: 'lead',
      cell: ({ product, lot }) => (
        <>
          <span className="lk-lead">{product.name}</span>
          <span className="lk-note">Lot {lot.manufacturerLotNumber}</span>
        </>
      ),
    },
    { id: 'state', header: 'State', width: '104px', card: 'side', cell: (vial) => <SignNow vial={vial} /> },
    { id: 'left', header: 'Time left', width: '176px', cell: (vial) => <TimeLeft vial={vial} /> },
    {
      id: 'doses',
      header: 'Remaining',
      width: 'minmax(170px, 1.4fr)',
      cell: (vial) => <DosesBar vial={vial} />,
    },
    {
      id: 'patients',
      header: 'Patients',
      width: '72px',
      isNumber: true,
      from: 760,
      card: 'none',
      cell: ({ patientCount }) => patientCount,
    },
    {
      id: 'margin',
      header: 'Margin',
      width: '96px',
      isNumber: true,
      from: 860,
      cell: ({ margin }) => money.exact(margin),
    },
    {
      id: 'waste',
      header: 'Waste',
      width: '88px',
      isNumber: true,
      from: 1240,
      card: 'none',
      cell: ({ wasteCost }) => money.exact(wasteCost),
    },
    ...(hasManyPlaces ? [place] : []),
  ];
}

const place: Column<VialRow> = {
  id: 'location',
  header: 'Location',
  width: 'minmax(190px, 1fr)',
  from: 980,
  cell: ({ location }) => location.name,
};

export const vialCsv: CsvColumns<VialRow> = [
  ['Product', ({ product }) => product.name],
  ['Lot', ({ lot }) => lot.manufacturerLotNumber],
  ['Location', ({ location }) => location.name],
  ['State', ({ status }) => status],
  ['Opened at', ({ openedAt, location }) => zoned(openedAt, location.timeZone)],
  ['Expires at', ({ expiresAt, location }) => zoned(expiresAt, location.timeZone)],
  ['Ended at', ({ closedAt, location }) => zoned(closedAt, location.timeZone)],
  ['Unit', (vial) => unitOf(vial)],
  ['Initial', ({ initialDoses }) => initialDoses],
  ['Used', ({ usedDoses }) => usedDoses],
  ['Wasted', ({ wastedDoses }) => wastedDoses],
  ['Remaining', ({ remainingDoses }) => remainingDoses],
  ['Patients', ({ patientCount }) => patientCount],
  ['Revenue', ({ revenue }) => revenue],
  ['Cost', ({ cost }) => cost],
  ['Margin', ({ margin }) => margin],
  ['Waste cost', ({ wasteCost }) => wasteCost],
];

/** "12.5 units" */
export function doses(text: string, vial: Pick<VialRow, 'product'>): string {
  return amount(text, unitOf(vial));
}
