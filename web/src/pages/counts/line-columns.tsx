import { unitOf } from '../../format/words.ts';
import { Text } from '@mantine/core';
import type { Money } from '../../app/settings.tsx';
import { change, quantity } from '../../format/decimal.ts';
import { day } from '../../format/dates.ts';
import type { CsvColumns } from '../../parts/csv-export.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { Sign } from '../../parts/sign.tsx';
import type { Count, CountLine } from './count-documents.ts';
import { whereOf } from './count-lines.ts';

/** What is expected has a column only once the API tells it to this reader. */
export function lineColumns(count: Count, money: Money): Column<CountLine>[] {
  const isTold = count.lines.some(({ expected }) => expected !== null);
  const isRecounted = count.lines.some(({ recountNeeded, recounted }) => recountNeeded || recounted !== null);
  return [
    {
      id: 'product',
      header: 'Product',
      width: 'minmax(190px, 2fr)',
      card: 'lead',
      cell: ({ productName, lotNumber, expiresOn }) => (
        <>
          <Text component="span" inherit fw={550}>
            {productName}
          </Text>
          <Text component="span" size="xs" c="dimmed" display="block">
            Lot {lotNumber}
            {expiresOn === null ? '' : ` · ${day(expiresOn)}`}
          </Text>
        </>
      ),
    },
    {
      id: 'sign',
      header: 'State',
      width: '124px',
      card: 'side',
      cell: (line) => <LineSign line={line} />,
    },
    { id: 'where', header: 'Place', width: 'minmax(140px, 1fr)', from: 760, cell: whereOf },
    {
      id: 'counted',
      header: 'Counted',
      width: '120px',
      isNumber: true,
      cell: ({ counted, countedBy, stockUnit }) => <Figure figure={counted} by={countedBy} unit={stockUnit} />,
    },
    ...(isRecounted
      ? [
          {
            id: 'recounted',
            header: 'Recounted',
            width: '120px',
            isNumber: true,
            cell: ({ recounted, recountedBy, stockUnit }: CountLine) => (
              <Figure figure={recounted} by={recountedBy} unit={stockUnit} />
            ),
          },
        ]
      : []),
    ...(isTold ? toldColumns(money) : []),
  ];
}

function toldColumns(money: Money): Column<CountLine>[] {
  return [
    {
      id: 'expected',
      header: 'Expected',
      width: '88px',
      isNumber: true,
      cell: ({ expected }) => (expected === null ? '–' : quantity(expected)),
    },
    {
      id: 'difference',
      header: 'Difference',
      width: '92px',
      isNumber: true,
      cell: ({ variance }) => (variance === null ? '–' : change(variance)),
    },
    {
      id: 'value',
      header: 'At cost',
      width: '100px',
      isNumber: true,
      from: 900,
      cell: ({ varianceValue }) => money.exact(varianceValue),
    },
  ];
}

interface FigureProps {
  readonly figure: string | null;
  readonly by: { readonly displayName: string } | null;
  readonly unit: string;
}

function Figure({ figure, by, unit }: FigureProps) {
  if (figure === null) return <>–</>;
  return (
    <>
      <strong>{quantity(figure)}</strong>{' '}
      <Text component="span" size="xs" c="dimmed">
        {unitOf(figure, unit)}
      </Text>
      <Text component="span" size="xs" c="dimmed" display="block">
        {by?.displayName}
      </Text>
    </>
  );
}

function LineSign({ line }: { readonly line: CountLine }) {
  if (line.recountNeeded && line.recounted === null) return <Sign tone="warn">Count again</Sign>;
  if (line.counted === null) return <Sign tone="calm">Open</Sign>;
  if (line.withinTolerance === false) return <Sign tone="bad">Differs</Sign>;
  return <Sign tone="good">Counted</Sign>;
}

/** What is not told stays empty: a blind count is blind in its file too. */
export const lineCsv: CsvColumns<CountLine> = [
  ['Position', ({ position }) => position],
  ['Product', ({ productName }) => productName],
  ['Lot', ({ lotNumber }) => lotNumber],
  ['Batch', ({ batchCode }) => batchCode],
  ['Expires on', ({ expiresOn }) => expiresOn],
  ['Place', whereOf],
  ['Unit', ({ stockUnit }) => stockUnit],
  ['Counted', ({ counted }) => counted],
  ['Counted by', ({ countedBy }) => countedBy?.displayName],
  ['Recounted', ({ recounted }) => recounted],
  ['Recounted by', ({ recountedBy }) => recountedBy?.displayName],
  ['Expected', ({ expected }) => expected],
  ['Difference', ({ variance }) => variance],
  ['At cost', ({ varianceValue }) => varianceValue],
];
