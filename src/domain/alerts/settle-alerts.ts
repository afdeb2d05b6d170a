/**
 * The one writer of alerts that come and go by themselves: raises, lets rise, rewords, resolves and ends, many at once,
 * and writes a row of the feed for each raise, rise and resolve. Whoever finds the same thing at the same time: there is
 * one alert, and it is told once. Verbs call it last but for their sequences, in their own transaction.
 * Locks: the current alerts of what was found or looked at, by type, place and subject.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import type { AlertType } from '../../schema/enums.ts';
import { decide, type CurrentAlert, type Decision, type Told } from './alert-decision.ts';

/** What an alert is about. The organisation as a whole has no location. */
export interface AlertKey {
  readonly type: AlertType;
  readonly locationId: string | null;
  readonly subject: string;
}

export interface Finding extends AlertKey, Told {
  readonly productId?: string | null;
  readonly lotId?: string | null;
  readonly stockId?: string | null;
  readonly sessionId?: string | null;
  readonly recallId?: string | null;
}

/** What was looked at: the cause of each current alert within it that is not among the findings is gone. */
export interface AlertScope {
  readonly types: readonly AlertType[];
  /** Null: of the organisation. Absent: wherever. */
  readonly locationId?: string | null;
  /** Absent: all. */
  readonly subjects?: readonly string[];
}

export interface Settlement {
  readonly found: readonly Finding[];
  readonly within?: readonly AlertScope[];
  /** How those are resolved whose cause is gone. */
  readonly resolution?: string;
}

/** How many were told. */
export interface Settled {
  readonly raised: number;
  readonly risen: number;
  readonly resolved: number;
}

interface LockedAlert extends CurrentAlert, AlertKey {
  readonly id: string;
}

interface Decided {
  readonly decision: Decision;
  readonly current: LockedAlert | null;
  readonly finding: Finding | null;
}

export async function settleAlerts(tx: Tx, settlement: Settlement): Promise<Settled> {
  const resolution = settlement.resolution ?? 'The cause is gone.';
  const found = new Map(settlement.found.map((finding) => [keyOf(finding), finding]));
  const current = await lockCurrent(tx, [...found.values()], settlement.within ?? []);
  const decided = decideAll(found, current);
  await change(tx, decided, resolution);
  const news = decided.filter(({ decision }) => decision === 'RAISE' || decision === 'RAISE_ANEW');
  const made = await raise(tx, findingsOf(news));
  // Somebody raised them between our look and our insert: they are there now, to be looked at again.
  const missed = findingsOf(news).filter((finding) => !made.has(keyOf(finding)));
  const later = missed.length === 0 ? nothingSettled : await settleAlerts(tx, { found: missed });
  const count = (wanted: Decision) => decided.filter(({ decision }) => decision === wanted).length;
  return addSettled({ raised: made.size, risen: count('RISE'), resolved: count('RESOLVE') }, later);
}

export const nothingSettled: Settled = { raised: 0, risen: 0, resolved: 0 };

export function addSettled(one: Settled, other: Settled): Settled {
  return {
    raised: one.raised + other.raised,
    risen: one.risen + other.risen,
    resolved: one.resolved + other.resolved,
  };
}

const keyOf = ({ type, locationId, subject }: AlertKey): string => `${type} ${locationId ?? ''} ${subject}`;

const findingsOf = (decided: readonly Decided[]): Finding[] => decided.flatMap(({ finding }) => finding ?? []);

function decideAll(found: ReadonlyMap<string, Finding>, current: readonly LockedAlert[]): Decided[] {
  const known = new Map(current.map((alert) => [keyOf(alert), alert]));
  const keys = new Set([...found.keys(), ...known.keys()]);
  return [...keys].map((key) => {
    const [alert, finding] = [known.get(key) ?? null, found.get(key) ?? null];
    return { decision: decide(alert, finding), current: alert, finding };
  });
}

/** After a wait the row is read as it is now: what somebody has ended meanwhile is not among them. */
async function lockCurrent(tx: Tx, found: readonly AlertKey[], scopes: readonly AlertScope[]): Promise<LockedAlert[]> {
  const looked = scopes.flatMap(({ types, locationId, subjects }) =>
    types.flatMap((type) => (subjects ?? [null]).map((subject) => ({ type, locationId, subject }))),
  );
  const exact = [...found, ...looked.filter((key) => key.locationId != null && key.subject !== null)];
  const wide = [...found, ...looked].filter((key) => key.locationId == null || key.subject === null);
  if (exact.length + wide.length === 0) return [];
  // Without a name: see readMany().
  return tx.query<LockedAlert[]>(
    `WITH found AS (
       SELECT a.id FROM unnest($1::inventory.alert_type[], $2::uuid[], $3::text[]) AS k(type, location_id, subject)
       JOIN inventory.inventory_alert a ON a.type = k.type AND a.location_id = k.location_id AND a.subject = k.subject AND a.ended_at IS NULL
       UNION
       SELECT a.id FROM unnest($4::inventory.alert_type[], $5::uuid[], $6::boolean[], $7::text[]) AS k(type, location_id, anywhere, subject)
       JOIN inventory.inventory_alert a ON a.type = k.type AND a.ended_at IS NULL
         AND (k.anywhere OR a.location_id IS NOT DISTINCT FROM k.location_id) AND (k.subject IS NULL OR a.subject = k.subject))
     SELECT id, type, location_id AS "locationId", subject, severity, status, title, message FROM inventory.inventory_alert
     WHERE id IN (SELECT id FROM found) AND ended_at IS NULL ORDER BY type, location_id, subject FOR UPDATE`,
    [
      exact.map(({ type }) => type),
      exact.map(({ locationId }) => locationId),
      exact.map(({ subject }) => subject),
      wide.map(({ type }) => type),
      wide.map(({ locationId }) => locationId ?? null),
      wide.map(({ locationId }) => locationId === undefined),
      wide.map(({ subject }) => subject),
    ],
  );
}

/** A subquery with one row, `current`: the alerts of these types about the subject, for who wants to know whether there is anything to settle. */
export function currentAlerts(types: readonly AlertType[], locationId: string, subject: string): string {
  return `SELECT coalesce(json_agg(json_build_object('type', a.type, 'severity', a.severity, 'status', a.status, 'title', a.title, 'message', a.message)), '[]') AS current
    FROM inventory.inventory_alert a WHERE a.ended_at IS NULL AND a.type = ANY('{${types.join(',')}}'::inventory.alert_type[])
      AND a.location_id = ${locationId} AND a.subject = ${subject}::text`;
}

export const feedColumns = 'id, alert_id, version, location_id, type, severity, status, title, message';

/** What is there already, before anything is raised in its place. */
async function change(tx: Tx, decided: readonly Decided[], resolution: string): Promise<void> {
  const changes = decided.flatMap(({ decision, current, finding }) =>
    current === null || decision === 'NOTHING'
      ? []
      : [{ decision, id: current.id, told: toldBy(decision, current, finding) }],
  );
  if (changes.length === 0) return;
  await tx.sql(
    `WITH c AS (
       SELECT * FROM unnest($1::uuid[], $2::text[], $3::inventory.alert_severity[], $4::text[], $5::text[], $6::uuid[])
         AS c(id, decision, severity, title, message, feed_id)
     ), changed AS (
       UPDATE inventory.inventory_alert a SET severity = c.severity, title = c.title, message = c.message,
         status = CASE c.decision WHEN 'RESOLVE' THEN 'RESOLVED' ELSE a.status END,
         resolved_at = CASE c.decision WHEN 'RESOLVE' THEN clock_timestamp() ELSE a.resolved_at END,
         resolution = CASE c.decision WHEN 'RESOLVE' THEN $7 ELSE a.resolution END,
         ended_at = CASE WHEN c.decision IN ('RESOLVE', 'END', 'RAISE_ANEW') THEN clock_timestamp() END,
         version = a.version + CASE WHEN c.decision IN ('RISE', 'RESOLVE') THEN 1 ELSE 0 END
       FROM c WHERE a.id = c.id RETURNING a.*, c.decision, c.feed_id
     )
     INSERT INTO inventory.alert_feed (${feedColumns})
     SELECT feed_id, id, version, location_id, type, severity, status, title, message FROM changed WHERE decision IN ('RISE', 'RESOLVE')`,
    [
      changes.map(({ id }) => id),
      changes.map(({ decision }) => decision),
      changes.map(({ told }) => told.severity),
      changes.map(({ told }) => told.title),
      changes.map(({ told }) => told.message),
      changes.map(() => uuid()),
      resolution,
    ],
  );
}

/** What ends keeps the words that people know it by. */
function toldBy(decision: Decision, current: Told, finding: Told | null): Told {
  return finding !== null && (decision === 'RISE' || decision === 'REWORD') ? finding : current;
}

/** Answers the keys of those that were made here; what somebody else has just raised is left to them. */
async function raise(tx: Tx, found: readonly Finding[]): Promise<ReadonlySet<string>> {
  if (found.length === 0) return new Set();
  const list = (pick: (finding: Finding) => unknown) => found.map(pick);
  const made = await tx.sql<AlertKey>(
    `WITH f AS (
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::inventory.alert_type[], $4::text[], $5::uuid[], $6::inventory.alert_severity[], $7::text[],
         $8::text[], $9::uuid[], $10::uuid[], $11::uuid[], $12::uuid[], $13::uuid[])
         AS f(id, feed_id, type, subject, location_id, severity, title, message, product_id, lot_id, stock_id, session_id, recall_id)
     ), raised AS (
       INSERT INTO inventory.inventory_alert (id, type, subject, location_id, severity, title, message, product_id, lot_id, stock_id, session_id, recall_id)
       SELECT id, type, subject, location_id, severity, title, message, product_id, lot_id, stock_id, session_id, recall_id
       FROM f ORDER BY type, location_id, subject
       ON CONFLICT (type, location_id, subject) WHERE ended_at IS NULL DO NOTHING RETURNING *
     ), told AS (
       INSERT INTO inventory.alert_feed (${feedColumns})
       SELECT f.feed_id, r.id, r.version, r.location_id, r.type, r.severity, r.status, r.title, r.message FROM raised r JOIN f USING (id)
     )
     SELECT type, location_id AS "locationId", subject FROM raised`,
    [
      list(() => uuid()),
      list(() => uuid()),
      list(({ type }) => type),
      list(({ subject }) => subject),
      list(({ locationId }) => locationId),
      list(({ severity }) => severity),
      list(({ title }) => title),
      list(({ message }) => message),
      list(({ productId }) => productId ?? null),
      list(({ lotId }) => lotId ?? null),
      list(({ stockId }) => stockId ?? null),
      list(({ sessionId }) => sessionId ?? null),
      list(({ recallId }) => recallId ?? null),
    ],
  );
  return new Set(made.map(keyOf));
}
