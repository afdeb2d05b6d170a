/** Reads the excursions known of a unit and of batches, locked, and writes what has become of them, in one statement. */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { Statement } from '../../db/statement.ts';
import { addAudit, type AuditLine } from '../audit.ts';
import type { FoundExcursion, KnownExcursion, Matched, Matching } from './match-excursions.ts';
import { instant, type Range } from './read-units.ts';

export interface StoredExcursion extends KnownExcursion {
  readonly minutes: number;
  readonly releasedAt: Date | null;
}

/** Of the unit those that reach into the time, of the batches all. */
export async function lockExcursions(
  tx: Tx,
  storageUnitId: string,
  { from, to }: Range,
  stockIds: readonly string[],
): Promise<StoredExcursion[]> {
  return tx.sql<StoredExcursion>(
    `SELECT id, kind, stock_id AS "stockId", (extract(epoch FROM started_at) * 1000)::float8 AS "from",
       (extract(epoch FROM ended_at) * 1000)::float8 AS "to", minutes_out AS minutes, superseded_at IS NOT NULL AS "isSuperseded", released_at AS "releasedAt"
     FROM inventory.temperature_excursion
     WHERE storage_unit_id = $1 AND kind = 'CONSECUTIVE' AND started_at < $3 AND coalesce(ended_at, 'infinity') > $2 OR stock_id = ANY($4::uuid[])
     ORDER BY id FOR UPDATE`,
    [storageUnitId, instant(from), instant(to), stockIds],
  );
}

export interface WrittenExcursion extends FoundExcursion {
  readonly id: string;
}

export interface WrittenExcursions {
  readonly current: readonly WrittenExcursion[];
  readonly raised: number;
  readonly superseded: number;
}

/** Raised, ended and superseded ones are audited; that one goes on is not. */
export async function writeExcursions(
  tx: Tx,
  { current, superseded }: Matching,
  locationId: string,
): Promise<WrittenExcursions> {
  const written = current.map(({ found, known }) => ({ ...found, id: known?.id ?? uuid() }));
  const raised = current.filter(({ known }) => known === null).length;
  if (written.length > 0 || superseded.length > 0) {
    const statement = new Statement();
    addCurrent(statement, written);
    statement.with(
      'superseded',
      `UPDATE inventory.temperature_excursion SET superseded_at = clock_timestamp()
       WHERE id = ANY(${statement.value(
         superseded.map(({ id }) => id),
         'uuid[]',
       )})`,
    );
    addAudit(statement, tx, [
      ...current.flatMap((each, index) => auditOf(each, written[index]?.id ?? '', locationId)),
      ...superseded.map(({ id }) => line(id, locationId, { superseded: true })),
    ]);
    await statement.run(tx, 'SELECT');
  }
  return { current: written, raised, superseded: superseded.length };
}

function addCurrent(statement: Statement, written: readonly WrittenExcursion[]): void {
  const list = (type: string, pick: (excursion: WrittenExcursion) => unknown) =>
    statement.value(written.map(pick), `${type}[]`);
  statement.with(
    'current',
    `INSERT INTO inventory.temperature_excursion AS x (id, kind, storage_unit_id, stock_id, started_at, ended_at, min_celsius, max_celsius,
       minutes_out, limit_min_celsius, limit_max_celsius, grace_minutes, budget_minutes)
     SELECT id, kind, unit, stock, started_at, ended_at, lowest / 100.0, highest / 100.0, minutes, limit_min / 100.0, limit_max / 100.0, grace, budget
     FROM unnest(${list('uuid', ({ id }) => id)}, ${list('inventory.excursion_kind', ({ kind }) => kind)}, ${list('uuid', ({ storageUnitId }) => storageUnitId)},
       ${list('uuid', ({ stockId }) => stockId)}, ${list('timestamptz', ({ from }) => new Date(from))}, ${list('timestamptz', endOf)},
       ${list('integer', ({ lowest }) => lowest)}, ${list('integer', ({ highest }) => highest)}, ${list('integer', ({ minutes }) => minutes)},
       ${list('integer', ({ limits }) => limits.min)}, ${list('integer', ({ limits }) => limits.max)}, ${list('integer', ({ limits }) => limits.graceMinutes)},
       ${list('integer', ({ budgetMinutes }) => budgetMinutes)})
       AS c(id, kind, unit, stock, started_at, ended_at, lowest, highest, minutes, limit_min, limit_max, grace, budget)
     ON CONFLICT (id) DO UPDATE SET storage_unit_id = excluded.storage_unit_id, started_at = excluded.started_at, ended_at = excluded.ended_at,
       min_celsius = excluded.min_celsius, max_celsius = excluded.max_celsius, minutes_out = excluded.minutes_out,
       limit_min_celsius = excluded.limit_min_celsius, limit_max_celsius = excluded.limit_max_celsius, grace_minutes = excluded.grace_minutes,
       budget_minutes = excluded.budget_minutes, superseded_at = NULL`,
  );
}

const endOf = ({ lasts, to }: FoundExcursion): Date | null => (lasts ? null : new Date(to));

function auditOf({ found, known }: Matched, id: string, locationId: string): AuditLine[] {
  const hasEnded = known !== null && known.to === null && !found.lasts;
  if (known !== null && !known.isSuperseded && !hasEnded) return [];
  const { kind, storageUnitId, stockId, minutes } = found;
  const startedAt = new Date(found.from).toISOString();
  return [
    line(id, locationId, { kind, storageUnitId, stockId, startedAt, endedAt: endOf(found), minutesOut: minutes }),
  ];
}

function line(id: string, locationId: string, after: object): AuditLine {
  return { entity: 'temperature_excursion', entityId: id, action: 'evaluateExcursions', locationId, after };
}
