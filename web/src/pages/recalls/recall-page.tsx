/** One recall: what is blocked, who has acknowledged it (X of N), who had of it, and its end. */
import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useParams } from 'react-router';
import { useQuery } from 'urql';
import { refusalOf } from '../../api/refusals.ts';
import { wholeList } from '../../api/whole-list.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { hasOneOf, patientReaders, useMay } from '../../app/access.ts';
import { usePlace } from '../../app/place.tsx';
import { usePerson } from '../../app/session.ts';
import { day, instant } from '../../format/dates.ts';
import { amount, words } from '../../format/words.ts';
import { BackLink } from '../../parts/back-link.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { Facts } from '../../parts/facts.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { Sign } from '../../parts/sign.tsx';
import { Acknowledge, CloseThisRecall } from './recall-deeds.tsx';
import { Exposures } from './exposures.tsx';
import { RecallQuery, type Recall } from './recall-documents.ts';
import { ClassSign, RecallSign } from './recall-signs.tsx';

export function RecallPage() {
  const { id = '' } = useParams();
  const { roles } = usePerson();
  const [{ data, error }, ask] = useQuery({
    query: RecallQuery,
    variables: { id, withNames: hasOneOf(roles, patientReaders) },
  });
  const read = () => {
    ask({ requestPolicy: 'network-only' });
  };
  useRefresh(read);
  const recall = data?.recall;
  return (
    <>
      <BackLink to="/recalls">Recalls</BackLink>
      {recall == null ? (
        <>
          <PageHeader title="Recall" />
          {error !== undefined && <RefusalNote refusal={refusalOf(error)} />}
          {recall === null && <Text>There is no such recall.</Text>}
        </>
      ) : (
        <RecallView recall={recall} onChanged={read} />
      )}
    </>
  );
}

function RecallView({ recall, onChanged }: { readonly recall: Recall; readonly onChanged: () => void }) {
  const may = useMay();
  const [closes, setCloses] = useState(false);
  const { product, lotNumbers, status } = recall;
  return (
    <Stack gap="lg">
      <div>
        <PageHeader
          title={`${product?.name ?? recall.reference}: ${lotNumbers.length === 0 ? 'every lot' : `lot ${lotNumbers.join(', ')}`}`}
          description={
            <>
              <ClassSign recallClass={recall.recallClass} /> <RecallSign status={status} /> {recall.reference}
            </>
          }
          actions={
            status === 'ACTIVE' &&
            may('closeRecall') && (
              <Button
                variant="default"
                onClick={() => {
                  setCloses(true);
                }}
              >
                Close it…
              </Button>
            )
          }
        />
        <Facts
          facts={[
            ['Why', recall.reason, 'wide'],
            ['Told by', recall.source],
            ['Issued', `${instant(recall.issuedAt)}, ${recall.issuedBy.displayName}`, 'wide'],
            ['In quarantine now', amount(recall.quarantinedQuantity, product?.stockUnit ?? '')],
            [
              'Closed',
              recall.closedAt === null ? null : `${instant(recall.closedAt)}, ${recall.closedBy?.displayName ?? ''}`,
              'wide',
            ],
            ['How it ended', recall.resolution, 'wide'],
            ['Its lots', status === 'CLOSED' ? (recall.released ? 'Given free' : 'Stay blocked') : null],
          ]}
        />
      </div>
      <Acknowledgements recall={recall} onChanged={onChanged} />
      <Lots recall={recall} />
      <Exposures recall={recall} />
      {closes && (
        <CloseThisRecall
          recall={recall}
          onDone={() => {
            setCloses(false);
            onChanged();
          }}
          onClose={() => {
            setCloses(false);
          }}
        />
      )}
    </Stack>
  );
}

function Acknowledgements({ recall, onChanged }: { readonly recall: Recall; readonly onChanged: () => void }) {
  const may = useMay();
  const { places } = usePlace();
  const [at, setAt] = useState<Recall['acknowledgements'][number]['location'] | null>(null);
  const { acknowledgements, status } = recall;
  const done = acknowledgements.filter(({ acknowledgedAt }) => acknowledgedAt !== null).length;
  const mayAt = (id: string) =>
    status === 'ACTIVE' && may('acknowledgeRecall') && places.some((place) => place.id === id);
  return (
    <section aria-label="Acknowledgements">
      <Title order={2} mb="xs">
        Acknowledged by {done} of {acknowledgements.length}
      </Title>
      <Stack gap={6}>
        {acknowledgements.map(({ location, acknowledgedAt, acknowledgedBy, note }) => (
          <Group key={location.id} justify="space-between" gap="xs" className="lk-card" px="sm" py={8}>
            <div style={{ flex: '1 1 220px', minWidth: 0 }}>
              <Text fw={550}>{location.name}</Text>
              {acknowledgedAt !== null && (
                <Text size="sm" c="dimmed">
                  {instant(acknowledgedAt, location.timeZone)}, {acknowledgedBy?.displayName}
                  {note === null ? '' : `: “${note}”`}
                </Text>
              )}
            </div>
            {acknowledgedAt !== null ? (
              <Sign tone="good">Acknowledged</Sign>
            ) : mayAt(location.id) ? (
              <Button
                size="compact-md"
                aria-label={`Acknowledge for ${location.name}`}
                onClick={() => {
                  setAt(location);
                }}
              >
                Acknowledge…
              </Button>
            ) : (
              <Sign tone="warn">Not yet</Sign>
            )}
          </Group>
        ))}
      </Stack>
      {at !== null && (
        <Acknowledge
          recall={recall}
          location={at}
          onDone={() => {
            setAt(null);
            onChanged();
          }}
          onClose={() => {
            setAt(null);
          }}
        />
      )}
    </section>
  );
}

function Lots({ recall: { lots, product } }: { readonly recall: Recall }) {
  if (lots.length === 0) {
    return <Text c="dimmed">Nobody here has had a lot of it yet. What comes in later goes into quarantine.</Text>;
  }
  return (
    <section aria-label="Lots">
      <Title order={2} mb="xs">
        Its lots
      </Title>
      <DataTable label="Lots" columns={lotColumns(product?.stockUnit ?? '')} list={wholeList(lots)} empty={null} />
      {lots.some(({ status }) => status !== 'RECALLED') && (
        <Alert variant="outline" mt="xs">
          What is not in the state Recalled may be held by another cause, or was given free.
        </Alert>
      )}
    </section>
  );
}

function lotColumns(unit: string): Column<Recall['lots'][number]>[] {
  return [
    { id: 'lot', header: 'Lot', width: 'minmax(120px, 1.4fr)', card: 'lead', cell: (lot) => lot.manufacturerLotNumber },
    {
      id: 'status',
      header: 'State',
      width: '112px',
      card: 'side',
      cell: ({ status }) => <Sign tone={status === 'RECALLED' ? 'bad' : 'calm'}>{words(status)}</Sign>,
    },
    {
      id: 'expires',
      header: 'Expires',
      width: '112px',
      cell: ({ expiresOn }) => (expiresOn === null ? '–' : day(expiresOn)),
    },
    {
      id: 'onHand',
      header: 'On hand',
      width: 'minmax(100px, 1fr)',
      isNumber: true,
      cell: ({ quantities }) => amount(quantities.onHand, unit),
    },
    {
      id: 'quarantine',
      header: 'In quarantine',
      width: 'minmax(110px, 1fr)',
      isNumber: true,
      cell: ({ quantities }) => amount(quantities.quarantine, unit),
    },
  ];
}
