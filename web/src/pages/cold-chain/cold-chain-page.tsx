/** Every storage unit as it stands now, and what has gone wrong of late. */
import { Button, Text, Title } from '@mantine/core';
import { useMemo } from 'react';
import { Link, useOutlet } from 'react-router';
import { useQuery } from 'urql';
import { refusalOf } from '../../api/refusals.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { useMay } from '../../app/access.ts';
import { heads } from '../../app/page-heads.ts';
import { usePlace } from '../../app/place.tsx';
import { ago } from '../../format/dates.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { Sign } from '../../parts/sign.tsx';
import { useNow } from '../../parts/use-now.ts';
import { celsius, isOutside, limits } from './celsius.ts';
import { UnitsQuery, type Unit } from './cold-documents.ts';
import classes from './cold-chain.module.css';
import { ExcursionTable } from './excursion-table.tsx';

/** The list gives way to one unit, which needs the whole page. */
export function ColdChainPage() {
  const one = useOutlet();
  return one ?? <Units />;
}

const daysBack = 30;
const dayMs = 86_400_000;

function Units() {
  const may = useMay();
  const { place } = usePlace();
  const [{ data, error }, ask] = useQuery({ query: UnitsQuery });
  useRefresh(() => {
    ask({ requestPolicy: 'network-only' });
  });
  const from = useMemo(() => new Date(new Date().setHours(0, 0, 0, 0) - daysBack * dayMs).toISOString(), []);
  const units = (data?.locations ?? [])
    .filter(({ id }) => place === null || place.id === id)
    .flatMap(({ storageUnits }) => storageUnits)
    .toSorted((a, b) => urgency(a) - urgency(b));
  return (
    <>
      <PageHeader
        {...heads['cold-chain']}
        actions={
          may('saveStorageUnit') && (
            <Button component={Link} to="/cold-chain/new" variant="default">
              Add a unit
            </Button>
          )
        }
      />
      {error !== undefined && data === undefined && <RefusalNote refusal={refusalOf(error)} />}
      {data !== undefined && units.length === 0 && (
        <EmptyState title="No storage unit here">
          A storage unit has limits and a grace. Readings come from its logger, by file, or are entered by hand; minutes
          out of limits belong to the batches that stood in it.
        </EmptyState>
      )}
      <ul className={classes.units} aria-label="Storage units">
        {units.map((unit) => (
          <UnitCard key={unit.id} unit={unit} />
        ))}
      </ul>
      <Title order={2} mt="xl" mb="xs">
        Excursions of the last {daysBack} days
      </Title>
      <ExcursionTable from={from} storageUnitId={null} locationId={place?.id ?? null} />
    </>
  );
}

/** What is out of limits first, what is not measured last; else as the API has them: by location and name. */
function urgency(unit: Unit): number {
  if (unit.latestReading === null) return 2;
  return isOutside(unit.latestReading.celsius, unit) ? 0 : 1;
}

const silentMs = 2 * 3_600_000;

function UnitCard({ unit }: { readonly unit: Unit }) {
  const now = useNow();
  const { latestReading } = unit;
  const isOut = latestReading !== null && isOutside(latestReading.celsius, unit);
  const isSilent = latestReading !== null && now - Date.parse(latestReading.measuredAt) > silentMs;
  return (
    <li className={`lk-card ${classes.unit ?? ''}`} data-out={isOut}>
      <Link to={`/cold-chain/${unit.id}`} className={classes.link}>
        <Text component="span" fw={550} display="block">
          {unit.name}
        </Text>
      </Link>
      <Text size="xs" c="dimmed">
        {unit.location.name}
      </Text>
      {latestReading !== null && <div className={classes.degrees}>{celsius(latestReading.celsius)}</div>}
      <Text size="xs" c="dimmed">
        {latestReading === null ? 'No reading yet' : ago(latestReading.measuredAt, now)} · {limits(unit)}
      </Text>
      <div className={classes.sign}>
        {isOut ? (
          <Sign tone="bad">Out of limits</Sign>
        ) : isSilent ? (
          <Sign tone="warn">No news</Sign>
        ) : latestReading === null ? (
          <Sign tone="calm">Not measured</Sign>
        ) : (
          <Sign tone="good">Within limits</Sign>
        )}
      </div>
    </li>
  );
}
