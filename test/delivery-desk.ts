/** What tests of deliveries share: receivers in the settings, numbered alerts, and a look at what became of them. */
import { randomUUID } from 'node:crypto';
import { notifyOff, type NotifyConfig } from '../src/config.ts';
import { numberAlerts } from '../src/domain/alerts/number-alerts.ts';
import type { Job, JobContext } from '../src/jobs/job.ts';
import { raiseAlerts, type NewAlert } from './alerts.ts';
import type { TestClinic } from './clinic.ts';

export const secret = 'a secret of the tests, long enough';

export const webhooksOn: NotifyConfig = { ...notifyOff, webhooks: { secrets: [secret], allowPrivate: true } };

/** By SQL: the API takes https only. */
export async function receiversAre(
  clinic: TestClinic,
  { webhooks = [], emails = [] }: { readonly webhooks?: readonly string[]; readonly emails?: readonly string[] },
): Promise<void> {
  await clinic.owner.query('UPDATE ops.settings SET webhook_urls = $1, alert_emails = $2', [webhooks, emails]);
}

export async function nothingToTell(clinic: TestClinic): Promise<void> {
  await clinic.owner.query(
    `DELETE FROM ops.delivery; DELETE FROM inventory.alert_feed; DELETE FROM inventory.inventory_alert;
     UPDATE ops.delivery_cursor SET feed_seq = 0, digest_on = NULL`,
  );
  await receiversAre(clinic, {});
}

/** Alerts here, raised and numbered; answers their ids. */
export async function raised(clinic: TestClinic, ...alerts: readonly Partial<NewAlert>[]): Promise<string[]> {
  const ids = await raiseAlerts(
    clinic.owner,
    alerts.map((alert) => ({ locationId: clinic.locationId, ...alert })),
  );
  await number(clinic);
  return ids;
}

/** The next row of the feed about an alert, numbered. */
export async function changed(
  clinic: TestClinic,
  alertId: string,
  { severity, status }: { readonly severity: string; readonly status: string },
): Promise<void> {
  await clinic.owner.query(
    `WITH changed AS (UPDATE inventory.inventory_alert SET severity = $3, status = $4, version = version + 1,
       resolved_at = CASE WHEN $4::inventory.alert_status = 'RESOLVED' THEN now() END WHERE id = $2 RETURNING *)
     INSERT INTO inventory.alert_feed (id, alert_id, version, location_id, type, severity, status, title, message)
     SELECT $1, id, version, location_id, type, severity, status, title, message FROM changed`,
    [randomUUID(), alertId, severity, status],
  );
  await number(clinic);
}

async function number(clinic: TestClinic): Promise<void> {
  await clinic.as(clinic.systemSession().actor, numberAlerts);
}

/** As the worker runs it, once. */
export async function runOnce(clinic: TestClinic, job: Job, notify: NotifyConfig, more: Partial<JobContext> = {}) {
  return job.handle({
    ...{ db: clinic.db, notify, recallFeed: null, input: {}, stopping: new AbortController().signal },
    ...{ committed: () => undefined, progress: async () => undefined },
    ...more,
  });
}

/** As if the time of the next attempts, and of leases, had come. */
export async function timePasses(clinic: TestClinic): Promise<void> {
  await clinic.owner.query(
    `UPDATE ops.delivery SET next_attempt_at = now(), leased_until = CASE WHEN leased_until IS NOT NULL THEN now() END WHERE state = 'WAITING'`,
  );
}

/** "SENT 1", "WAITING 2 Answered 500.": state, attempts and last error, in the order of the feed. */
export async function standing(clinic: TestClinic, target?: string): Promise<string[]> {
  const rows = await clinic.all<{ line: string }>(
    `SELECT concat_ws(' ', state, attempts, last_error) AS line FROM ops.delivery
     WHERE $1::text IS NULL OR target = $1 ORDER BY feed_seq, target`,
    [target ?? null],
  );
  return rows.map(({ line }) => line);
}
