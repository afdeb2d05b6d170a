/** What a digest tells: the alerts that are not resolved, by place and severity, the worst and the oldest first. */
import type { DataSource } from 'typeorm';
import { read } from '../../db/prepared.ts';
import type { AlertSeverity, AlertStatus } from '../../schema/enums.ts';

export interface OpenAlert {
  readonly id: string;
  readonly severity: AlertSeverity;
  readonly status: AlertStatus;
  readonly title: string;
  /** Null: of the organisation as a whole. */
  readonly place: string | null;
  /** How many there are of the severity at the place. */
  readonly ofThese: number;
}

/** Of each place and severity at most so many. */
const mostOfThese = 20;

export async function readOpenAlerts(db: DataSource): Promise<OpenAlert[]> {
  return read<OpenAlert>(
    db,
    `SELECT id, severity, status, title, place, "ofThese" FROM (
       SELECT a.id, a.severity, a.status, a.title, l.name AS place, l.code, a.created_at,
         row_number() OVER (PARTITION BY a.location_id, a.severity ORDER BY a.created_at, a.id) AS n,
         count(*) OVER (PARTITION BY a.location_id, a.severity)::integer AS "ofThese"
       FROM inventory.inventory_alert a LEFT JOIN people.location l ON l.id = a.location_id WHERE a.status <> 'RESOLVED') AS open
     WHERE n <= ${mostOfThese} ORDER BY code NULLS FIRST, severity DESC, created_at, id`,
  );
}
