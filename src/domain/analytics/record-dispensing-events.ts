/**
 * Takes in the events of pharmacies that dispense in another system, late, doubled and in any order, and scores them. A row
 * that cannot be is refused by its index, and the others are taken. A pharmacy's own id of a dispense is taken once, for
 * ever: what comes again is counted and changes nothing. What the patient had afterwards is scored anew. The statements are
 * eleven at the most, whatever the number of rows.
 * Refuses: BAD_USER_INPUT (too many). Of a row: BAD_USER_INPUT, NOT_FOUND (pharmacy). Locks: the pharmacies, by id.
 */
import { randomUUID } from 'node:crypto';
import { arrayText } from '../../db/array-text.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { notFound } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import { claimSenders, lockSenders, type Pharmacy, type Senders } from './claim-senders.ts';
import {
  isRefused,
  toldEvent,
  type EventToRecord,
  type RowRefusal,
  type Told,
  type ToldEvent,
} from './event-to-record.ts';
import { lastGiven, monthsAround, thisRecord } from './last-given.ts';
import { patientHash } from './patient-hash.ts';
import { rescoreRepeats } from './rescore-repeats.ts';
import { patientOf, scoreReceived, type KnownEvent, type PlacedEvent } from './score-received.ts';
import { writeReceived } from './write-received.ts';

export const mostEventsInACall = 1_000;
/** A sender's clock may be a little fast. */
const aheadAtMostMs = 60_000;

export interface ReceivedEvents {
  readonly accepted: number;
  readonly duplicates: number;
  /** Of the accepted ones. */
  readonly highRisk: number;
  /** By index. */
  readonly refused: readonly RowRefusal[];
}

export async function recordDispensingEvents(tx: Tx, inputs: readonly EventToRecord[]): Promise<ReceivedEvents> {
  requireFew(inputs, 'events');
  const told = inputs.map(toldEvent);
  const names = told.flatMap((row) => (isRefused(row) ? [] : [row.event.pharmacy]));
  const senders = await claimSenders(tx, 'recordDispensingEvents', [...new Set(names)]);
  const { placed, refused } = place(tx, told, senders);
  if (placed.length === 0) return { accepted: 0, duplicates: 0, highRisk: 0, refused };
  const times = placed.map(({ event }) => event.timestamp);
  await lockSenders(
    tx,
    placed.map(({ pharmacy }) => pharmacy.id),
    times,
  );
  const fresh = scoreReceived(await unknownEvents(tx, firstOfEach(placed)));
  const written = fresh.length === 0 ? { accepted: 0, highRisk: 0 } : await writeReceived(tx, fresh);
  const given = fresh.flatMap((each) => {
    const hash = patientOf(each);
    return hash === null ? [] : [{ id: each.id, hash, drugId: each.event.drugId, at: each.event.timestamp }];
  });
  await rescoreRepeats(
    tx,
    given,
    given.map(({ id }) => id),
  );
  return { ...written, duplicates: placed.length - written.accepted, refused };
}

export function requireFew(rows: readonly unknown[], field: string): void {
  if (rows.length <= mostEventsInACall) return;
  throw new Refusal('BAD_USER_INPUT', `At most ${mostEventsInACall} events in one call: send the rest in another.`, {
    ...{ field, most: mostEventsInACall },
  });
}

interface Placed {
  readonly placed: readonly PlacedEvent[];
  readonly refused: readonly RowRefusal[];
}

function place(tx: Tx, told: readonly Told[], senders: Senders): Placed {
  const placed: PlacedEvent[] = [];
  const refused: RowRefusal[] = [];
  const latest = (senders.now?.getTime() ?? 0) + aheadAtMostMs;
  for (const row of told) {
    if (isRefused(row)) {
      refused.push(row);
      continue;
    }
    const pharmacy = pharmacyOf(row.event, senders, latest);
    if (pharmacy instanceof Refusal) {
      refused.push({ index: row.index, code: pharmacy.code, message: pharmacy.message });
      continue;
    }
    const { patientKey } = row.event;
    const hash = patientKey === null ? null : patientHash(tx, pharmacy.id, patientKey);
    placed.push({ event: row.event, pharmacy, patientHash: hash });
  }
  return { placed, refused };
}

function pharmacyOf(event: ToldEvent, { pharmacies }: Senders, latest: number): Pharmacy | Refusal {
  const pharmacy = pharmacies.get(event.pharmacy);
  if (pharmacy === undefined) return notFound('pharmacy', event.pharmacy);
  if (pharmacy === 'AMBIGUOUS') {
    return new Refusal('BAD_USER_INPUT', 'pharmacyId is that of several pharmacies: name it by our id.');
  }
  return event.timestamp.getTime() <= latest
    ? pharmacy
    : new Refusal('BAD_USER_INPUT', 'timestamp must not lie in the future.');
}

/** Of what comes twice in one call the first is taken. */
function firstOfEach(placed: readonly PlacedEvent[]): PlacedEvent[] {
  const keys = new Map<string, PlacedEvent>();
  for (const each of placed) {
    const key = `${each.pharmacy.id} ${each.event.dispenseRecordId}`;
    if (!keys.has(key)) keys.set(key, each);
  }
  return [...keys.values()];
}

/** Those that are not here yet, with what their patients had before, where that matters. Nobody else adds any: the pharmacies are locked. */
async function unknownEvents(tx: Tx, events: readonly PlacedEvent[]): Promise<KnownEvent[]> {
  const asked = events.filter((each) => patientOf(each) !== null);
  const last = {
    ...{ patient: thisRecord('e.hash'), drug: 'e.drug_id', at: 'e.at' },
    ...{ sameVisit: 'g.encounter_id = e.encounter_id', months: 'g.timestamp BETWEEN $7 AND $8' },
  };
  // OFFSET 0: looked up key by key.
  const [row] = await tx.sql<{ known: readonly number[]; lastGivenAt: readonly (Date | null)[] }>(
    `SELECT ARRAY(SELECT a.position::integer - 1 FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS a(pharmacy_id, record_id, position)
         CROSS JOIN LATERAL (SELECT FROM dpap.event_key k WHERE k.pharmacy_id = a.pharmacy_id AND k.dispense_record_id = a.record_id OFFSET 0) AS k) AS known,
       ARRAY(SELECT ${lastGiven(last)} FROM unnest($3::bytea[], $4::text[], $5::timestamptz[], $6::text[])
         WITH ORDINALITY AS e(hash, drug_id, at, encounter_id, position) ORDER BY e.position) AS "lastGivenAt"`,
    [
      arrayText(events.map(({ pharmacy }) => pharmacy.id)),
      arrayText(events.map(({ event }) => event.dispenseRecordId)),
      arrayText(asked.map(patientOf)),
      arrayText(asked.map(({ event }) => event.drugId)),
      arrayText(asked.map(({ event }) => event.timestamp)),
      arrayText(asked.map(({ event }) => event.encounterId)),
      ...monthsAround(events.map(({ event }) => event.timestamp)),
    ],
  );
  const lastGivenAt = new Map(asked.map((each, index) => [each, row?.lastGivenAt[index] ?? null]));
  const known = new Set(row?.known);
  return events.flatMap((each, index) =>
    known.has(index) ? [] : [{ ...each, id: randomUUID(), lastGivenAt: lastGivenAt.get(each) ?? null }],
  );
}
