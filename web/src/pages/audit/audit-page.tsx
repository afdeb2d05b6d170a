import { Group, Select, TextInput } from '@mantine/core';
import { Outlet } from 'react-router';
import type { PagedQuery } from '../../api/paged-list.ts';
import { usePagedList } from '../../api/use-paged-list.ts';
import { heads } from '../../app/page-heads.ts';
import { addDays } from '../../format/dates.ts';
import { words } from '../../format/words.ts';
import type { AuditTrailQuery, AuditTrailQueryVariables } from '../../generated/graphql.ts';
import { CsvExport } from '../../parts/csv-export.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { OnlyPill } from '../../parts/only-pill.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { useAddress, type Address } from '../../parts/use-address.ts';
import { auditColumns, auditCsv } from './audit-columns.tsx';
import { AuditQuery, type AuditRow } from './audit-documents.ts';

type Filter = Omit<AuditTrailQueryVariables, 'first' | 'after'>;

/** What people look for; another one can stand in the address. */
const entities = [
  'stock',
  'stock_reservation',
  'inventory_lot',
  'inventory_count',
  'inventory_transfer',
  'open_vial_session',
  'dispense_record',
  'recall',
  'recall_match',
  'storage_unit',
  'temperature_excursion',
  'inventory_alert',
  'high_risk_alert',
  'patient',
  'duplicate_candidate',
  'product',
  'user',
  'location',
  'outside_pharmacy',
  'settings',
  'refusal',
] as const;

const isDay = (text: string | null): text is string => text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text);

/** Days are those of the reader. */
function filterOf({ get }: Address): Filter {
  const [from, to] = [get('from'), get('to')];
  return {
    entity: get('entity'),
    entityId: get('id'),
    actorId: get('actor'),
    from: isDay(from) ? new Date(`${from}T00:00`).toISOString() : null,
    to: isDay(to) ? new Date(`${addDays(to, 1)}T00:00`).toISOString() : null,
  };
}

export function AuditPage() {
  const address = useAddress();
  const query: PagedQuery<AuditTrailQuery, Filter, AuditRow> = {
    document: AuditQuery,
    variables: filterOf(address),
    pick: ({ auditTrail }) => auditTrail,
  };
  const list = usePagedList(query);
  return (
    <>
      <PageHeader {...heads.audit} actions={<CsvExport query={query} columns={auditCsv} name="audit" />} />
      <AuditFilter address={address} />
      <DataTable
        label="Audit trail"
        columns={auditColumns}
        list={list}
        rowLink={({ id }) => `/audit/${id}${address.search}`}
        empty={
          <EmptyState title="No entry is like that">
            Each change of stock, patients, people and settings writes one entry, with what was there before and after.
            What was refused is here as well. Widen the days or choose another record.
          </EmptyState>
        }
      />
      <Outlet context={list} />
    </>
  );
}

function AuditFilter({ address }: { readonly address: Address }) {
  const { get, set } = address;
  const entity = get('entity');
  const known = entity === null || entities.some((each) => each === entity) ? entities : [...entities, entity];
  return (
    <Group gap="xs" mb="md" role="search" align="flex-end">
      <Select
        label="Of what"
        placeholder="Anything"
        clearable
        searchable
        data={known.map((value) => ({ value, label: words(value) }))}
        value={entity}
        onChange={(value) => {
          set({ entity: value });
        }}
        w={{ base: '100%', xs: 240 }}
      />
      {(['from', 'to'] as const).map((side) => (
        <TextInput
          key={side}
          type="date"
          label={side === 'from' ? 'First day' : 'Last day'}
          value={get(side) ?? ''}
          onChange={({ currentTarget }) => {
            set({ [side]: currentTarget.value });
          }}
          style={{ flex: '1 1 130px', maxWidth: 170 }}
        />
      ))}
      {get('id') !== null && (
        <OnlyPill
          name="One record only"
          onRemove={() => {
            set({ id: null });
          }}
        />
      )}
      {get('actor') !== null && (
        <OnlyPill
          name="One person only"
          onRemove={() => {
            set({ actor: null });
          }}
        />
      )}
    </Group>
  );
}
