/** What became of alerts, in few words. */
import type { TestClinic } from './clinic.ts';

/** "EXPIRED CRITICAL OPEN", of alerts about a subject, in the order in which they were raised; "silent" and "ended" say more. */
export async function alertsOf(clinic: TestClinic, subject: string, locationId = clinic.locationId): Promise<string[]> {
  const rows = await clinic.all<{ line: string }>(
    `SELECT concat_ws(' ', type, severity, status, CASE WHEN status = 'RESOLVED' THEN CASE WHEN ended_at IS NULL THEN 'silent' ELSE 'ended' END END) AS line
     FROM inventory.inventory_alert WHERE subject = $1 AND location_id IS NOT DISTINCT FROM $2 ORDER BY created_at, type, id`,
    [subject, locationId],
  );
  return rows.map(({ line }) => line);
}

/** "EXPIRED CRITICAL OPEN 1": what was told of a subject, in order, with the alert's version. */
export async function feedOf(clinic: TestClinic, subject: string): Promise<string[]> {
  const rows = await clinic.all<{ line: string }>(
    `SELECT concat_ws(' ', f.type, f.severity, f.status, f.version) AS line
     FROM inventory.alert_feed f JOIN inventory.inventory_alert a ON a.id = f.alert_id WHERE a.subject = $1 ORDER BY f.changed_at, f.id`,
    [subject],
  );
  return rows.map(({ line }) => line);
}

/** As resolveAlert does it. */
export async function silence(clinic: TestClinic, subject: string): Promise<void> {
  await clinic.owner.query(
    `UPDATE inventory.inventory_alert SET status = 'RESOLVED', resolved_at = now() WHERE subject = $1 AND ended_at IS NULL`,
    [subject],
  );
}
