/**
 * A person has looked at an excursion, and says what came of it. Of a batch the person decides: released, the cause of
 * its quarantine ends and what no other cause holds may be used again, opened vials too; not released, it stays where it
 * is, to be wasted, or to be released by a further call. What is out of its limits still cannot be released.
 * Refuses: BAD_USER_INPUT, NOT_FOUND, INVALID_STATUS_TRANSITION (released while it lasts), ALREADY_REVIEWED.
 * Locks: the excursion, stock, then alerts.
 */
import { notFound } from '../../actor.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { Refusal } from '../../refusal.ts';
import { settleTemperatureAlerts } from '../alerts/temperature-alerts.ts';
import { audit } from '../audit.ts';
import { claim, gate, type Result } from '../claim.ts';
import { lockStock, type LockedStock } from '../stock/lock-stock.ts';
import { endQuarantine } from '../stock/quarantine.ts';
import { byExcursion } from '../stock/settle.ts';
import { stockAudit, stockChanged } from '../stock/stock-audit.ts';
import { text } from '../text.ts';
import { isUuid } from '../uuid.ts';

export interface AcknowledgeExcursion {
  readonly excursionId: string;
  readonly comment: string;
  /** Of a batch: it may be used. */
  readonly release?: boolean | null;
}

interface LockedExcursion {
  readonly id: string;
  readonly storageUnitId: string;
  readonly stockId: string | null;
  readonly locationId: string;
  readonly lasts: boolean;
  readonly comment: string | null;
  readonly isReleased: boolean;
}

export async function acknowledgeExcursion(tx: Tx, input: AcknowledgeExcursion): Promise<Result> {
  const comment = text(input.comment, 'comment', { max: 1_000 });
  const releases = input.release ?? false;
  const excursion = await lockExcursion(tx, input);
  requireUndecided(excursion, releases);
  const { id, locationId, stockId, storageUnitId } = excursion;
  await tx.sql(
    `UPDATE inventory.temperature_excursion SET acknowledged_by = $2, acknowledged_at = clock_timestamp(), comment = $3,
       released_at = CASE WHEN $4 THEN clock_timestamp() END WHERE id = $1`,
    [id, tx.actor.id, comment, releases],
  );
  await audit(tx, {
    ...{ entity: 'temperature_excursion', entityId: id, action: 'acknowledgeExcursion', locationId },
    before: { comment: excursion.comment },
    after: { comment, released: releases },
  });
  if (releases && stockId !== null) await release(tx, stockId, id, comment);
  const subjects = stockId === null ? { storageUnitIds: [storageUnitId] } : { stockIds: [stockId] };
  await settleTemperatureAlerts(tx, { storageUnitIds: [], stockIds: [], ...subjects });
  return { excursion: [id] };
}

/** Of a batch: at the place where it is now. */
async function lockExcursion(tx: Tx, input: AcknowledgeExcursion): Promise<LockedExcursion> {
  if (!isUuid(input.excursionId)) throw notFound('excursion', input.excursionId);
  const place = 'coalesce(s.location_id, u.location_id)';
  const claimed = await claim<LockedExcursion>(
    tx,
    { mutation: 'acknowledgeExcursion', key: null, input },
    {
      locked: `SELECT x.*, ${place} AS place_id FROM inventory.temperature_excursion x JOIN inventory.storage_unit u ON u.id = x.storage_unit_id
        LEFT JOIN inventory.stock s ON s.id = x.stock_id
        WHERE ${gate} AND x.id = $8 AND ($9::boolean OR ${place} = ANY($10::uuid[])) FOR UPDATE OF x`,
      columns: `l.id, l.storage_unit_id AS "storageUnitId", l.stock_id AS "stockId", l.place_id AS "locationId", l.ended_at IS NULL AS lasts,
        l.comment, l.released_at IS NOT NULL AS "isReleased"`,
      values: [input.excursionId, tx.actor.isSystem, tx.actor.locationIds],
    },
  );
  const [excursion] = claimed.replay === null ? claimed.rows : [];
  if (excursion === undefined) throw notFound('excursion', input.excursionId);
  return excursion;
}

/** What was acknowledged and not released may be released later, once. */
function requireUndecided({ id, stockId, lasts, comment, isReleased }: LockedExcursion, releases: boolean): void {
  if (releases && stockId === null) {
    throw new Refusal('BAD_USER_INPUT', 'Only a batch is released; this is the excursion of a storage unit.', {
      field: 'release',
    });
  }
  if (releases && lasts) {
    throw new Refusal('INVALID_STATUS_TRANSITION', 'It is out of its limits still. Move it to a unit in range first.', {
      ...{ excursionId: id, from: 'LASTING', to: 'RELEASED', allowed: ['ENDED'] },
    });
  }
  if (comment !== null && (isReleased || !releases)) {
    throw new Refusal('ALREADY_REVIEWED', 'This excursion has been acknowledged already.', { excursionId: id });
  }
}

async function release(tx: Tx, stockId: string, excursionId: string, comment: string): Promise<void> {
  const stocks = await lockStock(tx, [stockId]);
  const cause = byExcursion(excursionId);
  await endQuarantine(tx, stocks, cause, {
    reason: comment,
    audit: stocks.map((stock) => stockAudit('acknowledgeExcursion', stock, { excursionId: null }, comment)),
    outbox: stocks.map(stockChanged),
  });
  await unmark(tx, stocks);
}

/** In a statement after the cause has ended: another excursion may hold the batch. */
async function unmark(tx: Tx, stocks: readonly LockedStock[]): Promise<void> {
  await tx.sql(
    `UPDATE inventory.stock s SET excursion_id = (SELECT q.reference FROM inventory.stock_quarantine q
       WHERE q.stock_id = s.id AND q.cause = 'EXCURSION' ORDER BY q.since DESC LIMIT 1) WHERE s.id = ANY($1::uuid[])`,
    [stocks.map(({ id }) => id)],
  );
}
