/**
 * The beginning of every verb on an opened vial: its batch is locked first, shared, so that whoever blocks the lot waits
 * for this use, or this use for that; then the vial itself. One of another location answers as if it were not there.
 */
import { columnsOf } from '../../db/columns.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { OpenVialSession } from '../../entities/open-vial-session.ts';
import { notFound } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import type { DeaSchedule } from '../../schema/enums.ts';
import { claim, gate, type Claim, type Result } from '../claim.ts';
import { requireNoExcursion, requireUsable } from '../stock/usable.ts';
import { optionalUuid } from '../uuid.ts';
import type { SessionFacts, UsedDoses } from './session-money.ts';

export interface LockedSession extends OpenVialSession {
  readonly doseUnit: string;
  readonly deaSchedule: DeaSchedule | null;
  readonly lotRecalled: boolean;
  readonly lotQuarantined: boolean;
  readonly lotExpiresOn: string | null;
  readonly excursionId: string | null;
  readonly today: string;
  /** By the database's clock, after the locks were won. */
  readonly now: Date;
}

const sessionColumns = `${columnsOf(OpenVialSession, 'l')}, l.lot_recalled AS "lotRecalled", l.lot_quarantined AS "lotQuarantined", l.lot_expires_on AS "lotExpiresOn", l.excursion_id AS "excursionId",
  coalesce(p.dose_unit, 'dose') AS "doseUnit", p.dea_schedule AS "deaSchedule",
  (clock_timestamp() AT TIME ZONE o.time_zone)::date AS today, clock_timestamp() AS now`;

export type ClaimedSession<More = unknown> =
  { readonly replay: Result } | { readonly replay: null; readonly session: LockedSession & More };

/** `more` selects further columns over the vial `l`, its product `p` and its place `o`; its parameters begin at $11. */
export async function claimSession<More = unknown>(
  tx: Tx,
  said: Claim,
  sessionId: string,
  more: { readonly columns: string; readonly joins: string; readonly values: readonly unknown[] } = {
    columns: 'NULL',
    joins: '',
    values: [],
  },
): Promise<ClaimedSession<More>> {
  optionalUuid(sessionId, 'sessionId');
  const claimed = await claim<LockedSession & More>(tx, said, {
    locked: `WITH batch AS MATERIALIZED (SELECT s.lot_recalled, s.lot_quarantined, s.lot_expires_on, s.excursion_id FROM inventory.stock s
        WHERE ${gate} AND s.id = (SELECT stock_id FROM inventory.open_vial_session WHERE id = $8)
          AND ($9::boolean OR s.location_id = ANY($10::uuid[])) FOR SHARE),
      vial AS MATERIALIZED (SELECT v.* FROM inventory.open_vial_session v WHERE v.id = $8 AND EXISTS (SELECT FROM batch) FOR UPDATE)
      SELECT vial.*, batch.* FROM vial, batch`,
    columns: `${sessionColumns}, ${more.columns}`,
    joins: `LEFT JOIN catalogue.product p ON p.id = l.product_id LEFT JOIN people.location o ON o.id = l.location_id ${more.joins}`,
    values: [sessionId, tx.actor.isSystem, tx.actor.locationIds, ...more.values],
  });
  if (claimed.replay !== null) return claimed;
  const [session] = claimed.rows;
  if (session === undefined) throw notFound('open vial', sessionId);
  return { replay: null, session };
}

/** Those whose time is over and whom nobody has ended yet; what somebody holds is passed over. */
export async function lockDueSessions(tx: Tx, most: number): Promise<LockedSession[]> {
  return tx.sql<LockedSession>(
    `WITH due AS MATERIALIZED (SELECT v.id, v.stock_id FROM inventory.open_vial_session v
       WHERE v.status = 'OPEN' AND v.expires_at <= clock_timestamp() ORDER BY v.id LIMIT $1),
     batch AS MATERIALIZED (SELECT s.id AS batch_id, s.lot_recalled, s.lot_quarantined, s.lot_expires_on, s.excursion_id FROM inventory.stock s
       WHERE s.id IN (SELECT stock_id FROM due) ORDER BY s.id FOR SHARE SKIP LOCKED),
     l AS MATERIALIZED (SELECT v.*, batch.* FROM inventory.open_vial_session v JOIN batch ON batch.batch_id = v.stock_id
       WHERE v.id IN (SELECT id FROM due) AND v.status = 'OPEN' ORDER BY v.id FOR UPDATE OF v SKIP LOCKED)
     SELECT ${sessionColumns} FROM l LEFT JOIN catalogue.product p ON p.id = l.product_id LEFT JOIN people.location o ON o.id = l.location_id
     ORDER BY l.id`,
    [most],
  );
}

/** May be drawn from: its lot and batch are good, it is open, and its time is not over, whether the job has run or not. */
export function requireOpen(session: LockedSession): void {
  requireUsable(session);
  requireNoExcursion(session);
  if (session.status === 'EXPIRED' || (session.status === 'OPEN' && session.now >= session.expiresAt)) {
    throw new Refusal(
      'VIAL_EXPIRED',
      `This vial was to be used until ${session.expiresAt.toISOString()}. Open another one.`,
      {
        sessionId: session.id,
        expiresAt: session.expiresAt.toISOString(),
      },
    );
  }
  if (session.status !== 'OPEN') {
    throw new Refusal('VIAL_NOT_OPEN', `This vial is ${session.status}. Open another one.`, {
      sessionId: session.id,
      status: session.status,
    });
  }
}

/** In the order in which they were recorded, with what was wasted: after the vial was locked. */
export async function readUses(
  tx: Tx,
  session: LockedSession,
): Promise<{ readonly facts: SessionFacts; readonly uses: readonly UsedDoses[] }> {
  const uses = await tx.sql<UsedDoses>(
    `SELECT id, patient_id AS "patientId", doses, charge, reverses FROM inventory.vial_usage_record WHERE session_id = $1 ORDER BY recorded_at, id`,
    [session.id],
  );
  const wastes = await tx.sql<{ cost: string | null }>(
    'SELECT cost FROM inventory.waste_record WHERE session_id = $1',
    [session.id],
  );
  const wasteCosts = wastes.map(({ cost }) => cost ?? '0');
  const { unitCost, initialDoses } = session;
  return { uses, facts: { unitCost, initialDoses, hasEnded: false, wasteCosts } };
}
