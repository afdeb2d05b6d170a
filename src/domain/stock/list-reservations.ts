/** Reservations of many batches, newest first, or by id. Limited to the reader's locations. Locks nothing. */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { StockReservation } from '../../entities/stock-reservation.ts';
import { atPlaces, type Reader } from '../places.ts';
import { isUuid } from '../uuid.ts';

const columns = columnsOf(StockReservation, 'r');

export async function reservationsOf(
  db: DataSource,
  reader: Reader,
  of: 'r.stock_id' | 'r.id',
  ids: readonly string[],
): Promise<StockReservation[]> {
  const values = new Values();
  return read<StockReservation>(
    db,
    `SELECT ${columns} FROM inventory.stock_reservation r JOIN inventory.stock s ON s.id = r.stock_id
     WHERE ${of} = ANY(${values.add(ids, 'uuid[]')}) AND ${atPlaces(reader, values, 's.location_id')}
     ORDER BY r.created_at DESC, r.id DESC`,
    values.list,
  );
}

/** The row that its changes queue for; the reservation's own id where there is none. */
export async function stockOfReservation(db: DataSource, reservationId: string): Promise<string> {
  if (!isUuid(reservationId)) return reservationId;
  const [row] = await read<{ stockId: string }>(
    db,
    'SELECT stock_id AS "stockId" FROM inventory.stock_reservation WHERE id = $1',
    [reservationId],
  );
  return row?.stockId ?? reservationId;
}
