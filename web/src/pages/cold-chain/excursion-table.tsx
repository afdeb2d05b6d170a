import { Button, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { refusalOf } from '../../api/refusals.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { whole, wholeList } from '../../api/whole-list.ts';
import { useMay } from '../../app/access.ts';
import { instant, zoned } from '../../format/dates.ts';
import { duration } from '../../format/durations.ts';
import { quantity } from '../../format/decimal.ts';
import { counted } from '../../format/words.ts';
import { CsvExport, type CsvColumns } from '../../parts/csv-export.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Sign } from '../../parts/sign.tsx';
import { AcknowledgeThis } from './acknowledge-excursion.tsx';
import { celsiusRange } from './celsius.ts';
import { ExcursionsQuery, type Excursion } from './cold-documents.ts';

export interface ExcursionTableProps {
  readonly from: string;
  /** Null: of all units. */
  readonly storageUnitId: string | null;
  readonly locationId: string | null;
}

export function ExcursionTable({ from, storageUnitId, locationId }: ExcursionTableProps) {
  const may = useMay();
  const variables = { storageUnitId, from };
  const [{ data, error }, ask] = useQuery({ query: ExcursionsQuery, variables });
  const [shown, setShown] = useState<Excursion | null>(null);
  const read = () => {
    ask({ requestPolicy: 'network-only' });
  };
  useRefresh(read);
  const here = (found: readonly Excursion[]) =>
    found.filter(({ storageUnit }) => locationId === null || storageUnit.location.id === locationId);
  const mayAcknowledge = may('acknowledgeExcursion');
  const columns = useMemo(
    () => [...excursionColumns, ...(mayAcknowledge ? [deedColumn(setShown)] : [])],
    [mayAcknowledge],
  );
  const list = wholeList(data === undefined ? undefined : here(data.temperatureExcursions));
  return (
    <>
      <DataTable
        label="Excursions"
        columns={columns}
        list={
          error === undefined || data !== undefined ? list : { ...list, isLoading: false, refusal: refusalOf(error) }
        }
        empty={
          <EmptyState title="No excursion">
            A unit that is out of its limits for longer than its grace has one, and so has a batch that has borne more
            minutes than its product does. It stays here until somebody has acknowledged it.
          </EmptyState>
        }
      />
      {list.rows.length > 0 && (
        <div style={{ marginTop: 12 }}>
          <CsvExport
            query={{
              document: ExcursionsQuery,
              variables,
              pick: ({ temperatureExcursions }) => whole(here(temperatureExcursions)),
            }}
            columns={excursionCsv}
            name="excursions"
          />
        </div>
      )}
      {shown !== null && (
        <AcknowledgeThis
          excursion={shown}
          onDone={() => {
            setShown(null);
            read();
          }}
          onClose={() => {
            setShown(null);
          }}
        />
      )}
    </>
  );
}

const excursionColumns: Column<Excursion>[] = [
  {
    id: 'where',
    header: 'What',
    width: 'minmax(200px, 2fr)',
    card: 'lead',
    cell: ({ kind, storageUnit, affectedStock }) => (
      <>
        <Text component="span" inherit fw={550}>
          {kind === 'CUMULATIVE' ? (affectedStock[0]?.product.name ?? 'A batch') : storageUnit.name}
        </Text>
        <Text component="span" size="xs" c="dimmed" display="block">
          {kind === 'CUMULATIVE'
            ? `Lot ${affectedStock[0]?.lot.manufacturerLotNumber ?? ''}: longer than it bears`
            : storageUnit.location.name}
        </Text>
      </>
    ),
  },
  { id: 'state', header: 'State', width: '124px', card: 'side', cell: (excursion) => <ExcursionSign {...excursion} /> },
  {
    id: 'when',
    header: 'When',
    width: '172px',
    cell: ({ startedAt, endedAt, storageUnit }) => (
      <>
        {instant(startedAt, storageUnit.location.timeZone)}
        <Text component="span" size="xs" c="dimmed" display="block">
          {endedAt === null ? 'goes on' : `until ${instant(endedAt, storageUnit.location.timeZone)}`}
        </Text>
      </>
    ),
  },
  {
    id: 'out',
    header: 'Out of limits',
    width: '130px',
    from: 780,
    isNumber: true,
    cell: ({ minutesOut, budgetMinutes }) => (
      <>
        {duration(minutesOut * 60_000)}
        {budgetMinutes !== null && (
          <Text component="span" size="xs" c="dimmed" display="block">
            of {duration(budgetMinutes * 60_000)}
          </Text>
        )}
      </>
    ),
  },
  {
    id: 'range',
    header: 'Measured',
    width: '130px',
    isNumber: true,
    from: 800,
    cell: ({ minCelsius, maxCelsius }) => celsiusRange(minCelsius, maxCelsius),
  },
  {
    id: 'stock',
    header: 'Stock there',
    width: 'minmax(150px, 1.4fr)',
    from: 940,
    cell: ({ affectedStock }) =>
      affectedStock.length === 0
        ? 'None'
        : affectedStock.length <= 2
          ? affectedStock.map(({ product }) => product.name).join(', ')
          : counted(affectedStock.length, 'batch', 'batches'),
  },
];

function deedColumn(show: (excursion: Excursion) => void): Column<Excursion> {
  return {
    id: 'deed',
    header: 'Decide',
    width: '140px',
    cell: (excursion) => {
      const holds = excursion.kind === 'CUMULATIVE' && excursion.releasedAt === null;
      if (excursion.acknowledgedAt !== null && !holds) return excursion.comment;
      return (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Acknowledge the excursion of ${excursion.storageUnit.name}`}
          onClick={() => {
            show(excursion);
          }}
        >
          {excursion.acknowledgedAt === null ? 'Acknowledge…' : 'Release…'}
        </Button>
      );
    },
  };
}

function ExcursionSign({ acknowledgedAt, supersededAt, kind, releasedAt, endedAt }: Excursion) {
  if (supersededAt !== null) return <Sign tone="calm">None, by later data</Sign>;
  if (acknowledgedAt === null) return <Sign tone="bad">{endedAt === null ? 'Goes on' : 'To acknowledge'}</Sign>;
  if (kind === 'CUMULATIVE' && releasedAt === null) return <Sign tone="warn">In quarantine</Sign>;
  return <Sign tone="good">{releasedAt === null ? 'Acknowledged' : 'Released'}</Sign>;
}

const excursionCsv: CsvColumns<Excursion> = [
  ['Location', ({ storageUnit }) => storageUnit.location.name],
  ['Unit', ({ storageUnit }) => storageUnit.name],
  ['Kind', ({ kind }) => kind],
  ['Began at', ({ startedAt, storageUnit }) => zoned(startedAt, storageUnit.location.timeZone)],
  ['Ended at', ({ endedAt, storageUnit }) => zoned(endedAt, storageUnit.location.timeZone)],
  ['Minutes out', ({ minutesOut }) => minutesOut],
  ['Budget', ({ budgetMinutes }) => budgetMinutes],
  ['Lowest', ({ minCelsius }) => minCelsius],
  ['Highest', ({ maxCelsius }) => maxCelsius],
  ['Lower limit', ({ limitMinCelsius }) => limitMinCelsius],
  ['Upper limit', ({ limitMaxCelsius }) => limitMaxCelsius],
  [
    'Stock',
    ({ affectedStock }) =>
      affectedStock
        .map(({ product, lot, onHand }) => `${product.name} lot ${lot.manufacturerLotNumber}: ${quantity(onHand)}`)
        .join('; '),
  ],
  ['Acknowledged by', ({ acknowledgedBy }) => acknowledgedBy?.displayName],
  ['Comment', ({ comment }) => comment],
];
