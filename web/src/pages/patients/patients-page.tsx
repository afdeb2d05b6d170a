import { Group, Text } from '@mantine/core';
import { Outlet } from 'react-router';
import type { PagedQuery } from '../../api/paged-list.ts';
import { usePagedList } from '../../api/use-paged-list.ts';
import { heads } from '../../app/page-heads.ts';
import { day } from '../../format/dates.ts';
import { patientName } from '../../format/patient-name.ts';
import { words } from '../../format/words.ts';
import type { PatientsQuery as Patients } from '../../generated/graphql.ts';
import { CsvExport, type CsvColumns } from '../../parts/csv-export.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { PatientsQuery, type PatientRow } from './patient-documents.ts';

type Query = PagedQuery<Patients, { search: string }, PatientRow>;

/** Less than that would read everybody, and each of them would be on record. */
const shortest = 2;

const columns: Column<PatientRow>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(180px, 2fr)',
    card: 'lead',
    cell: (row) => (
      <Text component="span" inherit fw={550}>
        {patientName(row)}
      </Text>
    ),
  },
  {
    id: 'born',
    header: 'Born',
    width: '130px',
    cell: ({ birthDate }) => (birthDate === null ? 'Not known' : day(birthDate)),
  },
  {
    id: 'age',
    header: 'Age group',
    width: '120px',
    card: 'side',
    cell: ({ ageGroup }) => (ageGroup === null ? '–' : words(ageGroup)),
  },
  {
    id: 'sex',
    header: 'Sex',
    width: '100px',
    from: 720,
    card: 'none',
    cell: ({ sex }) => (sex === null ? '–' : words(sex)),
  },
  { id: 'phone', header: 'Phone', width: 'minmax(130px, 1fr)', from: 640, cell: ({ phone }) => phone ?? '–' },
];

const csv: CsvColumns<PatientRow> = [
  ['Id', ({ id }) => id],
  ['Last name', ({ lastName }) => lastName],
  ['First name', ({ firstName }) => firstName],
  ['Born', ({ birthDate }) => birthDate],
  ['Sex', ({ sex }) => sex],
  ['Phone', ({ phone }) => phone],
];

export function PatientsPage() {
  const address = useAddress();
  const search = address.get('search') ?? '';
  const isAsked = search.length >= shortest;
  const query: Query = { document: PatientsQuery, variables: { search }, pick: ({ patients }) => patients };
  return (
    <>
      <PageHeader
        {...heads.patients}
        actions={isAsked ? <CsvExport query={query} columns={csv} name="patients" /> : undefined}
      />
      <Group gap="xs" mb="md" role="search">
        <SearchField
          label="Search patients"
          placeholder="First or last name, at least two letters"
          value={search}
          onSearch={(text) => {
            address.set({ search: text });
          }}
        />
      </Group>
      {isAsked ? (
        <Found query={query} search={address.search} />
      ) : (
        <EmptyState title="Whom are you looking for?">
          Begin to type a first or last name. Nobody is listed before that, because each patient that is shown is
          written down as read by you.
        </EmptyState>
      )}
      <Outlet />
    </>
  );
}

function Found({ query, search }: { readonly query: Query; readonly search: string }) {
  const list = usePagedList(query);
  return (
    <DataTable
      label="Patients"
      columns={columns}
      list={list}
      rowLink={({ id }) => `/patients/${id}${search}`}
      empty={
        <EmptyState title="Nobody is called that">
          Each word has to begin a first or last name. Records that were merged into another one are left out.
        </EmptyState>
      }
    />
  );
}
