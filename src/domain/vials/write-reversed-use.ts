/**
 * Writes the taking back of a use, whole, in one statement: the record, the vial or the waste, the event's mark, audit. Then
 * what the patient had of the product afterwards is scored anew.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { Statement } from '../../db/statement.ts';
import type { VialStatus } from '../../schema/enums.ts';
import { addReversedDays } from '../analytics/dirty-days.ts';
import { rescoreAfterReversal } from '../analytics/rescore-repeats.ts';
import { addAudit } from '../audit.ts';
import { addResult, type Claim, type Result } from '../claim.ts';
import { exact } from '../decimal.ts';
import { addOutbox } from '../outbox.ts';
import type { Witness } from '../people/witness.ts';
import { addWaste } from '../waste/add-waste.ts';
import type { LockedSession } from './lock-session.ts';
import type { UsedDoses } from './session-money.ts';
import { vialAudit, vialChanged } from './vial-audit.ts';
import { wasteRecorded } from './waste-doses.ts';

export interface ReversedUse {
  readonly id: string;
  readonly session: LockedSession;
  readonly use: UsedDoses;
  /** Null: the doses are waste. */
  readonly status: VialStatus | null;
  readonly cost: string | null;
  readonly reason: string;
  readonly witness: Witness | null;
  readonly said: Claim;
}

export async function writeReversedUse(tx: Tx, reversed: ReversedUse): Promise<Result> {
  const { id, session, use, status, reason } = reversed;
  const wasteId = status === null ? uuid() : null;
  const usedDoses = exact(session.usedDoses).minus(use.doses).toString();
  const [back, wasted] = status === null ? ['0', use.doses] : [use.doses, '0'];
  const after = {
    status: status ?? session.status,
    usedDoses,
    remainingDoses: exact(session.remainingDoses).plus(back).toString(),
    wastedDoses: exact(session.wastedDoses).plus(wasted).toString(),
  };
  const statement = new Statement();
  statement.with('clock', 'SELECT clock_timestamp() AS at', 'MATERIALIZED');
  addRecord(statement, tx, reversed);
  statement.with(
    'vial',
    `UPDATE inventory.open_vial_session SET status = ${statement.value(after.status, 'inventory.vial_status')},
       used_doses = ${statement.value(after.usedDoses, 'numeric')}, remaining_doses = ${statement.value(after.remainingDoses, 'numeric')},
       wasted_doses = ${statement.value(after.wastedDoses, 'numeric')} WHERE id = ${statement.value(session.id, 'uuid')}`,
  );
  if (wasteId !== null) addWaste(statement, tx, [wasteOf(reversed, wasteId)]);
  addAudit(statement, tx, [
    vialAudit(
      'reverseVialUsage',
      session,
      { ...after, usageId: id, reverses: use.id, wasteId, witnessedBy: reversed.witness?.id ?? null },
      reason,
    ),
  ]);
  addOutbox(statement, [
    { topic: 'dispense.reversed', payload: { recordId: id, reverses: use.id, locationId: session.locationId } },
    vialChanged(session),
    ...(wasteId === null ? [] : [wasteRecorded(wasteId, session.locationId)]),
  ]);
  const result = { session: [session.id], usage: [id], waste: wasteId === null ? [] : [wasteId] };
  addResult(statement, tx, reversed.said, result);
  const marked = await statement.run<{ id: string }>(tx, 'SELECT event_id AS id FROM event_mark');
  await rescoreAfterReversal(
    tx,
    marked.map(({ id: eventId }) => eventId),
  );
  return result;
}

function wasteOf({ session, use, cost, reason, witness }: ReversedUse, id: string) {
  const isLate = session.status === 'EXPIRED' || session.now >= session.expiresAt;
  return {
    id,
    stockId: session.stockId,
    sessionId: session.id,
    quantity: use.doses,
    unit: session.doseUnit,
    reason: isLate ? ('OPEN_VIAL_EXPIRED' as const) : ('OTHER' as const),
    note: reason,
    cost,
    witness,
    occurredAt: null,
  };
}

/** Equal and opposite, with the event of the use that it takes back, which is marked. */
function addRecord(statement: Statement, tx: Tx, { id, use, reason }: ReversedUse): void {
  const actor = statement.value(tx.actor.id, 'uuid');
  const told = statement.value(reason, 'text');
  statement.with(
    'usage',
    `INSERT INTO inventory.vial_usage_record (id, session_id, patient_id, provider_id, performed_by, doses, treatment, site, charge,
       authorised_by, used_at, recorded_at, event_id, event_timestamp, reverses, reason)
     SELECT ${statement.value(id, 'uuid')}, u.session_id, u.patient_id, u.provider_id, ${actor}, -u.doses, u.treatment, u.site, -u.charge,
       NULL, clock.at, clock.at, u.event_id, u.event_timestamp, u.id, ${told}
     FROM inventory.vial_usage_record u, clock WHERE u.id = ${statement.value(use.id, 'uuid')} RETURNING event_id, event_timestamp`,
  );
  statement.with(
    'event_mark',
    `INSERT INTO dpap.event_reversal (event_id, event_timestamp, reversed_at, reversed_by, reason)
     SELECT u.event_id, u.event_timestamp, clock.at, ${actor}, ${told} FROM usage u, clock RETURNING event_id, event_timestamp`,
  );
  addReversedDays(statement, 'event_mark');
}
