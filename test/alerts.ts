/** Alerts as verbs write them, but by plain SQL: each a row of inventory_alert and its line in the feed, without a number. */
import type pg from 'pg';
import { v7 as uuid } from 'uuid';

export interface NewAlert {
  /** Null: of the whole organisation. */
  readonly locationId: string | null;
  readonly severity?: 'INFO' | 'WARNING' | 'CRITICAL';
  readonly title?: string;
  readonly message?: string;
  readonly productId?: string;
  readonly sessionId?: string;
}

type Query = Pick<pg.ClientBase, 'query'>;

/** In one statement, in this order; answers their ids. */
export async function raiseAlerts(db: Query, alerts: readonly NewAlert[]): Promise<string[]> {
  const ids = alerts.map(() => uuid());
  await db.query(
    `WITH given AS (
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::inventory.alert_severity[], $5::text[], $6::text[], $7::uuid[], $8::uuid[])
         WITH ORDINALITY AS g (id, feed_id, location_id, severity, title, message, product_id, session_id, n)),
     raised AS (
       INSERT INTO inventory.inventory_alert (id, type, subject, location_id, severity, title, message, product_id, session_id)
       SELECT id, 'LEDGER_MISMATCH', id, location_id, severity, title, message, product_id, session_id FROM given)
     INSERT INTO inventory.alert_feed (id, alert_id, version, location_id, type, severity, status, title, message)
     SELECT feed_id, id, 1, location_id, 'LEDGER_MISMATCH', severity, 'OPEN', title, message FROM given ORDER BY n`,
    [
      ids,
      alerts.map(() => uuid()),
      alerts.map(({ locationId }) => locationId),
      alerts.map(({ severity }) => severity ?? 'WARNING'),
      alerts.map(({ title }, index) => title ?? `Alert ${ids[index] ?? ''}`),
      alerts.map(({ message }) => message ?? 'Something was found.'),
      alerts.map(({ productId }) => productId ?? null),
      alerts.map(({ sessionId }) => sessionId ?? null),
    ],
  );
  return ids;
}

export async function raiseAlert(db: Query, alert: NewAlert): Promise<string> {
  const [id] = await raiseAlerts(db, [alert]);
  if (id === undefined) throw new Error('no alert was raised');
  return id;
}

/** What must not be: writers that take the number themselves, in the order of their inserts and not of their commits. */
export const numberAtInsert = `
  CREATE SEQUENCE inventory.alert_feed_number;
  CREATE FUNCTION inventory.number_at_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
    'BEGIN NEW.seq := nextval(''inventory.alert_feed_number''); RETURN NEW; END';
  CREATE TRIGGER number_at_insert BEFORE INSERT ON inventory.alert_feed FOR EACH ROW EXECUTE FUNCTION inventory.number_at_insert();`;
