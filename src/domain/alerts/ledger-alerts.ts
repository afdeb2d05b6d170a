/**
 * Alerts about books that do not add up: one for each batch, dispense or vial at fault, at its place, which ends when a whole
 * verification finds nothing wrong with it. One that was not whole raises, and ends nothing. What no place is known of is the
 * whole organisation's, and so is the audit trail, which has one of its own.
 * Locks: alerts by subject.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { groupBy } from '../group-by.ts';
import type { CheckedEntity, Checked, Fault } from '../run-checks.ts';
import { auditWords, ledgerWords, type AlteredTrail } from './alert-words.ts';
import { settleAlerts, type Finding, type Settled } from './settle-alerts.ts';

/** A ledger that is broken everywhere is not told row by row. */
const mostRows = 500;

interface FaultyRow {
  readonly id: string;
  /** Null: nothing but its id is known. */
  readonly entity: CheckedEntity | null;
  readonly what: string;
  readonly place: string;
  readonly locationId: string | null;
  readonly productId: string | null;
  readonly lotId: string | null;
}

export async function settleLedgerAlerts(tx: Tx, { faults, whole }: Checked, trail: AlteredTrail): Promise<Settled> {
  const byRow = groupBy(faults, ({ id }) => id);
  const named = [...byRow.keys()].slice(0, mostRows);
  const rows = new Map((await faultyRows(tx, named)).map((row) => [row.id, row]));
  const found = named.map((id) => {
    const own = byRow.get(id) ?? [];
    return findingOf(rows.get(id) ?? ofNoPlace(id, own), own);
  });
  const isAll = whole && byRow.size <= mostRows;
  return settleAlerts(tx, {
    found: trail.faultCount === 0 ? found : [...found, trailFinding(trail)],
    within: isAll ? [{ types: ['LEDGER_MISMATCH'] }] : [],
    resolution: 'A verification found that the books add up again.',
  });
}

function ofNoPlace(id: string, [fault]: readonly Fault[]): FaultyRow {
  const nothing = { entity: null, locationId: null, productId: null, lotId: null };
  return { id, what: `${fault?.entity ?? 'row'} ${id}`, place: 'The whole organisation', ...nothing };
}

function findingOf(row: FaultyRow, faults: readonly Fault[]): Finding {
  return {
    ...{ type: 'LEDGER_MISMATCH', severity: 'CRITICAL', subject: row.id, locationId: row.locationId },
    ...{ productId: row.productId, lotId: row.lotId, stockId: row.entity === 'stock' ? row.id : null },
    ...(row.entity === 'open_vial_session' && { sessionId: row.id }),
    ...ledgerWords({ ...row, faults }),
  };
}

function trailFinding(trail: AlteredTrail): Finding {
  return { type: 'LEDGER_MISMATCH', severity: 'CRITICAL', subject: 'audit', locationId: null, ...auditWords(trail) };
}

async function faultyRows(tx: Tx, ids: readonly string[]): Promise<FaultyRow[]> {
  if (ids.length === 0) return [];
  return tx.query<FaultyRow[]>(
    `SELECT r.*, o.name AS place FROM (
       SELECT id, 'stock' AS entity, 'batch ' || batch_code AS what, location_id AS "locationId", product_id AS "productId", lot_id AS "lotId"
       FROM inventory.stock WHERE id = ANY($1::uuid[])
       UNION ALL
       SELECT id, 'dispense_record', 'dispense ' || id, location_id, product_id, NULL FROM inventory.dispense_record WHERE id = ANY($1::uuid[])
       UNION ALL
       SELECT id, 'open_vial_session', 'opened vial ' || id, location_id, product_id, lot_id FROM inventory.open_vial_session WHERE id = ANY($1::uuid[])
       UNION ALL
       SELECT id, 'inventory_transfer', 'transfer ' || code, from_location_id, NULL, NULL FROM inventory.inventory_transfer WHERE id = ANY($1::uuid[])
       UNION ALL
       SELECT id, 'pharmacy', 'analytics of ' || code, location_id, NULL, NULL FROM people.pharmacy WHERE id = ANY($1::uuid[])
       UNION ALL
       SELECT id, 'inventory_count', 'count ' || code, location_id, NULL, NULL FROM inventory.inventory_count WHERE id = ANY($1::uuid[])
     ) r JOIN people.location o ON o.id = r."locationId"`,
    [ids],
  );
}
