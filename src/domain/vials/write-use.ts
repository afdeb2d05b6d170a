/** Writes a use of an opened vial, whole, in one statement: the record, the vial, the analytics event, audit, outbox. */
import type { Tx } from '../../db/in-transaction.ts';
import { Statement } from '../../db/statement.ts';
import { addAudit } from '../audit.ts';
import { exact } from '../decimal.ts';
import type { Encounter, NewEvent } from '../dispensing/event.ts';
import { addEvents, addToldAt } from '../dispensing/write-events.ts';
import { addOutbox } from '../outbox.ts';
import type { OpenVialSession } from '../../entities/open-vial-session.ts';
import type { VialUsageRecord } from '../../entities/vial-usage-record.ts';
import type { VialStatus } from '../../schema/enums.ts';
import type { Authoriser } from '../people/authoriser.ts';
import type { LockedSession } from './lock-session.ts';
import { vialAudit, vialChanged } from './vial-audit.ts';

export interface Use {
  readonly id: string;
  readonly session: LockedSession;
  readonly patientId: string;
  readonly encounter: Encounter;
  readonly event: NewEvent;
  readonly doses: string;
  readonly providerId: string;
  readonly treatment: string | null;
  readonly site: string | null;
  readonly charge: string | null;
  readonly authoriser: Authoriser | null;
}

export interface Used {
  readonly session: OpenVialSession;
  readonly usage: VialUsageRecord;
}

/** Answers both as they were written, so that whoever asked need not read them again. */
export async function writeUse(tx: Tx, use: Use): Promise<Used> {
  const { id, session, encounter, event, doses } = use;
  const remainingDoses = exact(session.remainingDoses).minus(doses).toString();
  const usedDoses = exact(session.usedDoses).plus(doses).toString();
  const status: VialStatus = exact(remainingDoses).isZero() ? 'DEPLETED' : 'OPEN';
  const statement = new Statement();
  statement.with('clock', 'SELECT clock_timestamp() AS at', 'MATERIALIZED');
  addToldAt(statement, encounter);
  addRecord(statement, tx, use);
  statement.with(
    'drawn',
    `UPDATE inventory.open_vial_session SET used_doses = ${statement.value(usedDoses, 'numeric')},
       remaining_doses = ${statement.value(remainingDoses, 'numeric')}, status = ${statement.value(status, 'inventory.vial_status')}
     WHERE id = ${statement.value(session.id, 'uuid')}`,
  );
  addEvents(statement, tx, encounter, [{ recordId: id, event }]);
  const drawn = {
    usageId: id,
    doses,
    treatment: use.treatment,
    site: use.site,
    authorisedBy: use.authoriser?.id ?? null,
  };
  addAudit(statement, tx, [vialAudit('useVial', session, { status, remainingDoses, usedDoses, ...drawn })]);
  addOutbox(statement, [vialChanged(session)]);
  const [clock] = await statement.runLast<{ at: Date }>(tx, 'SELECT at FROM clock');
  if (clock === undefined) throw new Error('A use of a vial got no clock');
  return { session: { ...session, status, remainingDoses, usedDoses }, usage: usageOf(tx, use, clock.at) };
}

function usageOf(tx: Tx, use: Use, recordedAt: Date): VialUsageRecord {
  const { id, session, patientId, encounter, event, doses, providerId, treatment, site, charge, authoriser } = use;
  const usedAt = encounter.occurredAt ?? recordedAt;
  return {
    ...{ id, sessionId: session.id, patientId, providerId, performedById: tx.actor.id },
    ...{ doses, treatment, site, charge, authorisedById: authoriser?.id ?? null, usedAt, recordedAt },
    ...{ eventId: event.id, eventTimestamp: usedAt, reverses: null, reason: null },
  };
}

function addRecord(statement: Statement, tx: Tx, use: Use): void {
  const value = (given: unknown, type: string) => statement.value(given, type);
  statement.with(
    'usage',
    `INSERT INTO inventory.vial_usage_record (id, session_id, patient_id, provider_id, performed_by, doses, treatment, site, charge,
       authorised_by, used_at, recorded_at, event_id, event_timestamp)
     SELECT ${value(use.id, 'uuid')}, ${value(use.session.id, 'uuid')}, ${value(use.patientId, 'uuid')}, ${value(use.providerId, 'uuid')},
       ${value(tx.actor.id, 'uuid')}, ${value(use.doses, 'numeric')}, ${value(use.treatment, 'text')}, ${value(use.site, 'text')},
       ${value(use.charge, 'numeric')}, ${value(use.authoriser?.id ?? null, 'uuid')}, told_at.at, clock.at, ${value(use.event.id, 'uuid')}, told_at.at
     FROM told_at, clock`,
  );
}
