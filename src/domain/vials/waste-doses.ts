/** Writes doses of an opened vial off as waste, whole, in one statement: the vial, the waste record, audit, outbox. */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { Statement } from '../../db/statement.ts';
import type { VialStatus, WasteReason } from '../../schema/enums.ts';
import { addAudit } from '../audit.ts';
import { addResult, type Claim, type Result } from '../claim.ts';
import { exact } from '../decimal.ts';
import { addOutbox } from '../outbox.ts';
import type { Witness } from '../people/witness.ts';
import { addWaste } from '../waste/add-waste.ts';
import { readUses, type LockedSession } from './lock-session.ts';
import { wasteCost } from './session-money.ts';
import { vialAudit, vialChanged } from './vial-audit.ts';

export interface DosesToWaste {
  readonly session: LockedSession;
  readonly action: string;
  /** What the vial is afterwards. */
  readonly status: VialStatus;
  /** "0": nothing remains to be wasted, the vial only ends. */
  readonly doses: string;
  readonly reason: WasteReason;
  readonly note: string | null;
  readonly witness: Witness | null;
  readonly occurredAt: Date | null;
  readonly said: Claim;
}

export async function wasteDoses(tx: Tx, waste: DosesToWaste): Promise<Result> {
  const { session, doses, status, said } = waste;
  const remainingDoses = exact(session.remainingDoses).minus(doses).toString();
  const wastedDoses = exact(session.wastedDoses).plus(doses).toString();
  const wasteId = exact(doses).gt(0) ? uuid() : null;
  const result = { session: [session.id], waste: wasteId === null ? [] : [wasteId] };
  const statement = new Statement();
  statement.with('clock', 'SELECT clock_timestamp() AS at', 'MATERIALIZED');
  statement.with(
    'vial',
    `UPDATE inventory.open_vial_session v SET remaining_doses = ${statement.value(remainingDoses, 'numeric')},
       wasted_doses = ${statement.value(wastedDoses, 'numeric')}, status = ${statement.value(status, 'inventory.vial_status')},
       closed_at = CASE WHEN ${statement.value(status === 'CLOSED', 'boolean')} THEN clock.at ELSE v.closed_at END
     FROM clock WHERE v.id = ${statement.value(session.id, 'uuid')}`,
  );
  const cost =
    wasteId === null ? null : await costOf(tx, session, doses, exact(remainingDoses).isZero() && status !== 'OPEN');
  if (wasteId !== null)
    addWaste(statement, tx, [{ ...waste, ...ofSession(session), id: wasteId, quantity: doses, cost }]);
  const after = {
    status,
    remainingDoses,
    wastedDoses,
    wasteId,
    wasteCost: cost,
    witnessedBy: waste.witness?.id ?? null,
  };
  addAudit(statement, tx, [vialAudit(waste.action, session, { ...after, wasteReason: waste.reason }, waste.note)]);
  addOutbox(statement, [
    vialChanged(session),
    ...(wasteId === null ? [] : [wasteRecorded(wasteId, session.locationId)]),
  ]);
  addResult(statement, tx, said, result);
  await statement.run(tx, 'SELECT');
  return result;
}

const ofSession = ({ id, stockId, doseUnit }: LockedSession) => ({ stockId, sessionId: id, unit: doseUnit });

async function costOf(tx: Tx, session: LockedSession, doses: string, endsIt: boolean): Promise<string | null> {
  const { facts, uses } = await readUses(tx, session);
  return wasteCost(facts, uses, doses, endsIt);
}

export const wasteRecorded = (wasteId: string, locationId: string) => ({
  topic: 'waste.recorded' as const,
  payload: { wasteId, locationId },
});
