import { Outlet } from 'react-router';
import type { PagedQuery } from '../../api/paged-list.ts';
import { usePagedList } from '../../api/use-paged-list.ts';
import { whole } from '../../api/whole-list.ts';
import { heads } from '../../app/page-heads.ts';
import type { MigrationRunsQuery as Runs } from '../../generated/graphql.ts';
import { CsvExport } from '../../parts/csv-export.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { migrationColumns, migrationCsv } from './migration-columns.tsx';
import { MigrationRunsQuery, type MigrationRow } from './migration-documents.ts';

const query: PagedQuery<Runs, Record<string, never>, MigrationRow> = {
  document: MigrationRunsQuery,
  variables: {},
  pick: ({ migrationRuns }) => whole(migrationRuns),
};

export function MigrationRunsPage() {
  const list = usePagedList(query);
  return (
    <>
      <PageHeader
        {...heads['migration-runs']}
        actions={<CsvExport query={query} columns={migrationCsv} name="migration-runs" />}
      />
      <DataTable
        label="Migration runs"
        columns={migrationColumns}
        list={list}
        rowLink={({ id }) => `/migration-runs/${id}`}
        empty={
          <EmptyState title="Nothing has been migrated">
            “lotkeeper legacy” brings records over from an older system, first on trial, then for good; it goes on where
            it was interrupted. Each run is listed here with its counts.
          </EmptyState>
        }
      />
      <Outlet context={list} />
    </>
  );
}
