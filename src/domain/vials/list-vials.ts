/** Opened vials, newest first, with their uses and what they cost. Limited to the reader's locations. Locks nothing. */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import { readPageByPlace, type KeyOrder, type Page, type PageRequest } from '../../db/keyset.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { OpenVialSession } from '../../entities/open-vial-session.ts';
import { VialUsageRecord } from '../../entities/vial-usage-record.ts';
import type { VialStatus } from '../../schema/enums.ts';
import { groupBy } from '../group-by.ts';
import { atPlaces, placesOf, type Reader } from '../places.ts';
import {
  sessionMoney,
  useMoney,
  type SessionFacts,
  type SessionMoney,
  type UsedDoses,
  type UseMoney,
} from './session-money.ts';

const newestFirst: KeyOrder = {
  name: 'open-vials',
  direction: 'DESC',
  keys: [
    { sql: 'v.opened_at', type: 'timestamptz' },
    { sql: 'v.id', type: 'uuid' },
  ],
};

const columns = columnsOf(OpenVialSession, 'v');

export interface VialFilter {
  readonly locationId?: string | null | undefined;
  readonly status?: readonly VialStatus[] | null | undefined;
  /** When it was opened. */
  readonly from?: Date | null | undefined;
  readonly to?: Date | null | undefined;
}

export async function listOpenVials(
  db: DataSource,
  reader: Reader,
  filter: VialFilter,
  request: PageRequest,
): Promise<Page<OpenVialSession>> {
  const values = new Values();
  const list = {
    order: newestFirst,
    columns,
    places: placesOf(reader, values, filter.locationId),
    identity: 'v.id',
    rows: 'inventory.open_vial_session v ON v.id = page.id',
    from: 'inventory.open_vial_session v',
    where: [
      'v.location_id = place.id',
      ...(filter.status == null ? [] : [`v.status = ANY(${values.add(filter.status, 'inventory.vial_status[]')})`]),
      ...(filter.from == null ? [] : [`v.opened_at >= ${values.add(filter.from, 'timestamptz')}`]),
      ...(filter.to == null ? [] : [`v.opened_at < ${values.add(filter.to, 'timestamptz')}`]),
    ],
    values,
  };
  return readPageByPlace<OpenVialSession>(db, list, request);
}

export async function openVials(db: DataSource, reader: Reader, ids: readonly string[]): Promise<OpenVialSession[]> {
  const values = new Values();
  return read<OpenVialSession>(
    db,
    `SELECT ${columns} FROM inventory.open_vial_session v
     WHERE v.id = ANY(${values.add(ids, 'uuid[]')}) AND ${atPlaces(reader, values, 'v.location_id')}`,
    values.list,
  );
}

const usageColumns = columnsOf(VialUsageRecord, 'u');

/** Of vials that the reader has been given already, in the order in which they were recorded. */
export async function usagesOf(db: DataSource, sessionIds: readonly string[]): Promise<VialUsageRecord[]> {
  return read<VialUsageRecord>(
    db,
    `SELECT ${usageColumns} FROM inventory.vial_usage_record u WHERE u.session_id = ANY($1::uuid[]) ORDER BY u.recorded_at, u.id`,
    [sessionIds],
  );
}

export async function vialUsages(db: DataSource, reader: Reader, ids: readonly string[]): Promise<VialUsageRecord[]> {
  const values = new Values();
  return read<VialUsageRecord>(
    db,
    `SELECT ${usageColumns} FROM inventory.vial_usage_record u JOIN inventory.open_vial_session v ON v.id = u.session_id
     WHERE u.id = ANY(${values.add(ids, 'uuid[]')}) AND ${atPlaces(reader, values, 'v.location_id')}`,
    values.list,
  );
}

export interface VialMoney {
  readonly session: SessionMoney;
  /** By use; null where the cost of the batch is not known. */
  readonly uses: ReadonlyMap<string, UseMoney> | null;
}

type Facts = SessionFacts & { readonly id: string };
type Use = UsedDoses & { readonly sessionId: string };

/** Of merged patients' uses the one that is kept counts, once. */
export async function vialMoney(db: DataSource, sessionIds: readonly string[]): Promise<Map<string, VialMoney>> {
  const facts = await read<Facts>(
    db,
    `SELECT v.id, v.unit_cost AS "unitCost", v.initial_doses AS "initialDoses", v.status <> 'OPEN' AND v.remaining_doses = 0 AS "hasEnded",
       ARRAY(SELECT coalesce(w.cost, 0)::text FROM inventory.waste_record w WHERE w.session_id = v.id ORDER BY w.recorded_at, w.id) AS "wasteCosts"
     FROM inventory.open_vial_session v WHERE v.id = ANY($1::uuid[])`,
    [sessionIds],
  );
  const uses = groupBy(
    await read<Use>(
      db,
      `SELECT u.session_id AS "sessionId", u.id, coalesce(p.merged_into, p.id) AS "patientId", u.doses, u.charge, u.reverses
       FROM inventory.vial_usage_record u JOIN people.patient p ON p.id = u.patient_id
       WHERE u.session_id = ANY($1::uuid[]) ORDER BY u.recorded_at, u.id`,
      [sessionIds],
    ),
    ({ sessionId }) => sessionId,
  );
  return new Map(
    facts.map((session) => {
      const drawn = uses.get(session.id) ?? [];
      return [session.id, { session: sessionMoney(session, drawn), uses: useMoney(session, drawn) }];
    }),
  );
}
