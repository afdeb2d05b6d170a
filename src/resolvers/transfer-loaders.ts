/** Loaders of transfers: both ends see the document, and which batches it is about. */
import type { DataSource } from 'typeorm';
import type { Reader } from '../domain/places.ts';
import {
  batchIdentities,
  linesOfTransfers,
  transfersById,
  type BatchIdentity,
} from '../domain/transfers/list-transfers.ts';
import type { InventoryTransferLine } from '../entities/inventory-transfer-line.ts';
import type { InventoryTransfer } from '../entities/inventory-transfer.ts';
import { byId, lists } from './loader-kinds.ts';

export function transferLoaders(db: DataSource, reader: Reader) {
  return {
    transfers: byId<InventoryTransfer>((ids) => transfersById(db, reader, ids)),
    linesOfTransfer: lists(
      (row: InventoryTransferLine) => row.transferId,
      (ids) => linesOfTransfers(db, ids),
    ),
    batchIdentities: byId<BatchIdentity>((ids) => batchIdentities(db, ids)),
  };
}
