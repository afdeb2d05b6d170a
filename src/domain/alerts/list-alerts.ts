/**
 * Alerts, newest first: those of the reader's places, read place by place, and for some roles those of the organisation.
 * An alert's cursor is seen at the same moment as the alert: who goes on from it misses nothing. Locks nothing.
 */
import type { DataSource } from 'typeorm';
import type { Actor } from '../../actor.ts';
import { columnsOf } from '../../db/columns.ts';
import { readPageByPlace, type KeyOrder, type ListByPlace, type Page, type PageRequest } from '../../db/keyset.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { InventoryAlert } from '../../entities/inventory-alert.ts';
import type { AlertFilter } from '../../schema/filters.ts';
import { placesOf } from '../places.ts';
import { alertsSeenBy, seesAlertAt } from './alert-access.ts';

const newestFirst: KeyOrder = {
  name: 'alerts',
  direction: 'DESC',
  keys: [
    { sql: 'a.created_at', type: 'timestamptz' },
    { sql: 'a.id', type: 'uuid' },
  ],
};

const columns = `${columnsOf(InventoryAlert, 'a')}, coalesce((SELECT max(f.seq) FROM inventory.alert_feed f WHERE f.alert_id = a.id),
  (SELECT max(seq) FROM inventory.alert_feed), 0)::text AS cursor`;

export async function listAlerts(
  db: DataSource,
  actor: Actor,
  filter: AlertFilter,
  request: PageRequest,
): Promise<Page<InventoryAlert>> {
  const values = new Values();
  const places = placesOf(actor, values, filter.locationId);
  const wanted = conditions(filter, values);
  const withOrganisation = filter.locationId == null && seesAlertAt(actor, null);
  const list: ListByPlace = {
    order: newestFirst,
    columns,
    places,
    identity: 'a.id',
    rows: 'inventory.inventory_alert a ON a.id = page.id',
    from: 'inventory.inventory_alert a',
    where: ['a.location_id = place.id', ...wanted],
    ...(withOrganisation ? { besides: ['a.location_id IS NULL', ...wanted] } : {}),
    values,
  };
  return readPageByPlace<InventoryAlert>(db, list, request);
}

function conditions({ type, severity, status }: AlertFilter, values: Values): string[] {
  const among = (column: string, wanted: readonly string[] | null | undefined) =>
    wanted == null || wanted.length === 0
      ? []
      : [`a.${column} = ANY(${values.add(wanted, `inventory.alert_${column}[]`)})`];
  // Said in words that the index of unresolved alerts knows: they are few among all that ever were.
  const unresolved = status != null && status.length > 0 && !status.includes('RESOLVED');
  return [
    ...among('type', type),
    ...among('severity', severity),
    ...among('status', status),
    ...(unresolved ? [`a.status <> 'RESOLVED'`] : []),
  ];
}

export async function alertsById(db: DataSource, actor: Actor, ids: readonly string[]): Promise<InventoryAlert[]> {
  const values = new Values();
  return read<InventoryAlert>(
    db,
    `SELECT ${columns} FROM inventory.inventory_alert a
     WHERE a.id = ANY(${values.add(ids, 'uuid[]')}) AND ${alertsSeenBy(actor, values, 'a.location_id')}`,
    values.list,
  );
}
