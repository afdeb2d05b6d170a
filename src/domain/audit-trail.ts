/**
 * The audit trail, newest first. Entries of other locations are left out; those without a location are told, but for refused
 * calls of who works at other locations only: what they were refused for are figures of there. Locks nothing.
 */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../db/columns.ts';
import { readPage, type KeyOrder, type Page, type PageRequest } from '../db/keyset.ts';
import { read } from '../db/prepared.ts';
import { Values } from '../db/values.ts';
import { AuditEntry } from '../entities/audit-entry.ts';
import { atPlaces, type Reader } from './places.ts';
import { optionalUuid } from './uuid.ts';

const newestFirst: KeyOrder = {
  name: 'audit',
  direction: 'DESC',
  keys: [
    { sql: 'a.occurred_at', type: 'timestamptz' },
    { sql: 'a.id', type: 'uuid' },
  ],
};

export interface AuditFilter {
  readonly entity?: string | null | undefined;
  readonly entityId?: string | null | undefined;
  readonly actorId?: string | null | undefined;
  readonly from?: Date | null | undefined;
  readonly to?: Date | null | undefined;
}

export async function listAuditEntries(
  db: DataSource,
  reader: Reader,
  filter: AuditFilter,
  request: PageRequest,
): Promise<Page<AuditEntry>> {
  const values = new Values();
  const actorId = optionalUuid(filter.actorId, 'actorId');
  const where = [
    `a.location_id IS NULL AND NOT (a.entity = 'refusal' AND ${worksElsewhere(reader, values)}) OR ${atPlaces(reader, values, 'a.location_id')}`,
    ...(filter.entity == null ? [] : [`a.entity = ${values.add(filter.entity, 'text')}`]),
    ...(filter.entityId == null ? [] : [`a.entity_id = ${values.add(filter.entityId, 'text')}`]),
    ...(actorId === null ? [] : [`a.actor_id = ${values.add(actorId, 'uuid')}`]),
    ...(filter.from == null ? [] : [`a.occurred_at >= ${values.add(filter.from, 'timestamptz')}`]),
    ...(filter.to == null ? [] : [`a.occurred_at < ${values.add(filter.to, 'timestamptz')}`]),
  ];
  const list = { order: newestFirst, columns: columnsOf(AuditEntry, 'a'), from: 'audit.audit_entry a', where, values };
  return readPage<AuditEntry>(db, list, request);
}

/** Whoever works nowhere is nobody's, and so everybody's. */
function worksElsewhere(reader: Reader, values: Values): string {
  return `(SELECT NOT bool_or(${atPlaces(reader, values, 'w.location_id')}) FROM people.user_location w WHERE w.user_id = a.actor_id) IS TRUE`;
}

/** Those of the entries that are part of the sealed chain. */
export async function sealedAmong(db: DataSource, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const sql = 'SELECT entry_id AS id FROM audit.audit_seal WHERE entry_id = ANY($1::uuid[])';
  const rows = await read<{ id: string }>(db, sql, [ids]);
  return new Set(rows.map(({ id }) => id));
}
