import { Button } from '@mantine/core';
import { useEffect } from 'react';
import type { PagedQuery } from '../../api/paged-list.ts';
import { usePagedList } from '../../api/use-paged-list.ts';
import { whole } from '../../api/whole-list.ts';
import { heads } from '../../app/page-heads.ts';
import { useSession } from '../../app/session.ts';
import type { JobsQuery as Jobs } from '../../generated/graphql.ts';
import { CsvExport } from '../../parts/csv-export.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { jobColumns, jobCsv } from './job-columns.tsx';
import { JobsQuery, type JobRow } from './jobs-documents.ts';

const query: PagedQuery<Jobs, Record<string, never>, JobRow> = {
  document: JobsQuery,
  variables: {},
  pick: ({ jobs }) => whole(jobs.map((job) => ({ ...job, id: job.name }))),
};

/** Nothing tells of jobs as they run: they are looked at again while somebody is here. */
const lookAgainMs = 10_000;

export function JobsPage() {
  const list = usePagedList(query);
  const { reload } = list;
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void reload();
    }, lookAgainMs);
    return () => {
      clearInterval(timer);
    };
  }, [reload]);
  return (
    <>
      <PageHeader
        {...heads.jobs}
        actions={
          <>
            <QueueBoard />
            <CsvExport query={query} columns={jobCsv} name="jobs" />
          </>
        }
      />
      <DataTable
        label="Jobs"
        columns={jobColumns}
        list={list}
        empty={
          <EmptyState title="No worker has run yet">
            Alerts, expiries, metrics, summaries and seals are the work of jobs. They are listed here once a worker has
            started: with “lotkeeper start” it does by itself, else start “lotkeeper worker”.
          </EmptyState>
        }
      />
    </>
  );
}

/** The board is pages of the server's own: it takes the token once, by a form, and keeps a cookie for itself. */
function QueueBoard() {
  const { signedIn } = useSession();
  return (
    <form method="post" action="/queues/sign-in" target="_blank">
      <input type="hidden" name="token" value={signedIn?.token ?? ''} />
      <Button type="submit" variant="default">
        Open the queues
      </Button>
    </form>
  );
}
