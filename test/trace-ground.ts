/**
 * A lot's life in large: dispenses, returns, opened vials and other lines by generate_series, a fifth of all of one lot;
 * and who got something of it, worked out from every row without the database's help.
 */
import type pg from 'pg';
import { systemUserId } from '../src/actor.ts';
import { exact, sum } from '../src/domain/decimal.ts';

export interface TraceSize {
  readonly dispenses: number;
  /** Besides those of dispenses and vials: reserved and released again. */
  readonly otherLines: number;
  readonly patients: number;
}

/** As owner, over what `seedScale` has made. Answers the lot of which a fifth of everything is. */
export async function makeLotLives(owner: pg.Pool, { dispenses, otherLines, patients }: TraceSize): Promise<string> {
  const client = await owner.connect();
  try {
    await client.query(
      `SELECT set_config('lotkeeper.audited', 'on', false), set_config('synchronous_commit', 'off', false)`,
    );
    await client.query(
      `CREATE TEMP TABLE batch AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, * FROM inventory.stock`,
    );
    await client.query('CREATE UNIQUE INDEX ON batch (n)');
    for (const statement of statements({ dispenses, otherLines, patients })) await client.query(statement);
    await client.query('VACUUM (ANALYZE)');
    const { rows } = await client.query<{ lotId: string }>('SELECT lot_id AS "lotId" FROM batch WHERE n = 0');
    return rows[0]?.lotId ?? '';
  } finally {
    client.release(true);
  }
}

const line = (type: string, bucket: string, change: string, source: string) => `
  INSERT INTO inventory.inventory_transaction (id, stock_id, ledger_seq, type, bucket, quantity_change, quantity_before, quantity_after, unit_cost,
    lot_id, product_id, location_id, performed_by, occurred_at, recorded_at)
  SELECT s.line_id, s.stock_id, s.seq, '${type}', '${bucket}', ${change}, 1000000, 1000000 + ${change}, 1, s.lot_id, s.product_id, s.location_id,
    '${systemUserId}', s.at, s.at FROM ${source} s`;

function statements({ dispenses, otherLines, patients }: TraceSize): string[] {
  const stock = `(SELECT CASE WHEN i % 5 = 0 THEN 0 ELSE i % (SELECT count(*) FROM batch) END)`;
  const of = (rows: number, first: number, more = '') => `
    SELECT i, gen_random_uuid() AS line_id, ${first} + i AS seq, now() - make_interval(secs => i % 1000) AS at, b.id AS stock_id, b.lot_id, b.product_id,
      b.location_id ${more} FROM generate_series(1, ${rows}) i JOIN batch b ON b.n = ${stock}`;
  return [
    `CREATE TEMP TABLE person AS SELECT row_number() OVER () - 1 AS n, id FROM (
       SELECT gen_random_uuid() AS id FROM generate_series(1, ${patients})) p`,
    `INSERT INTO people.patient (id, first_name, last_name) SELECT id, 'First' || n, 'Last' || n FROM person`,
    // Whoever returns it returns it in full.
    `CREATE TEMP TABLE given AS ${of(dispenses, 1_000_000, `, gen_random_uuid() AS record_id, gen_random_uuid() AS back_id, gen_random_uuid() AS back_line, i % 20 = 5 AS is_back`)}`,
    line('DISPENSE', 'ON_HAND', '-1', 'given'),
    line(
      'ADJUSTMENT',
      'ON_HAND',
      '1',
      '(SELECT gen_random_uuid() AS line_id, stock_id, seq + 10000000 AS seq, lot_id, product_id, location_id, at FROM given WHERE NOT is_back)',
    ),
    line(
      'RETURN',
      'ON_HAND',
      '1',
      '(SELECT back_line AS line_id, stock_id, seq + 20000000 AS seq, lot_id, product_id, location_id, at FROM given WHERE is_back)',
    ),
    `INSERT INTO inventory.dispense_record (id, encounter_id, location_id, product_id, patient_id, performed_by, quantity, dispensed_at, event_id, event_timestamp)
     SELECT record_id, record_id, location_id, product_id, p.id, '${systemUserId}', 1, at, record_id, at
     FROM given LEFT JOIN person p ON p.n = given.i * 7 % ${patients} AND given.i % 50 <> 3`,
    `INSERT INTO inventory.dispense_record (id, encounter_id, location_id, product_id, patient_id, performed_by, quantity, dispensed_at, event_id, event_timestamp, reverses)
     SELECT back_id, record_id, g.location_id, g.product_id, r.patient_id, '${systemUserId}', 1, at, record_id, at, record_id
     FROM given g JOIN inventory.dispense_record r ON r.id = g.record_id WHERE is_back`,
    `INSERT INTO inventory.dispense_allocation (dispense_record_id, transaction_id, transaction_recorded_at, stock_id, lot_id, quantity, unit_cost)
     SELECT record_id, line_id, at, stock_id, lot_id, 1, 1 FROM given
     UNION ALL SELECT back_id, back_line, at, stock_id, lot_id, 1, 1 FROM given WHERE is_back`,
    `CREATE TEMP TABLE opened AS ${of(Math.ceil(dispenses / 100), 40_000_000, ', gen_random_uuid() AS session_id')}`,
    line('VIAL_OPENED', 'ON_HAND', '-1', 'opened'),
    line(
      'ADJUSTMENT',
      'ON_HAND',
      '1',
      '(SELECT gen_random_uuid() AS line_id, stock_id, seq + 10000000 AS seq, lot_id, product_id, location_id, at FROM opened)',
    ),
    `INSERT INTO inventory.open_vial_session (id, stock_id, lot_id, product_id, location_id, opened_at, opened_by, expires_at, stability_rule, single_patient,
       initial_doses, remaining_doses, used_doses)
     SELECT session_id, stock_id, lot_id, product_id, location_id, at, '${systemUserId}', at + interval '1 day', 'LABEL', false, 100, 75, 25 FROM opened`,
    `INSERT INTO inventory.vial_usage_record (id, session_id, patient_id, provider_id, performed_by, doses, used_at, event_id, event_timestamp)
     SELECT gen_random_uuid(), session_id, p.id, '${systemUserId}', '${systemUserId}', 12.5, at, session_id, at
     FROM opened CROSS JOIN generate_series(0, 1) use JOIN person p ON p.n = (opened.i * 3 + use) % ${patients}`,
    line('RESERVE', 'RESERVED', '1', `(${of(Math.ceil(otherLines / 2), 60_000_000)})`),
    line('RELEASE', 'RESERVED', '-1', `(${of(Math.ceil(otherLines / 2), 80_000_000)})`),
  ];
}

interface Given {
  readonly id: string;
  readonly lotId: string;
  readonly patientId: string | null;
  readonly quantity: string;
  readonly reverses: string | null;
  readonly via: string;
}

/** "patient via quantity", of every row that there is. */
export async function exposedByHand(owner: pg.Pool, lotId: string): Promise<string[]> {
  const { rows } = await owner.query<Given>(
    `SELECT r.id, a.lot_id AS "lotId", r.patient_id AS "patientId", a.quantity::text AS quantity, r.reverses, 'DISPENSE' AS via
     FROM inventory.dispense_record r, inventory.dispense_allocation a WHERE a.dispense_record_id = r.id
     UNION ALL SELECT u.id, v.lot_id, u.patient_id, u.doses::text, u.reverses, 'VIAL_OPENED'
     FROM inventory.vial_usage_record u, inventory.open_vial_session v WHERE v.id = u.session_id`,
  );
  const takenBack = new Set(rows.map(({ reverses }) => reverses));
  const totals = new Map<string, string>();
  for (const { id, lotId: lot, patientId, quantity, reverses, via } of rows) {
    if (lot !== lotId || patientId === null || reverses !== null || takenBack.has(id)) continue;
    totals.set(`${patientId} ${via}`, sum([totals.get(`${patientId} ${via}`) ?? '0', quantity]));
  }
  return [...totals].map(([who, total]) => `${who} ${exact(total).toString()}`).sort();
}

/** Sums of the lines of a lot's own buckets by type, of every line that there is. */
export async function movedByHand(owner: pg.Pool, lotId: string): Promise<Record<string, string>> {
  const { rows } = await owner.query<{ type: string; change: string }>(
    `SELECT type, quantity_change::text AS change FROM inventory.inventory_transaction WHERE lot_id = $1 AND bucket IN ('ON_HAND', 'DEFECTIVE', 'SAMPLE')`,
    [lotId],
  );
  const totals: Record<string, string> = {};
  for (const { type, change } of rows) totals[type] = sum([totals[type] ?? '0', change]);
  return totals;
}
