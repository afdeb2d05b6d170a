/** Writes the opening of a vial, whole, in one statement: ledger and stock, the session, audit, outbox. */
import type { Tx } from '../../db/in-transaction.ts';
import type { Statement } from '../../db/statement.ts';
import type { OpenVialSession } from '../../entities/open-vial-session.ts';
import { exact } from '../decimal.ts';
import type { AuditLine } from '../audit.ts';
import { closeReservations, releaseLine } from '../stock/held-reservation.ts';
import { postLast, type LedgerLine } from '../stock/post.ts';
import { settle } from '../stock/settle.ts';
import { stockChanged } from '../stock/stock-audit.ts';
import type { Opening } from './open-vial.ts';
import { vialChanged } from './vial-audit.ts';

/** Answers the vial as it was written, so that whoever asked need not read it again. */
export async function writeOpening(tx: Tx, opening: Opening): Promise<OpenVialSession> {
  const { id, batch, draw } = opening;
  await postLast(
    tx,
    {
      lines: linesOf(opening),
      reason: null,
      audit: [auditOf(opening)],
      outbox: [vialChanged({ id, locationId: batch.locationId, productId: batch.productId }), stockChanged(batch)],
    },
    (statement) => {
      if (draw.reservation !== null) closeReservations(statement, 'FULFILLED', [draw.reservation]);
      addSession(statement, tx, opening);
    },
  );
  return sessionOf(tx, opening);
}

function sessionOf(tx: Tx, opening: Opening): OpenVialSession {
  const { id, batch, doses, rule, stability, authoriser, diluent, diluentMl } = opening;
  const { id: stockId, lotId, productId, locationId, unitCost, singlePatient, now } = batch;
  return {
    ...{ id, stockId, lotId, productId, locationId, status: 'OPEN', openedAt: now, openedById: tx.actor.id },
    ...{ ...stability, stabilityRule: rule, authorisedById: authoriser?.id ?? null, singlePatient },
    ...{ initialDoses: doses, remainingDoses: doses, usedDoses: '0', wastedDoses: '0', unitCost },
    ...{ diluent, diluentMl, reconstitutedAt: diluent === null ? null : now, closedAt: null },
  };
}

/** What a reservation holds beyond the one unit becomes free again. */
function linesOf({ id, batch, draw: { reservation } }: Opening): LedgerLine[] {
  const opened: LedgerLine = {
    stockId: batch.id,
    type: 'VIAL_OPENED',
    bucket: 'ON_HAND',
    change: '-1',
    referenceType: 'open_vial_session',
    referenceId: id,
  };
  if (reservation === null) return [opened];
  const left = exact(reservation.quantity).minus(1);
  return [releaseLine(reservation), opened, ...(left.gt(0) ? settle(batch, left.toString()).lines : [])];
}

function auditOf(opening: Opening): AuditLine {
  const { id, batch, doses, draw, rule, stability, authoriser, diluent, diluentMl } = opening;
  return {
    entity: 'open_vial_session',
    entityId: id,
    action: 'openVial',
    locationId: batch.locationId,
    before: { onHand: batch.onHand },
    after: {
      onHand: exact(batch.onHand).minus(1).toString(),
      stockId: batch.id,
      lotId: batch.lotId,
      doses,
      stabilityRule: rule,
      expiresAt: stability.expiresAt,
      authorisedBy: authoriser?.id ?? null,
      diluent,
      diluentMl,
      fefoOverridden: draw.fefoOverridden,
      reservationId: draw.reservation?.id ?? null,
    },
  };
}

function addSession(statement: Statement, tx: Tx, opening: Opening): void {
  const { id, batch, doses, rule, stability, authoriser, diluent, diluentMl } = opening;
  const value = (given: unknown, type: string) => statement.value(given, type);
  statement.with(
    'session',
    `INSERT INTO inventory.open_vial_session (id, stock_id, lot_id, product_id, location_id, opened_at, opened_by, expires_at, stability_rule,
       label_expires_at, policy_expires_at, authorised_by, single_patient, initial_doses, remaining_doses, unit_cost, diluent, diluent_ml, reconstituted_at)
     SELECT ${value(id, 'uuid')}, s.id, s.lot_id, s.product_id, s.location_id, ${value(batch.now, 'timestamptz')}, ${value(tx.actor.id, 'uuid')},
       ${value(stability.expiresAt, 'timestamptz')}, ${value(rule, 'inventory.stability_rule')}, ${value(stability.labelExpiresAt, 'timestamptz')},
       ${value(stability.policyExpiresAt, 'timestamptz')}, ${value(authoriser?.id ?? null, 'uuid')}, ${value(batch.singlePatient, 'boolean')},
       ${value(doses, 'numeric')}, ${value(doses, 'numeric')}, s.unit_cost, ${value(diluent, 'text')}, ${value(diluentMl, 'numeric')},
       ${value(diluent === null ? null : batch.now, 'timestamptz')}
     FROM inventory.stock s WHERE s.id = ${value(batch.id, 'uuid')}`,
  );
}
