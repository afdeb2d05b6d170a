/** Readings, excursions and what they concern. Limited to the reader's locations. Refuses: BAD_USER_INPUT. Locks nothing. */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { Stock } from '../../entities/stock.ts';
import { TemperatureExcursion } from '../../entities/temperature-excursion.ts';
import { TemperatureReading } from '../../entities/temperature-reading.ts';
import { Refusal } from '../../refusal.ts';
import { atPlaces, type Reader } from '../places.ts';
import { isUuid, optionalUuid } from '../uuid.ts';
import { mostReadingsAtOnce } from './record-temperatures.ts';

const readingColumns = columnsOf(TemperatureReading, 'r');
const excursionColumns = columnsOf(TemperatureExcursion, 'x');
const mostExcursions = 1_000;

export interface Between {
  readonly from: Date;
  readonly to: Date;
}

/** In the order of measuring, from the first instant to before the second. */
export async function listReadings(
  db: DataSource,
  reader: Reader,
  storageUnitId: string,
  { from, to }: Between,
): Promise<TemperatureReading[]> {
  if (!isUuid(storageUnitId)) return [];
  const values = new Values();
  const rows = await read<TemperatureReading>(
    db,
    `SELECT ${readingColumns} FROM inventory.temperature_reading r JOIN inventory.storage_unit u ON u.id = r.storage_unit_id
     WHERE r.storage_unit_id = ${values.add(storageUnitId, 'uuid')} AND r.measured_at >= ${values.add(from, 'timestamptz')}
       AND r.measured_at < ${values.add(to, 'timestamptz')} AND ${atPlaces(reader, values, 'u.location_id')}
     ORDER BY r.measured_at LIMIT ${mostReadingsAtOnce + 1}`,
    values.list,
  );
  if (rows.length <= mostReadingsAtOnce) return rows;
  throw new Refusal('BAD_USER_INPUT', `There are more than ${mostReadingsAtOnce} readings: ask for a shorter time.`, {
    field: 'to',
    most: mostReadingsAtOnce,
  });
}

export interface ExcursionFilter {
  readonly storageUnitId?: string | null | undefined;
  readonly from?: Date | null | undefined;
  readonly to?: Date | null | undefined;
}

/** An excursion of a batch is seen where the batch is now, and where the unit is. */
const seen = (reader: Reader, values: Values) =>
  `(${atPlaces(reader, values, 'u.location_id')} OR ${atPlaces(reader, values, 's.location_id')})`;
const excursions = `inventory.temperature_excursion x JOIN inventory.storage_unit u ON u.id = x.storage_unit_id
  LEFT JOIN inventory.stock s ON s.id = x.stock_id`;

/** Those that reach into the time, the latest first. Superseded ones only where somebody has acted, or has to. Never a part of them. */
export async function listExcursions(
  db: DataSource,
  reader: Reader,
  { storageUnitId, from, to }: ExcursionFilter,
): Promise<TemperatureExcursion[]> {
  const values = new Values();
  const unit = optionalUuid(storageUnitId, 'storageUnitId');
  const conditions = [
    seen(reader, values),
    '(x.superseded_at IS NULL OR x.acknowledged_at IS NOT NULL OR s.excursion_id = x.id)',
    ...(unit === null ? [] : [`x.storage_unit_id = ${values.add(unit, 'uuid')}`]),
    ...(from == null ? [] : [`coalesce(x.ended_at, 'infinity') >= ${values.add(from, 'timestamptz')}`]),
    ...(to == null ? [] : [`x.started_at < ${values.add(to, 'timestamptz')}`]),
  ];
  const rows = await read<TemperatureExcursion>(
    db,
    `SELECT ${excursionColumns} FROM ${excursions} WHERE ${conditions.join(' AND ')} ORDER BY x.started_at DESC, x.id DESC LIMIT ${mostExcursions + 1}`,
    values.list,
  );
  if (rows.length <= mostExcursions) return rows;
  throw new Refusal(
    'BAD_USER_INPUT',
    `There are more than ${mostExcursions} excursions: ask for a shorter time or one storage unit.`,
    {
      field: 'from',
      most: mostExcursions,
    },
  );
}

export async function excursionsById(
  db: DataSource,
  reader: Reader,
  ids: readonly string[],
): Promise<TemperatureExcursion[]> {
  const values = new Values();
  return read<TemperatureExcursion>(
    db,
    `SELECT ${excursionColumns} FROM ${excursions} WHERE x.id = ANY(${values.add(ids, 'uuid[]')}) AND ${seen(reader, values)}`,
    values.list,
  );
}

export async function latestReadings(
  db: DataSource,
  reader: Reader,
  storageUnitIds: readonly string[],
): Promise<TemperatureReading[]> {
  const values = new Values();
  return read<TemperatureReading>(
    db,
    `SELECT ${readingColumns} FROM inventory.storage_unit u CROSS JOIN LATERAL (
       SELECT * FROM inventory.temperature_reading t WHERE t.storage_unit_id = u.id ORDER BY t.measured_at DESC LIMIT 1) AS r
     WHERE u.id = ANY(${values.add(storageUnitIds, 'uuid[]')}) AND ${atPlaces(reader, values, 'u.location_id')}`,
    values.list,
  );
}

/** Of a batch the batch; of a unit what stood in it meanwhile and had units then, or an opened vial. At the reader's locations. */
export async function affectedStock(
  db: DataSource,
  reader: Reader,
  excursionIds: readonly string[],
): Promise<(Stock & { readonly ofExcursion: string })[]> {
  const values = new Values();
  return read<Stock & { readonly ofExcursion: string }>(
    db,
    `SELECT x.id AS "ofExcursion", ${columnsOf(Stock, 's')} FROM inventory.temperature_excursion x CROSS JOIN LATERAL (
       SELECT x.stock_id AS id WHERE x.stock_id IS NOT NULL
       UNION
       SELECT p.stock_id FROM inventory.stock_position p WHERE x.stock_id IS NULL AND p.storage_unit_id = x.storage_unit_id
         AND p.since < coalesce(x.ended_at, 'infinity') AND coalesce(p.until, 'infinity') > x.started_at) AS there
     JOIN inventory.stock s ON s.id = there.id
     WHERE x.id = ANY(${values.add(excursionIds, 'uuid[]')}) AND ${atPlaces(reader, values, 's.location_id')}
       AND (x.stock_id IS NOT NULL OR s.on_hand_quantity > 0
         OR EXISTS (SELECT FROM inventory.inventory_transaction l WHERE l.stock_id = s.id AND l.recorded_at > x.started_at)
         OR EXISTS (SELECT FROM inventory.open_vial_session v WHERE v.stock_id = s.id AND v.opened_at < coalesce(x.ended_at, 'infinity')
           AND (v.remaining_doses > 0 OR v.closed_at > x.started_at
             OR EXISTS (SELECT FROM inventory.vial_usage_record u WHERE u.session_id = v.id AND u.used_at > x.started_at))))
     ORDER BY s.received_at, s.id`,
    values.list,
  );
}
