import { Button, SegmentedControl } from '@mantine/core';
import { useMemo } from 'react';
import { Link, Outlet, useSearchParams } from 'react-router';
import type { PagedQuery } from '../../api/paged-list.ts';
import { usePagedList } from '../../api/use-paged-list.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { useMay } from '../../app/access.ts';
import { heads } from '../../app/page-heads.ts';
import { usePlace } from '../../app/place.tsx';
import { useMoney } from '../../app/settings.tsx';
import type { OpenVialsQuery, VialStatus } from '../../generated/graphql.ts';
import { CsvExport } from '../../parts/csv-export.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { VialsQuery, type VialRow } from './vial-documents.ts';
import { vialColumns, vialCsv } from './vial-columns.tsx';

const kinds: Readonly<Record<string, readonly VialStatus[]>> = {
  open: ['OPEN'],
  ended: ['DEPLETED', 'CLOSED', 'EXPIRED'],
};

export function OpenVialsPage() {
  const { place, places } = usePlace();
  const money = useMoney();
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const show = params.get('show') === 'ended' ? 'ended' : 'open';
  const query: PagedQuery<OpenVialsQuery, { locationId: string | null; status: readonly VialStatus[] }, VialRow> = {
    document: VialsQuery,
    variables: { locationId: place?.id ?? null, status: kinds[show] ?? [] },
    pick: ({ openVials }) => openVials,
  };
  const list = usePagedList(query);
  useRefresh(() => void list.reload());
  const columns = useMemo(() => vialColumns(money, places.length > 1 && place === null), [money, places, place]);

  return (
    <>
      <PageHeader
        {...heads['open-vials']}
        actions={
          <>
            <CsvExport query={query} columns={vialCsv} name="open-vials" />
            {may('openVial') && (
              <Button component={Link} to="/open-vials/new">
                Open a vial
              </Button>
            )}
          </>
        }
      />
      <SegmentedControl
        mb="md"
        aria-label="Which vials"
        data={[
          { value: 'open', label: 'In use' },
          { value: 'ended', label: 'Ended' },
        ]}
        value={show}
        onChange={(value) => {
          setParams(value === 'open' ? {} : { show: value }, { replace: true });
        }}
      />
      <DataTable
        label="Open vials"
        columns={columns}
        list={list}
        rowLink={({ id }) => `/open-vials/${id}?${params.toString()}`}
        empty={
          <EmptyState title={show === 'open' ? 'No vial is open' : 'No vial has ended here'}>
            A multi-dose vial that is opened stands here with its own clock: draw an exact amount for each patient, see
            what remains, and close it with what is left as waste. Cost and margin follow from that.
          </EmptyState>
        }
      />
      <Outlet context={list.reload} />
    </>
  );
}
