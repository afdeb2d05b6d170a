/** A waste record, in the statement of the verb that wastes: why, how much, what it cost, who saw it. */
import { Refusal } from '../../refusal.ts';
import type { Statement } from '../../db/statement.ts';
import type { Tx } from '../../db/in-transaction.ts';
import type { WasteReason } from '../../schema/enums.ts';
import type { Witness } from '../people/witness.ts';
import { optionalText } from '../text.ts';

export interface NewWaste {
  readonly id: string;
  readonly stockId: string;
  /** Of an opened vial: then quantity and unit are its doses. */
  readonly sessionId: string | null;
  readonly quantity: string;
  readonly unit: string;
  readonly reason: WasteReason;
  readonly note: string | null;
  readonly cost: string | null;
  readonly witness: Witness | null;
  /** As told; null is now. */
  readonly occurredAt: Date | null;
}

/** Reads `clock(at)`; lot, product and place are those of the batch. */
export function addWaste(statement: Statement, tx: Tx, wastes: readonly NewWaste[]): void {
  if (wastes.length === 0) return;
  const list = (type: string, pick: (waste: NewWaste) => unknown) => statement.value(wastes.map(pick), `${type}[]`);
  statement.with(
    'waste',
    `INSERT INTO inventory.waste_record (id, stock_id, session_id, lot_id, product_id, location_id, quantity, unit, reason, note, cost,
       recorded_by, witness_id, occurred_at, recorded_at)
     SELECT w.id, s.id, w.session_id, s.lot_id, s.product_id, s.location_id, w.quantity, w.unit, w.reason, w.note, w.cost,
       ${statement.value(tx.actor.id, 'uuid')}, w.witness_id, coalesce(w.occurred_at, clock.at), clock.at
     FROM clock, unnest(${list('uuid', (w) => w.id)}, ${list('uuid', (w) => w.stockId)}, ${list('uuid', (w) => w.sessionId)},
       ${list('numeric', (w) => w.quantity)}, ${list('text', (w) => w.unit)}, ${list('inventory.waste_reason', (w) => w.reason)},
       ${list('text', (w) => w.note)}, ${list('numeric', (w) => w.cost)}, ${list('uuid', (w) => w.witness?.id ?? null)},
       ${list('timestamptz', (w) => w.occurredAt)})
       AS w(id, stock_id, session_id, quantity, unit, reason, note, cost, witness_id, occurred_at)
     JOIN inventory.stock s ON s.id = w.stock_id`,
  );
}

const toldByNote: ReadonlySet<WasteReason> = new Set(['OTHER', 'LOST_OR_STOLEN']);

/** Answers the note as it is kept. */
export function wasteNote(reason: WasteReason, note: string | null | undefined): string | null {
  const kept = optionalText(note, 'note', 1_000);
  if (kept !== null || !toldByNote.has(reason)) return kept;
  throw new Refusal('BAD_USER_INPUT', `Waste for the reason ${reason} needs a note that says what happened.`, {
    field: 'note',
    reason,
  });
}
