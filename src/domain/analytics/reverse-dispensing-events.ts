/**
 * Takes back events that a pharmacy has sent, by its own ids of them: they count in no summary, indicator or early repeat
 * any more, and what the patients had afterwards is scored anew. The events stay, and so do their high-risk alerts, marked.
 * What is taken back again is counted and changes nothing. Our own dispensing is taken back by its own verbs.
 * Refuses: BAD_USER_INPUT (too many), NOT_FOUND (pharmacy). Of an id: NOT_FOUND. Locks: the pharmacy.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { notFound } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import { Statement } from '../../db/statement.ts';
import { addAudit } from '../audit.ts';
import { addOutbox } from '../outbox.ts';
import { optionalText, text } from '../text.ts';
import { claimSenders, lockSenders, type Pharmacy } from './claim-senders.ts';
import { addReversedDays } from './dirty-days.ts';
import { longestId, type RowRefusal } from './event-to-record.ts';
import { requireFew, type ReceivedEvents } from './record-dispensing-events.ts';
import { rescoreRepeats } from './rescore-repeats.ts';

export interface EventsToReverse {
  readonly pharmacyId: string;
  readonly dispenseRecordIds: readonly string[];
  readonly reason?: string | null;
}

interface KnownEvent {
  readonly position: number;
  readonly id: string;
  /** As the database writes it: a JavaScript date would cut it short. */
  readonly at: string;
  readonly timestamp: Date;
  readonly drugId: string;
  /** Of a controlled drug. */
  readonly patientHash: Buffer | null;
  readonly isHighRisk: boolean;
  readonly isReversed: boolean;
}

export async function reverseDispensingEvents(tx: Tx, input: EventsToReverse): Promise<ReceivedEvents> {
  requireFew(input.dispenseRecordIds, 'dispenseRecordIds');
  const reason = optionalText(input.reason, 'reason', 1_000);
  const asked = input.dispenseRecordIds.map((id, index) => text(id, `dispenseRecordIds[${index}]`, { max: longestId }));
  const pharmacy = await requirePharmacy(tx, input.pharmacyId.trim());
  const known = await readKnown(tx, pharmacy, asked);
  const ofPosition = new Map(known.map((event) => [event.position, event]));
  const refused = asked.flatMap((id, index): RowRefusal[] => {
    const { code, message } = notFound('event of this pharmacy', id);
    return ofPosition.has(index + 1) ? [] : [{ index, code, message }];
  });
  const fresh = [...new Map(known.filter(({ isReversed }) => !isReversed).map((event) => [event.id, event])).values()];
  if (fresh.length > 0) await write(tx, pharmacy, fresh, reason);
  await rescoreRepeats(
    tx,
    fresh.flatMap(({ patientHash: hash, drugId, timestamp: at }) => (hash === null ? [] : [{ hash, drugId, at }])),
  );
  const highRisk = fresh.filter(({ isHighRisk }) => isHighRisk).length;
  return { accepted: fresh.length, duplicates: known.length - fresh.length, highRisk, refused };
}

async function requirePharmacy(tx: Tx, name: string): Promise<Pharmacy> {
  const { pharmacies } = await claimSenders(tx, 'reverseDispensingEvents', [name]);
  const pharmacy = pharmacies.get(name);
  if (pharmacy === undefined) throw notFound('pharmacy', name);
  if (pharmacy === 'AMBIGUOUS') {
    throw new Refusal('BAD_USER_INPUT', 'pharmacyId is that of several pharmacies: name it by our id.', {
      field: 'pharmacyId',
    });
  }
  await lockSenders(tx, [pharmacy.id], []);
  return pharmacy;
}

async function readKnown(tx: Tx, { id }: Pharmacy, asked: readonly string[]): Promise<KnownEvent[]> {
  return tx.sql<KnownEvent>(
    `SELECT a.position::integer, e.id, e.timestamp::text AS at, e.timestamp, e.drug_id AS "drugId",
       CASE WHEN e.is_controlled_drug THEN e.patient_hash END AS "patientHash", e.high_risk_flag AS "isHighRisk",
       EXISTS (SELECT FROM dpap.event_reversal r WHERE r.event_id = e.id) AS "isReversed"
     FROM unnest($2::text[]) WITH ORDINALITY AS a(record_id, position)
     JOIN dpap.event_key k ON k.pharmacy_id = $1 AND k.dispense_record_id = a.record_id
     JOIN dpap.dispensing_event e ON e.timestamp = k.event_timestamp AND e.id = k.event_id`,
    [id, asked],
  );
}

async function write(tx: Tx, pharmacy: Pharmacy, events: readonly KnownEvent[], reason: string | null): Promise<void> {
  const statement = new Statement();
  const list = (type: string, pick: (event: KnownEvent) => unknown) => statement.value(events.map(pick), `${type}[]`);
  statement.with(
    'reversal',
    `INSERT INTO dpap.event_reversal (event_id, event_timestamp, reversed_by, reason)
     SELECT r.id, r.at, ${statement.value(tx.actor.id, 'uuid')}, ${statement.value(reason, 'text')}
     FROM unnest(${list('uuid', ({ id }) => id)}, ${list('timestamptz', ({ at }) => at)}) AS r(id, at) ORDER BY r.id
     RETURNING event_id, event_timestamp`,
  );
  addReversedDays(statement, 'reversal');
  addAudit(statement, tx, [
    {
      entity: 'pharmacy',
      entityId: pharmacy.id,
      action: 'reverseDispensingEvents',
      locationId: pharmacy.locationId,
      after: { events: events.map(({ id }) => id) },
      reason,
    },
  ]);
  addOutbox(statement, [{ topic: 'dispensing.received', payload: {} }]);
  await statement.run(tx, 'SELECT');
}
