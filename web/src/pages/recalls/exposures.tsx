/** Who had of the lots: whom to call or write to. */
import { Group, Text, Title } from '@mantine/core';
import { whole, wholeList } from '../../api/whole-list.ts';
import { hasOneOf, patientReaders } from '../../app/access.ts';
import { usePerson } from '../../app/session.ts';
import { instant } from '../../format/dates.ts';
import { amount, counted, words } from '../../format/words.ts';
import { CsvExport, type CsvColumns } from '../../parts/csv-export.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { fullName } from '../../format/patient-name.ts';
import { LettersLink } from './letters-link.tsx';
import { RecallQuery, type Exposure, type Recall } from './recall-documents.ts';

type Row = Exposure & { readonly id: string };

/** A patient may have had of it both dispensed and from an opened vial. */
function rowsOf(exposures: readonly Exposure[]): Row[] {
  return exposures.map((exposure) => ({ ...exposure, id: `${exposure.patient.id} ${exposure.via} ${exposure.unit}` }));
}

export function Exposures({ recall }: { readonly recall: Recall }) {
  const { roles } = usePerson();
  const withNames = hasOneOf(roles, patientReaders);
  const rows = rowsOf(recall.affectedPatients);
  const people = new Set(recall.affectedPatients.map(({ patient }) => patient.id)).size;
  const query = {
    document: RecallQuery,
    variables: { id: recall.id, withNames },
    pick: ({ recall: found }: { readonly recall: Recall | null }) => whole(rowsOf(found?.affectedPatients ?? [])),
  };
  return (
    <section aria-label="Who had of it">
      <Group justify="space-between" mb="xs" gap="xs">
        <div>
          <Title order={2}>Who had of it: {counted(people, 'patient')}</Title>
          <Text size="sm" c="dimmed">
            {recall.isWhole
              ? 'Of all locations, less what was returned in full. That you read it is on record.'
              : 'Of your locations only; a pharmacist or manager sees all of them.'}
          </Text>
        </div>
        {rows.length > 0 && withNames && (
          <Group gap="xs">
            <CsvExport query={query} columns={exposureCsv} name={`recall-${recall.reference}`} />
            <LettersLink id={recall.id} />
          </Group>
        )}
      </Group>
      <DataTable
        label="Who had of it"
        columns={withNames ? [...who, ...figures] : [someone, ...figures]}
        list={wholeList(rows)}
        empty={
          <EmptyState title="Nobody is on record">
            No dispense and no dose of a vial of these lots is recorded with a patient. What was given without one, or
            elsewhere, is not known here.
          </EmptyState>
        }
      />
    </section>
  );
}

const who: Column<Row>[] = [
  {
    id: 'patient',
    header: 'Patient',
    width: 'minmax(150px, 1.2fr)',
    card: 'lead',
    cell: ({ patient }) => (
      <Text component="span" inherit fw={550}>
        {fullName(patient)}
      </Text>
    ),
  },
  {
    id: 'reach',
    header: 'To reach by',
    width: 'minmax(230px, 2fr)',
    card: 'text',
    cell: ({ patient: { phone, email } }) => (
      <>
        {phone != null && <span style={{ display: 'block' }}>{phone}</span>}
        {email != null && <Address email={email} />}
      </>
    ),
  },
];

/** One that is too long for its line is broken before the "@", not within a word. */
function Address({ email }: { readonly email: string }) {
  const at = email.lastIndexOf('@');
  return (
    <span style={{ display: 'block' }}>
      {email.slice(0, at)}
      <wbr />
      {email.slice(at)}
    </span>
  );
}

const someone: Column<Row> = {
  id: 'patient',
  header: 'Patient',
  width: 'minmax(200px, 2fr)',
  card: 'lead',
  cell: ({ patient }) =>
    patient.ageGroup === null ? 'A patient' : `A patient: ${words(patient.ageGroup).toLowerCase()}`,
};

const figures: Column<Row>[] = [
  {
    id: 'quantity',
    header: 'Had',
    width: '120px',
    isNumber: true,
    card: 'side',
    cell: ({ quantity: had, unit }) => amount(had, unit),
  },
  {
    id: 'via',
    header: 'How',
    width: '150px',
    cell: ({ via }) => (via === 'VIAL_OPENED' ? 'From an opened vial' : 'Dispensed'),
  },
  { id: 'last', header: 'Last', width: '150px', cell: ({ lastAt }) => instant(lastAt) },
];

const exposureCsv: CsvColumns<Row> = [
  ['Last name', ({ patient }) => patient.lastName],
  ['First name', ({ patient }) => patient.firstName],
  ['Phone', ({ patient }) => patient.phone],
  ['E-mail', ({ patient }) => patient.email],
  ['Address', ({ patient }) => patient.address],
  ['Had', ({ quantity: had }) => had],
  ['Unit', ({ unit }) => unit],
  ['How', ({ via }) => via],
  ['Last at', ({ lastAt }) => lastAt],
];
