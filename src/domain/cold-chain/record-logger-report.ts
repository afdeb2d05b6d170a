/**
 * Keeps what a logger says of the time that it has watched a storage unit by itself. The same report again is kept once.
 * Refuses: BAD_USER_INPUT (a time to come), NOT_FOUND. Locks nothing.
 */
import { v7 as uuid } from 'uuid';
import { notFound } from '../../actor.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { Statement } from '../../db/statement.ts';
import { Refusal } from '../../refusal.ts';
import { addAudit } from '../audit.ts';
import { claim, gate } from '../claim.ts';
import { addOutbox } from '../outbox.ts';
import { isUuid } from '../uuid.ts';
import type { LoggerAlarm } from './out-periods.ts';
import { temperaturesRecorded } from './record-temperatures.ts';

export interface LoggerReportToRecord {
  readonly storageUnitId: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly watchedFrom: Date;
  readonly watchedUntil: Date;
  readonly alarms: readonly LoggerAlarm[];
}

/** Whether it was new. */
export async function recordLoggerReport(tx: Tx, report: LoggerReportToRecord): Promise<boolean> {
  const { storageUnitId, model, serialNumber, watchedFrom, watchedUntil, alarms } = report;
  const { now, locationId } = await requireUnit(tx, storageUnitId);
  if (watchedUntil > now || watchedFrom > watchedUntil) {
    throw new Refusal(
      'BAD_USER_INPUT',
      'The logger was read out in the future: its clock is wrong, or its time zone.',
      {
        field: 'watchedUntil',
        watchedUntil: watchedUntil.toISOString(),
      },
    );
  }
  const id = uuid();
  const made = await tx.sql(
    `INSERT INTO inventory.logger_report (id, storage_unit_id, model, serial_number, watched_from, watched_until, alarms, recorded_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id`,
    [id, storageUnitId, model, serialNumber, watchedFrom, watchedUntil, JSON.stringify(alarms), tx.actor.id],
  );
  if (made.length === 0) return false;
  const statement = new Statement();
  const after = { storageUnitId, model, serialNumber, watchedFrom, watchedUntil, alarms };
  addAudit(statement, tx, [{ entity: 'logger_report', entityId: id, action: 'recordLoggerReport', locationId, after }]);
  addOutbox(statement, [temperaturesRecorded({ storageUnitId, from: watchedFrom, to: watchedUntil })]);
  await statement.run(tx, 'SELECT');
  return true;
}

interface KnownUnit {
  readonly now: Date;
  readonly locationId: string;
}

async function requireUnit(tx: Tx, id: string): Promise<KnownUnit> {
  if (!isUuid(id)) throw notFound('storage unit', id);
  const claimed = await claim<KnownUnit>(
    tx,
    { mutation: 'recordLoggerReport', key: null, input: {} },
    {
      locked: `SELECT u.location_id FROM inventory.storage_unit u WHERE ${gate} AND u.id = $8 AND ($9::boolean OR u.location_id = ANY($10::uuid[]))`,
      columns: 'clock_timestamp() AS now, l.location_id AS "locationId"',
      values: [id, tx.actor.isSystem, tx.actor.locationIds],
    },
  );
  const [unit] = claimed.replay === null ? claimed.rows : [];
  if (unit === undefined) throw notFound('storage unit', id);
  return unit;
}
