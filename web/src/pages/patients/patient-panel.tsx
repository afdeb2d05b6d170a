import { Alert, Anchor, Skeleton, Stack, Text } from '@mantine/core';
import { Link, useParams } from 'react-router';
import { useQuery } from 'urql';
import { refusalOf } from '../../api/refusals.ts';
import { day } from '../../format/dates.ts';
import { entriesOf } from '../../format/json.ts';
import { patientName } from '../../format/patient-name.ts';
import { words } from '../../format/words.ts';
import type { PatientQuery as Answer } from '../../generated/graphql.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { SidePanel } from '../../parts/side-panel.tsx';
import { PatientQuery } from './patient-documents.ts';

type Known = NonNullable<Answer['patient']>;

export function PatientPanel() {
  const { patientId = '' } = useParams();
  const [{ data, error, fetching }] = useQuery({ query: PatientQuery, variables: { id: patientId } });
  const patient = data?.patient ?? null;
  return (
    <SidePanel title={patient === null ? 'Patient' : patientName(patient)} back="/patients" size={560}>
      {error !== undefined && <RefusalNote refusal={refusalOf(error)} />}
      {data === undefined && fetching && <Skeleton height={160} aria-label="Loading" />}
      {data !== undefined && patient === null && (
        <EmptyState title="No such patient">The record may have been taken away. Search by name instead.</EmptyState>
      )}
      {patient !== null && <Told patient={patient} />}
    </SidePanel>
  );
}

function Told({ patient }: { readonly patient: Known }) {
  const { mergedInto } = patient;
  return (
    <Stack gap="lg">
      {mergedInto !== null && (
        <Alert variant="outline" color="orange" title="Taken over by another record">
          <Anchor component={Link} to={`/patients/${mergedInto.id}`} size="sm">
            {patientName(mergedInto)}
          </Anchor>
        </Alert>
      )}
      <Facts
        facts={[
          ['Born', patient.birthDate === null ? null : day(patient.birthDate)],
          ['Age group', patient.ageGroup === null ? null : words(patient.ageGroup)],
          ['Sex', patient.sex === null ? null : words(patient.sex)],
          ['Phone', patient.phone],
          ['E-mail', patient.email, 'wide'],
          ['Address', patient.address],
          [
            'Insurance',
            entriesOf(patient.insuranceInfo)
              .map(([name, text]) => `${name}: ${text}`)
              .join(', '),
          ],
          ...entriesOf(patient.externalIds),
        ]}
      />
      <Text size="xs" c="dimmed">
        That you have read this record has been written down.
      </Text>
    </Stack>
  );
}
