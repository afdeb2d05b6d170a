import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dispense } from '../src/domain/dispensing/dispense.ts';
import { sealAudit } from '../src/jobs/seal-audit.ts';
import { newKey, TestClinic } from './clinic.ts';

let clinic: TestClinic;
let app: pg.Client;
let superuser: pg.Client;

beforeAll(async () => {
  clinic = await TestClinic.open();
  const productId = await clinic.product();
  await clinic.stock({ productId });
  const patientId = await clinic.patient();
  const pharmacist = await clinic.actor(['PHARMACIST']);
  await clinic.as(pharmacist, (tx) =>
    dispense(tx, {
      idempotencyKey: newKey(),
      locationId: clinic.locationId,
      patientId,
      lines: [{ productId, quantity: '1' }],
    }),
  );
  await clinic.owner.query(
    `INSERT INTO audit.phi_access_log (id, actor_id, patient_id, operation, request_id) VALUES (gen_random_uuid(), $1, $2, 'test', 'test')`,
    [pharmacist.id, patientId],
  );
  await clinic.owner.query(
    'INSERT INTO dpap.event_reversal (event_id, event_timestamp, reversed_by) SELECT id, timestamp, $1 FROM dpap.dispensing_event',
    [pharmacist.id],
  );
  await sealAudit(clinic.db);
  app = new pg.Client({ connectionString: clinic.database.appUrl });
  superuser = new pg.Client({ connectionString: clinic.database.adminUrl });
  await Promise.all([app.connect(), superuser.connect()]);
});
afterAll(async () => {
  await Promise.all([app.end(), superuser.end()]);
  await clinic.close();
});

/** Table, and a column that a forger would change. */
const records: readonly (readonly [table: string, column: string])[] = [
  ['inventory.inventory_transaction', 'reason'],
  ['inventory.dispense_record', 'reason'],
  ['inventory.dispense_allocation', 'unit_cost'],
  ['dpap.dispensing_event', 'drug_name'],
  ['dpap.event_reversal', 'reason'],
  ['audit.audit_entry', 'reason'],
  ['audit.phi_access_log', 'operation'],
  ['audit.audit_seal', 'entry_hash'],
  ['audit.audit_block', 'hash'],
];
const changes = ([table, column]: readonly [string, string]) => [
  `UPDATE ${table} SET ${column} = NULL`,
  `DELETE FROM ${table}`,
  `TRUNCATE ${table} CASCADE`,
];
const cases = records.flatMap((record) => changes(record).map((statement) => [statement, record[0]] as const));

async function sqlState(client: pg.Client | pg.Pool, statement: string): Promise<string> {
  return client.query(statement).then(
    () => 'done',
    (error: unknown) => (error instanceof pg.DatabaseError ? (error.code ?? 'none') : 'none'),
  );
}
const rowsOf = (table: string) =>
  clinic.one(`SELECT count(*) AS n, md5(string_agg(t::text, '|' ORDER BY t::text)) AS hash FROM ${table} t`);

describe('records that nobody may alter', () => {
  it.each(cases)('%s is refused to the application, the owner and replica mode', async (statement, table) => {
    const before = await rowsOf(table);
    expect(Number(before['n'])).toBeGreaterThan(0);
    expect(await sqlState(app, statement)).toBe('42501');
    expect(await sqlState(clinic.owner, statement)).toBe('42501');
    await superuser.query(`SET session_replication_role = 'replica'`);
    expect(await sqlState(superuser, statement)).toBe('42501');
    await superuser.query('RESET session_replication_role');
    expect(await rowsOf(table)).toEqual(before);
  });

  it('holds for every month of the partitioned tables, those made later too', async () => {
    await app.query(`SELECT ops.make_month_partitions('inventory.inventory_transaction', '2031-01-01', '2031-03-01')`);
    const months = await clinic.all<{ name: string }>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = ANY('{inventory.inventory_transaction,dpap.dispensing_event}'::regclass[])`,
    );
    expect(months.length).toBeGreaterThan(10);
    for (const { name } of months) {
      expect(await sqlState(clinic.owner, `TRUNCATE ${name}`)).toBe('42501');
      expect(await sqlState(app, `DELETE FROM ${name}`)).toBe('42501');
    }
  });

  it('does not let the application make partitions of other tables, or switch the guards off', async () => {
    expect(await sqlState(app, `SELECT ops.make_month_partitions('ops.outbox', '2031-01-01', '2031-02-01')`)).toBe(
      'P0001',
    );
    expect(await sqlState(app, 'ALTER TABLE audit.audit_entry DISABLE TRIGGER ALL')).toBe('42501');
    expect(await sqlState(app, `SET session_replication_role = 'replica'`)).toBe('42501');
  });
});

describe('changes past the application', () => {
  it('leave an audit row of their own', async () => {
    const { id } = await clinic.one<{ id: string }>('SELECT id FROM inventory.stock LIMIT 1');
    await clinic.owner.query(`UPDATE inventory.stock SET notes = 'by hand' WHERE id = $1`, [id]);
    const entry = await clinic.one(
      `SELECT action, reason, before->>'notes' AS was, after->>'notes' AS is FROM audit.audit_entry WHERE entity_id = $1 AND action = 'UPDATE'`,
      [id],
    );
    expect(entry).toEqual({
      action: 'UPDATE',
      reason: 'changed outside the application by lotkeeper_owner',
      was: null,
      is: 'by hand',
    });
  });
});

describe('the database as the last judge', () => {
  it.each([
    ['NaN', 'NaN'],
    ['infinity', 'Infinity'],
    ['a fifth decimal', '1.00001'],
    ['less than nothing', '-1'],
    ['10^14', '100000000000000'],
  ])('refuses %s as a quantity', async (_what, quantity) => {
    const statement = `UPDATE inventory.stock SET on_hand_quantity = '${quantity}'`;
    expect(await sqlState(clinic.owner, statement)).toBe('23514');
  });

  it.each([
    `UPDATE inventory.stock SET reserved_quantity = on_hand_quantity + 1`,
    `UPDATE inventory.stock SET status = 'CLOSED'`,
    `UPDATE inventory.stock SET status = 'ON_HOLD'`,
    `UPDATE inventory.stock SET on_hand_quantity = 0`,
  ])('refuses %s', async (statement) => {
    expect(await sqlState(clinic.owner, statement)).toBe('23514');
  });

  it('takes no audit row of somebody who witnessed what he did himself', async () => {
    const { id } = await clinic.actor(['PHARMACIST']);
    const other = await clinic.actor(['PHARMACIST']);
    const say = (witness: string) =>
      clinic.owner.query(
        `INSERT INTO audit.audit_entry (id, entity, entity_id, action, actor_id, after)
         VALUES (gen_random_uuid(), 'stock', 'x', 'adjustStock', $1, jsonb_build_object('witnessedBy', $2::text))`,
        [id, witness],
      );
    await say(other.id);
    await expect(say(id)).rejects.toThrow('audit_entry_another_witness');
  });

  it('computes what is available itself', async () => {
    expect(await sqlState(clinic.owner, 'UPDATE inventory.stock SET available_quantity = 5')).toBe('428C9');
  });
});
