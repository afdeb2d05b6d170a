import { Group, SegmentedControl } from '@mantine/core';
import { useMemo } from 'react';
import { Outlet, useSearchParams } from 'react-router';
import type { PagedQuery } from '../../api/paged-list.ts';
import { useLive } from '../../api/use-live.ts';
import { usePagedList } from '../../api/use-paged-list.ts';
import { heads } from '../../app/page-heads.ts';
import { usePlace } from '../../app/place.tsx';
import type { ReviewsQuery as Reviews } from '../../generated/graphql.ts';
import { CsvExport } from '../../parts/csv-export.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { usePharmacies } from '../../parts/use-pharmacies.ts';
import { reviewColumns, reviewCsv } from './review-columns.tsx';
import { HighRiskAlertRaised, ReviewsQuery, type ReviewRow } from './review-documents.ts';

type Query = PagedQuery<Reviews, { pharmacyId: string | null; reviewed: boolean | null }, ReviewRow>;

const shows = [
  { value: 'waiting', label: 'Waiting', reviewed: false },
  { value: 'reviewed', label: 'Reviewed', reviewed: true },
  { value: 'all', label: 'All', reviewed: null },
] as const;

export function ReviewsPage() {
  const { place } = usePlace();
  const { all: pharmacies } = usePharmacies();
  const [params, setParams] = useSearchParams();
  const show = shows.find(({ value }) => value === params.get('show')) ?? shows[0];
  const pharmacyId = place?.id ?? null;
  const query: Query = {
    document: ReviewsQuery,
    variables: { pharmacyId, reviewed: show.reviewed },
    pick: ({ highRiskAlerts }) => highRiskAlerts,
  };
  const list = usePagedList(query);
  useLive(HighRiskAlertRaised, { pharmacyId }, () => void list.reload());
  const columns = useMemo(
    () => reviewColumns(pharmacies, pharmacies.length > 1 && place === null),
    [pharmacies, place],
  );
  const search = params.toString();

  return (
    <>
      <PageHeader
        {...heads.reviews}
        actions={<CsvExport query={query} columns={reviewCsv(pharmacies)} name="reviews" />}
      />
      <Group mb="md">
        <SegmentedControl
          aria-label="Which ones"
          data={shows.map(({ value, label }) => ({ value, label }))}
          value={show.value}
          onChange={(value) => {
            setParams(value === 'waiting' ? {} : { show: value }, { replace: true });
          }}
        />
      </Group>
      <DataTable
        label="Review queue"
        columns={columns}
        list={list}
        rowLink={({ id }) => `/reviews/${id}${search === '' ? '' : `?${search}`}`}
        empty={
          <EmptyState title={show.value === 'waiting' ? 'Nothing waits for a review' : 'None so far'}>
            Each dispensing is scored as it is written: controlled drugs, departures from the guidelines, overridden
            warnings, risks in pregnancy and more. Whatever reaches 50 of 100 points comes here for a pharmacist to
            decide.
          </EmptyState>
        }
      />
      <Outlet context={list} />
    </>
  );
}
