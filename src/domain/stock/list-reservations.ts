/** Reservations of many batches, newest first. Limited to the reader's locations. Locks nothing. */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { StockReservation } from '../../entities/stock-reservation.ts';
import { atPlaces, type Reader } from '../places.ts';

const columns = columnsOf(StockReservation, 'r');

export async function reservationsOf(
  db: DataSource,
  reader: Reader,
  stockIds: readonly string[],
): Promise<StockReservation[]> {
  const values = new Values();
  return read<StockReservation>(
    db,
    `SELECT ${columns} FROM inventory.stock_reservation r JOIN inventory.stock s ON s.id = r.stock_id
     WHERE r.stock_id = ANY(${values.add(stockIds, 'uuid[]')}) AND ${atPlaces(reader, values, 's.location_id')}
     ORDER BY r.created_at DESC, r.id DESC`,
    values.list,
  );
}
