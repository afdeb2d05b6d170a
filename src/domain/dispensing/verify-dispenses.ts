/** Proves, over all rows, that what was dispensed is told whole: each record has its event, a reversal takes all of it back. Reads only. */
import type { DataSource } from 'typeorm';

export interface DispenseFault {
  readonly check: string;
  readonly entity: 'dispense_record';
  readonly id: string;
  readonly message: string;
}

const mostFaults = 1_000;

const checks: Readonly<Record<string, string>> = {
  'each dispense has its event': `
    SELECT d.id, 'there is no event of it' AS message FROM inventory.dispense_record d
    WHERE d.reverses IS NULL AND NOT EXISTS (
      SELECT FROM dpap.dispensing_event e WHERE e.timestamp = d.event_timestamp AND e.id = d.event_id AND e.dispense_record_id = d.id::text)`,
  'a reversal takes back the whole record': `
    SELECT r.id, format('it takes back %s of %s', r.quantity, d.quantity) AS message
    FROM inventory.dispense_record r JOIN inventory.dispense_record d ON d.id = r.reverses
    WHERE (r.quantity, r.product_id, r.location_id) <> (d.quantity, d.product_id, d.location_id)`,
};

export const dispenseChecks: readonly string[] = Object.keys(checks);

export async function verifyDispenses(db: DataSource): Promise<DispenseFault[]> {
  return db.transaction('REPEATABLE READ', async (tx) => {
    await tx.query(
      `SELECT set_config('transaction_read_only', 'on', true), set_config('statement_timeout', '0', true)`,
    );
    const faults: DispenseFault[] = [];
    for (const [check, sql] of Object.entries(checks)) {
      const rows = await tx.query<{ id: string; message: string }[]>(`${sql} ORDER BY 1 LIMIT ${mostFaults}`);
      faults.push(...rows.map((row) => ({ ...row, check, entity: 'dispense_record' as const })));
    }
    return faults;
  });
}
