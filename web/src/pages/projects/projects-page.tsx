import { Group, Select, Text } from '@mantine/core';
import { Outlet } from 'react-router';
import { useQuery } from 'urql';
import type { PagedQuery } from '../../api/paged-list.ts';
import { usePagedList } from '../../api/use-paged-list.ts';
import { heads } from '../../app/page-heads.ts';
import { instant } from '../../format/dates.ts';
import { words } from '../../format/words.ts';
import type { ProjectsQuery as Projects } from '../../generated/graphql.ts';
import { CsvExport, type CsvColumns } from '../../parts/csv-export.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import { Sign } from '../../parts/sign.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { ProjectsQuery, StatesQuery, type ProjectRow } from './project-documents.ts';

type Query = PagedQuery<Projects, { search: string | null; status: string | null }, ProjectRow>;

const columns: Column<ProjectRow>[] = [
  {
    id: 'name',
    header: 'Project',
    width: 'minmax(200px, 2fr)',
    card: 'lead',
    cell: ({ name }) => (
      <Text component="span" inherit fw={550}>
        {name}
      </Text>
    ),
  },
  {
    id: 'status',
    header: 'State',
    width: 'minmax(120px, 1fr)',
    card: 'side',
    cell: ({ status }) => <Sign tone="calm">{words(status)}</Sign>,
  },
  { id: 'kind', header: 'Kind', width: '90px', cell: ({ kind }) => (kind === 'STL' ? kind : words(kind)) },
  { id: 'begun', header: 'Begun', width: '150px', cell: ({ createdAt }) => instant(createdAt) },
  {
    id: 'changed',
    header: 'Changed',
    width: '150px',
    from: 820,
    card: 'none',
    cell: ({ updatedAt }) => instant(updatedAt),
  },
];

const csv: CsvColumns<ProjectRow> = [
  ['Id', ({ id }) => id],
  ['Name', ({ name }) => name],
  ['Kind', ({ kind }) => kind],
  ['State', ({ status }) => status],
  ['Begun', ({ createdAt }) => createdAt],
  ['Changed', ({ updatedAt }) => updatedAt],
  ['Version', ({ version }) => version],
];

export function ProjectsPage() {
  const address = useAddress();
  const [search, status] = [address.get('search'), address.get('status')];
  const [{ data }] = useQuery({ query: StatesQuery });
  const query: Query = {
    document: ProjectsQuery,
    variables: { search, status },
    pick: ({ projects }) => projects,
  };
  const list = usePagedList(query);
  const known = (data?.stateAnalytics ?? []).map(({ state }) => state);
  const states = status === null || known.includes(status) ? known : [...known, status];
  return (
    <>
      <PageHeader {...heads.projects} actions={<CsvExport query={query} columns={csv} name="projects" />} />
      <Group gap="xs" mb="md" role="search">
        <SearchField
          label="Search projects"
          placeholder="Part of the name"
          value={search ?? ''}
          onSearch={(text) => {
            address.set({ search: text });
          }}
        />
        {states.length > 0 && (
          <Select
            aria-label="State"
            placeholder="Any state"
            clearable
            data={states.map((value) => ({ value, label: words(value) }))}
            value={status}
            onChange={(value) => {
              address.set({ status: value });
            }}
            style={{ flex: '1 1 130px', maxWidth: 200 }}
          />
        )}
      </Group>
      <DataTable
        label="Projects"
        columns={columns}
        list={list}
        rowLink={({ id }) => `/projects/${id}${address.search}`}
        empty={
          search === null && status === null ? (
            <EmptyState title="No projects yet">
              Projects, their files and their states come over from an older system by a migration. The migration guide
              says how; afterwards they are searched and compared here.
            </EmptyState>
          ) : (
            <EmptyState title="No project is like that">Type less of the name, or choose another state.</EmptyState>
          )
        }
      />
      <Outlet />
    </>
  );
}
