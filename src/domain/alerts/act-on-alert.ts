/**
 * What a person does with an alert: says that it is seen to, or that it is done. Resolved by hand, it stays silent until
 * its cause ends or its severity rises. The note is kept with the audit row, and as the resolution.
 * Refuses: BAD_USER_INPUT, NOT_FOUND, INVALID_STATUS_TRANSITION. Locks: the alert.
 */
import { v7 as uuid } from 'uuid';
import { notFound } from '../../actor.ts';
import { Statement } from '../../db/statement.ts';
import type { Tx } from '../../db/in-transaction.ts';
import type { AlertStatus } from '../../schema/enums.ts';
import { addAudit } from '../audit.ts';
import { claim, gate, type Result } from '../claim.ts';
import { optionalText } from '../text.ts';
import { isUuid } from '../uuid.ts';
import { seesAlertAt } from './alert-access.ts';
import { requireTransition } from './alert-status.ts';
import { feedColumns } from './settle-alerts.ts';

export interface AlertAction {
  readonly alertId: string;
  readonly note?: string | null;
}

interface LockedAlert {
  readonly id: string;
  readonly locationId: string | null;
  readonly status: AlertStatus;
}

/** Told to nobody: the feed is of what comes, rises and goes. */
export async function acknowledgeAlert(tx: Tx, input: AlertAction): Promise<Result> {
  const note = optionalText(input.note, 'note', 1_000);
  const alert = await lockAlert(tx, 'acknowledgeAlert', input);
  requireTransition(alert.status, 'ACKNOWLEDGED');
  const statement = new Statement();
  statement.with(
    'acknowledged',
    `UPDATE inventory.inventory_alert SET status = 'ACKNOWLEDGED', acknowledged_by = ${statement.value(tx.actor.id, 'uuid')},
       acknowledged_at = clock_timestamp() WHERE id = ${statement.value(alert.id, 'uuid')}`,
  );
  return finish(tx, statement, alert, { action: 'acknowledgeAlert', status: 'ACKNOWLEDGED', note });
}

export async function resolveAlert(tx: Tx, input: AlertAction): Promise<Result> {
  const note = optionalText(input.note, 'note', 1_000);
  const alert = await lockAlert(tx, 'resolveAlert', input);
  requireTransition(alert.status, 'RESOLVED');
  const statement = new Statement();
  statement.with(
    'resolved',
    `UPDATE inventory.inventory_alert SET status = 'RESOLVED', resolved_by = ${statement.value(tx.actor.id, 'uuid')}, resolved_at = clock_timestamp(),
       resolution = ${statement.value(note, 'text')}, version = version + 1 WHERE id = ${statement.value(alert.id, 'uuid')} RETURNING *`,
  );
  statement.with(
    'told',
    `INSERT INTO inventory.alert_feed (${feedColumns})
     SELECT ${statement.value(uuid(), 'uuid')}, id, version, location_id, type, severity, status, title, message FROM resolved`,
  );
  return finish(tx, statement, alert, { action: 'resolveAlert', status: 'RESOLVED', note });
}

async function lockAlert(tx: Tx, mutation: string, input: AlertAction): Promise<LockedAlert> {
  if (!isUuid(input.alertId)) throw notFound('alert', input.alertId);
  const claimed = await claim<LockedAlert>(
    tx,
    { mutation, key: null, input },
    {
      locked: `SELECT a.* FROM inventory.inventory_alert a WHERE ${gate} AND a.id = $8 AND (a.location_id = ANY($9::uuid[]) OR $10::boolean AND a.location_id IS NULL)
        FOR UPDATE`,
      columns: 'l.id, l.location_id AS "locationId", l.status',
      values: [input.alertId, tx.actor.locationIds, seesAlertAt(tx.actor, null)],
    },
  );
  const [alert] = claimed.replay === null ? claimed.rows : [];
  if (alert === undefined) throw notFound('alert', input.alertId);
  return alert;
}

async function finish(
  tx: Tx,
  statement: Statement,
  alert: LockedAlert,
  done: { readonly action: string; readonly status: AlertStatus; readonly note: string | null },
): Promise<Result> {
  addAudit(statement, tx, [
    {
      entity: 'inventory_alert',
      entityId: alert.id,
      action: done.action,
      locationId: alert.locationId,
      before: { status: alert.status },
      after: { status: done.status },
      reason: done.note,
    },
  ]);
  await statement.run(tx, 'SELECT');
  return { alert: [alert.id] };
}
