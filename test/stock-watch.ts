/** What a verb did to a batch, in the words of the ledger; and whether a refused one left everything as it was. */
import { expect } from 'vitest';
import type { TestClinic } from './clinic.ts';
import { refusalOf } from './refusal-of.ts';

export interface Buckets {
  readonly status: string;
  readonly on_hand: string;
  readonly reserved: string;
  readonly quarantine: string;
  readonly hold: string;
  readonly defective: string;
  readonly sample: string;
}

export async function bucketsOf(clinic: TestClinic, stockId: string): Promise<Buckets> {
  return clinic.one(
    `SELECT status, trim_scale(on_hand_quantity::numeric) AS on_hand, trim_scale(reserved_quantity::numeric) AS reserved,
       trim_scale(quarantine_quantity::numeric) AS quarantine, trim_scale(hold_quantity::numeric) AS hold,
       trim_scale(defective_quantity::numeric) AS defective, trim_scale(sample_quantity::numeric) AS sample
     FROM inventory.stock WHERE id = $1`,
    [stockId],
  );
}

/** "RETURN ON_HAND +5", all but the first line, oldest first. */
export async function linesOf(clinic: TestClinic, stockId: string): Promise<string[]> {
  const rows = await clinic.all<{ line: string }>(
    `SELECT format('%s %s %s%s', type, bucket, CASE WHEN quantity_change > 0 THEN '+' END, trim_scale(quantity_change::numeric)) AS line
     FROM inventory.inventory_transaction WHERE stock_id = $1 AND ledger_seq > 1 ORDER BY ledger_seq`,
    [stockId],
  );
  return rows.map(({ line }) => line);
}

/** "MANUAL 5", without their references. */
export async function causesOf(clinic: TestClinic, stockId: string): Promise<string[]> {
  const rows = await clinic.all<{ line: string }>(
    `SELECT format('%s %s', cause, trim_scale(quantity::numeric)) AS line FROM inventory.stock_quarantine WHERE stock_id = $1 ORDER BY cause, quantity`,
    [stockId],
  );
  return rows.map(({ line }) => line);
}

/** Everything that a verb could have written, as one fingerprint. */
async function state(clinic: TestClinic): Promise<unknown> {
  return clinic.one(`SELECT
    (SELECT md5(string_agg(s::text, ',' ORDER BY id)) FROM inventory.stock s) AS stock,
    (SELECT md5(string_agg(l::text, ',' ORDER BY id)) FROM inventory.inventory_lot l) AS lot,
    (SELECT md5(string_agg(r::text, ',' ORDER BY id)) FROM inventory.stock_reservation r) AS reservation,
    (SELECT md5(string_agg(q::text, ',' ORDER BY stock_id, cause, reference)) FROM inventory.stock_quarantine q) AS quarantine,
    (SELECT md5(string_agg(p::text, ',' ORDER BY id)) FROM inventory.stock_position p) AS position,
    (SELECT md5(string_agg(v::text, ',' ORDER BY id)) FROM inventory.open_vial_session v) AS vial,
    (SELECT md5(string_agg(c::text, ',' ORDER BY id)) FROM inventory.inventory_count c) AS counts,
    (SELECT md5(string_agg(l::text, ',' ORDER BY id)) FROM inventory.inventory_count_line l) AS count_lines,
    (SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM inventory.inventory_transfer t) AS transfer,
    (SELECT md5(string_agg(l::text, ',' ORDER BY id)) FROM inventory.inventory_transfer_line l) AS transfer_line,
    (SELECT count(*) FROM inventory.vial_usage_record) AS uses, (SELECT count(*) FROM inventory.waste_record) AS wastes,
    (SELECT count(*) FROM inventory.inventory_transaction) AS lines, (SELECT count(*) FROM audit.audit_entry) AS audit,
    (SELECT count(*) FROM inventory.dispense_record) AS records, (SELECT count(*) FROM dpap.event_reversal) AS reversals,
    (SELECT count(*) FROM ops.outbox) AS outbox, (SELECT count(*) FROM ops.idempotency_key) AS keys`);
}

/** Shows that the work is refused with this code, and that nothing has changed; answers the refusal's context. */
export async function expectRefused(
  clinic: TestClinic,
  code: string,
  work: () => Promise<unknown>,
): Promise<Readonly<Record<string, unknown>>> {
  const before = await state(clinic);
  const refusal = await refusalOf(work());
  expect(refusal.code).toBe(code);
  expect(await state(clinic)).toEqual(before);
  return refusal.context;
}

/** The last audit row of a thing. */
export async function lastAudit(clinic: TestClinic, entityId: string) {
  return clinic.one<{ action: string; actor_id: string; before: unknown; after: unknown; reason: string | null }>(
    'SELECT action, actor_id, before, after, reason FROM audit.audit_entry WHERE entity_id = $1 ORDER BY occurred_at DESC, id DESC LIMIT 1',
    [entityId],
  );
}

export async function toldOf(clinic: TestClinic, stockId: string): Promise<number> {
  const { told } = await clinic.one<{ told: number }>(
    `SELECT count(*)::int AS told FROM ops.outbox WHERE topic = 'stock.changed' AND payload->>'stockId' = $1`,
    [stockId],
  );
  return told;
}
