/**
 * Runs checks that must hold for all rows, a stretch of rows at a time: the time of a statement and the memory are those
 * of a stretch, whatever there is in all. All checks of a stretch see the same moment. Reads only.
 */
import type { DataSource } from 'typeorm';

/**
 * Where the ids of rows are, and how many of them are a stretch: of batches that takes some tenths of a second, a million of
 * them some twenty seconds. A pharmacy has all events of a year, or of ten.
 */
const entities = {
  stock: { table: 'inventory.stock', id: 'id', atOnce: 10_000 },
  dispense_record: { table: 'inventory.dispense_record', id: 'id', atOnce: 10_000 },
  open_vial_session: { table: 'inventory.open_vial_session', id: 'id', atOnce: 10_000 },
  inventory_count: { table: 'inventory.inventory_count', id: 'id', atOnce: 10_000 },
  inventory_transfer: { table: 'inventory.inventory_transfer', id: 'id', atOnce: 10_000 },
  pharmacy: { table: 'people.pharmacy', id: 'id', atOnce: 1 },
  event_reversal: { table: 'dpap.event_reversal', id: 'event_id', atOnce: 10_000 },
} as const;

/** With an alert's words in alerts/ledger-alerts.ts. */
export type CheckedEntity = keyof typeof entities;

export interface Check {
  readonly name: string;
  /** The rows that it is about, and that its faults name. */
  readonly entity: CheckedEntity;
  /** Selects id and message of each row at fault, of the stretch alone: see inStretch(). */
  readonly sql: string;
}

export interface Fault {
  readonly check: string;
  readonly entity: CheckedEntity;
  readonly id: string;
  readonly message: string;
}

export interface CheckOptions {
  /** Rows of a stretch. */
  readonly atOnce?: number;
  /** For each statement; 0 is none. */
  readonly timeoutMs?: number;
  /** Ends it between two stretches. */
  readonly stopping?: AbortSignal;
}

export interface Checked {
  readonly faults: readonly Fault[];
  /** Whether every row was looked at and every fault is named. */
  readonly whole: boolean;
}

/** Faults of one check that are named; a broken ledger is not printed whole. */
export const mostFaults = 1_000;

/** The condition that a column names a row of the stretch. */
export const inStretch = (column: string): string => `${column} > $1::uuid AND ${column} <= $2::uuid`;

export async function runChecks(
  db: DataSource,
  checks: readonly Check[],
  { atOnce, timeoutMs = 0, stopping }: CheckOptions = {},
): Promise<Checked> {
  const found = new Map<string, Fault[]>(checks.map(({ name }) => [name, []]));
  for (const entity of new Set(checks.map((check) => check.entity))) {
    const own = checks.filter((check) => check.entity === entity);
    for (let after: string | null = nil; after !== null;) {
      if (stopping?.aborted === true) return { faults: [...found.values()].flat(), whole: false };
      const upTo: string | null = await endOfStretch(db, entity, after, atOnce ?? entities[entity].atOnce);
      for (const fault of await checkStretch(db, own, [after, upTo ?? last], timeoutMs))
        found.get(fault.check)?.push(fault);
      after = upTo;
    }
  }
  const named = [...found.values()].map((faults) => faults.slice(0, mostFaults));
  return { faults: named.flat(), whole: named.every((faults) => faults.length < mostFaults) };
}

const nil = '00000000-0000-0000-0000-000000000000';
const last = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Null where fewer are left. */
async function endOfStretch(
  db: DataSource,
  entity: CheckedEntity,
  after: string,
  atOnce: number,
): Promise<string | null> {
  const { table, id } = entities[entity];
  const [row] = await db.query<{ id: string }[]>(
    `SELECT ${id} AS id FROM ${table} WHERE ${id} > $1 ORDER BY ${id} OFFSET $2 LIMIT 1`,
    [after, atOnce - 1],
  );
  return row?.id ?? null;
}

async function checkStretch(
  db: DataSource,
  checks: readonly Check[],
  stretch: readonly [string, string],
  timeoutMs: number,
): Promise<Fault[]> {
  return db.transaction('REPEATABLE READ', async (tx) => {
    await tx.query(
      `SELECT set_config('transaction_read_only', 'on', true), set_config('statement_timeout', '${timeoutMs}', true)`,
    );
    const faults: Fault[] = [];
    for (const { name, entity, sql } of checks) {
      const rows = await tx.query<{ id: string; message: string }[]>(`${sql} ORDER BY 1 LIMIT ${mostFaults}`, [
        ...stretch,
      ]);
      faults.push(...rows.map(({ id, message }) => ({ check: name, entity, id, message })));
    }
    return faults;
  });
}
