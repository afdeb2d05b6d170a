/** What somebody must see to: open ones first, live. Acknowledged says "I am at it", resolved "it is done". */
import { Group, SegmentedControl, Select, Switch } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { PagedQuery } from '../../api/paged-list.ts';
import { usePagedList } from '../../api/use-paged-list.ts';
import { useMay } from '../../app/access.ts';
import { useAlertFeed } from '../../app/alert-feed.tsx';
import { heads } from '../../app/page-heads.ts';
import { usePlace } from '../../app/place.tsx';
import { words } from '../../format/words.ts';
import type { AlertFilter, AlertsQuery as Alerts } from '../../generated/graphql.ts';
import { CsvExport } from '../../parts/csv-export.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { alertColumns, alertCsv } from './alert-columns.tsx';
import { AlertsQuery, type AlertRow } from './alert-documents.ts';
import { AlertDeed, type WantedDeed } from './alert-deed.tsx';

const views = {
  open: ['OPEN', 'ACKNOWLEDGED'],
  resolved: ['RESOLVED'],
} as const;

const severities = ['CRITICAL', 'WARNING', 'INFO'] as const;

const types = [
  'EXPIRED',
  'EXPIRING_SOON',
  'OUT_OF_STOCK',
  'LOW_STOCK',
  'RECALL',
  'TEMPERATURE_EXCURSION',
  'VIAL_EXPIRED',
  'VIAL_EXPIRING',
  'COUNT_VARIANCE',
  'TRANSFER_DISCREPANCY',
  'LEDGER_MISMATCH',
] as const;

type Query = PagedQuery<Alerts, { filter: AlertFilter }, AlertRow>;

export function AlertsPage() {
  const { place } = usePlace();
  const feed = useAlertFeed();
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const [wanted, setWanted] = useState<WantedDeed | null>(null);
  const view = params.get('view') === 'resolved' ? 'resolved' : 'open';
  const severity = severities.find((each) => each === params.get('severity')) ?? null;
  const type = types.find((each) => each === params.get('type')) ?? null;
  const query: Query = {
    document: AlertsQuery,
    variables: {
      filter: {
        locationId: place?.id ?? null,
        status: views[view],
        severity: severity === null ? null : [severity],
        type: type === null ? null : [type],
      },
    },
    pick: ({ alerts }) => alerts,
  };
  const list = usePagedList(query);
  const { onAlert } = feed;
  const { reload } = list;
  useEffect(() => onAlert(() => void reload()), [onAlert, reload]);
  const set = (name: string, value: string | null) => {
    setParams(
      (before) => {
        if (value === null) before.delete(name);
        else before.set(name, value);
        return before;
      },
      { replace: true },
    );
  };
  const columns = alertColumns({
    mayAcknowledge: may('acknowledgeAlert'),
    mayResolve: may('resolveAlert'),
    onWant: setWanted,
  });

  return (
    <>
      <PageHeader {...heads.alerts} actions={<CsvExport query={query} columns={alertCsv} name="alerts" />} />
      <Group gap="sm" mb="md">
        <SegmentedControl
          aria-label="Which alerts"
          data={[
            { value: 'open', label: 'To see to' },
            { value: 'resolved', label: 'Resolved' },
          ]}
          value={view}
          onChange={(value) => {
            set('view', value === 'open' ? null : value);
          }}
        />
        <Select
          aria-label="Severity"
          placeholder="Any severity"
          clearable
          data={severities.map((value) => ({ value, label: words(value) }))}
          value={severity}
          onChange={(value) => {
            set('severity', value);
          }}
          style={{ flex: '1 1 120px', maxWidth: 160 }}
        />
        <Select
          aria-label="Kind"
          placeholder="Any kind"
          clearable
          data={types.map((value) => ({ value, label: words(value) }))}
          value={type}
          onChange={(value) => {
            set('type', value);
          }}
          style={{ flex: '1 1 120px', maxWidth: 210 }}
        />
        <Switch
          label="Sound"
          checked={feed.isSoundOn}
          onChange={({ currentTarget }) => {
            feed.setSound(currentTarget.checked);
          }}
        />
      </Group>
      <DataTable
        label="Alerts"
        columns={columns}
        list={list}
        empty={
          <EmptyState title={view === 'open' ? 'Nothing to see to' : 'None resolved yet'}>
            Alerts come by themselves: lots that expire, low stock, recalls, excursions, opened vials past their time.
            They show here and in the tab's title the moment they are raised.
          </EmptyState>
        }
      />
      {wanted !== null && (
        <AlertDeed
          {...wanted}
          onDone={(alert) => {
            list.patch(alert);
            feed.recount();
            if (alert.status === 'RESOLVED') void list.reload();
            setWanted(null);
          }}
          onClose={() => {
            setWanted(null);
          }}
        />
      )}
    </>
  );
}
