/** One storage unit: its temperatures with limits and excursions, a reading by hand, its limits. */
import { Button, Group, SegmentedControl, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useParams } from 'react-router';
import { useQuery } from 'urql';
import { refusalOf } from '../../api/refusals.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { useMay } from '../../app/access.ts';
import { ago } from '../../format/dates.ts';
import { BackLink } from '../../parts/back-link.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { celsius, limits } from './celsius.ts';
import { ExcursionsQuery, ReadingsQuery, UnitsQuery, type Unit } from './cold-documents.ts';
import { EnterReading } from './enter-reading.tsx';
import { ExcursionTable } from './excursion-table.tsx';
import { TemperatureChart } from './temperature-chart.tsx';
import { UnitForm } from './unit-form.tsx';

export function UnitPage() {
  const { id = '' } = useParams();
  const [{ data, error }, ask] = useQuery({ query: UnitsQuery });
  const read = () => {
    ask({ requestPolicy: 'network-only' });
  };
  useRefresh(read);
  const unit = data?.locations.flatMap(({ storageUnits }) => storageUnits).find((each) => each.id === id);
  return (
    <>
      <BackLink to="/cold-chain">Cold chain</BackLink>
      {unit === undefined ? (
        <>
          <PageHeader title="Storage unit" />
          {error !== undefined && <RefusalNote refusal={refusalOf(error)} />}
          {data !== undefined && <Text>There is no such unit, or it is at a location that is not yours.</Text>}
        </>
      ) : (
        <UnitView unit={unit} onChanged={read} />
      )}
    </>
  );
}

const ranges = [
  { value: '1', label: 'Day' },
  { value: '3', label: '3 days' },
  { value: '7', label: 'Week' },
  { value: '30', label: 'Month' },
] as const;
const hourMs = 3_600_000;

function UnitView({ unit, onChanged }: { readonly unit: Unit; readonly onChanged: () => void }) {
  const may = useMay();
  const [days, setDays] = useState('3');
  const [isEditing, setIsEditing] = useState(false);
  const [turn, setTurn] = useState(0);
  return (
    <Stack gap="lg">
      <div>
        <PageHeader
          title={unit.name}
          description={unit.location.name}
          actions={
            may('saveStorageUnit') && (
              <Button
                variant="default"
                onClick={() => {
                  setIsEditing(!isEditing);
                }}
              >
                Change its limits
              </Button>
            )
          }
        />
        <Facts
          facts={[
            ['Now', unit.latestReading === null ? 'No reading yet' : celsius(unit.latestReading.celsius)],
            ['Measured', unit.latestReading === null ? null : ago(unit.latestReading.measuredAt)],
            ['Limits', limits(unit)],
            ['Grace', `${unit.graceMinutes} min`],
          ]}
        />
      </div>
      {isEditing && (
        <UnitForm
          unit={unit}
          onSaved={() => {
            setIsEditing(false);
            onChanged();
          }}
        />
      )}
      <section aria-label="Temperatures" className="lk-card" style={{ padding: 16 }}>
        <Group justify="space-between" mb="sm">
          <Title order={2}>Temperatures</Title>
          <SegmentedControl size="xs" aria-label="How far back" data={[...ranges]} value={days} onChange={setDays} />
        </Group>
        <Curve key={`${days} ${turn}`} unit={unit} days={Number(days)} />
      </section>
      {may('recordTemperatures') && (
        <EnterReading
          unit={unit}
          onRecorded={() => {
            setTurn(turn + 1);
            onChanged();
          }}
        />
      )}
      <section aria-label="Excursions">
        <Title order={2} mb="xs">
          Excursions
        </Title>
        <AllExcursions unit={unit} />
      </section>
    </Stack>
  );
}

function Curve({ unit, days }: { readonly unit: Unit; readonly days: number }) {
  const variables = useMemo(() => {
    const to = new Date();
    return {
      storageUnitId: unit.id,
      from: new Date(to.getTime() - days * 24 * hourMs).toISOString(),
      to: to.toISOString(),
    };
  }, [unit.id, days]);
  const [{ data, error }] = useQuery({ query: ReadingsQuery, variables });
  const [{ data: excursions }] = useQuery({ query: ExcursionsQuery, variables });
  if (error !== undefined) return <RefusalNote refusal={refusalOf(error)} />;
  if (data === undefined) return <Skeleton height={280} data-loading />;
  if (data.temperatureReadings.length === 0) {
    return (
      <EmptyState title="No reading in this time">
        Readings come from its logger, from a file (lotkeeper temperatures import), or are entered by hand.
      </EmptyState>
    );
  }
  return (
    <TemperatureChart
      unit={unit}
      readings={data.temperatureReadings}
      excursions={(excursions?.temperatureExcursions ?? []).filter(({ kind }) => kind === 'CONSECUTIVE')}
    />
  );
}

function AllExcursions({ unit }: { readonly unit: Unit }) {
  const from = useMemo(() => new Date(new Date().setHours(0, 0, 0, 0) - 365 * 24 * hourMs).toISOString(), []);
  return <ExcursionTable from={from} storageUnitId={unit.id} locationId={null} />;
}
