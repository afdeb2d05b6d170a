/**
 * Which pharmacies the senders mean: by our id, by code, or by an entry of their external ids, the nearest of these. Then
 * one call at a time for each of them: whoever sends the same events beside finds them, and a patient's repeats are seen.
 * Locks: the pharmacies by id, for events that are received.
 */
import { advisoryLocks } from '../../db/advisory-locks.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { claim, gate } from '../claim.ts';
import { groupBy } from '../group-by.ts';

export interface Pharmacy {
  readonly id: string;
  readonly timeZone: string;
  /** The location that answers for it: itself, as a rule. */
  readonly locationId: string;
}

export interface Senders {
  /** By the name that was asked for; AMBIGUOUS where it is that of several. */
  readonly pharmacies: ReadonlyMap<string, Pharmacy | 'AMBIGUOUS'>;
  /** By the database's clock; null where no pharmacy was found. */
  readonly now: Date | null;
}

interface Found extends Pharmacy {
  readonly name: string;
  readonly nearness: number;
  readonly now: Date;
}

/** The first statement of the verb. */
export async function claimSenders(tx: Tx, mutation: string, names: readonly string[]): Promise<Senders> {
  const claimed = await claim<Found>(
    tx,
    { mutation, key: null, input: {} },
    {
      locked: `SELECT k.name, k.nearness, p.id, p.time_zone, p.location_id
        FROM people.pharmacy p CROSS JOIN LATERAL (
          SELECT p.id::text, 1 UNION ALL SELECT p.code, 2 UNION ALL SELECT value, 3 FROM jsonb_each_text(
            CASE WHEN jsonb_typeof(p.external_ids) = 'object' THEN p.external_ids END)) AS k(name, nearness)
        WHERE ${gate} AND k.name = ANY($8::text[]) AND ($9::boolean OR p.location_id = ANY($10::uuid[]))`,
      columns: `l.name, l.nearness, l.id, l.time_zone AS "timeZone", l.location_id AS "locationId", clock_timestamp() AS now`,
      values: [names, tx.actor.isSystem, tx.actor.locationIds],
    },
  );
  const found = claimed.replay === null ? claimed.rows : [];
  const byName = groupBy(found, ({ name }) => name);
  return {
    pharmacies: new Map([...byName].map(([name, all]) => [name, nearestOf(all)])),
    now: found[0]?.now ?? null,
  };
}

function nearestOf(found: readonly Found[]): Pharmacy | 'AMBIGUOUS' {
  const nearest = Math.min(...found.map(({ nearness }) => nearness));
  const [one, another] = [...new Map(found.filter((each) => each.nearness === nearest).map((p) => [p.id, p])).values()];
  return one === undefined || another !== undefined ? 'AMBIGUOUS' : one;
}

/**
 * Before anything of the events is read: making a month waits for whoever reads them, and two that have read would wait
 * for each other.
 */
export async function lockSenders(tx: Tx, ids: Iterable<string>, times: readonly Date[]): Promise<void> {
  await tx.sql(
    `SELECT pg_advisory_xact_lock(${advisoryLocks.receivedEvents}, hashtext(id::text)) FROM (SELECT id FROM unnest($1::uuid[]) AS p(id) ORDER BY hashtext(id::text)) AS p`,
    [[...new Set(ids)]],
  );
  const months = new Set(times.map((at) => Date.UTC(at.getUTCFullYear(), at.getUTCMonth())));
  // A plan that is kept was made when the months were empty, by whatever index; kept, it took 2.7 s for a thousand events.
  await tx.sql(`SELECT set_config('plan_cache_mode', 'force_custom_plan', true), dpap.make_event_months($1::date[])`, [
    [...months].map((month) => new Date(month).toISOString().slice(0, 10)),
  ]);
}
