/** Loaders of recalls and traces. Lots and recalls belong to the organisation; exposures and traces are of the reader's places, or whole. */
import DataLoader from 'dataloader';
import type { DataSource } from 'typeorm';
import type { Actor } from '../actor.ts';
import { exposures, seesWhole, traceReader, type Exposure } from '../domain/recalls/exposures.ts';
import {
  acknowledgementsOf,
  lotsOfRecalls,
  quarantinedOf,
  recallsById,
  recallsOfLots,
} from '../domain/recalls/list-recalls.ts';
import { recallMatchesById } from '../domain/recalls/list-recall-matches.ts';
import { lotMoves, traceOf } from '../domain/recalls/lot-trace.ts';
import type { Reader } from '../domain/places.ts';
import type { InventoryLot } from '../entities/inventory-lot.ts';
import type { RecallAcknowledgement } from '../entities/recall-acknowledgement.ts';
import type { RecallMatch } from '../entities/recall-match.ts';
import type { Recall } from '../entities/recall.ts';
import type { LotTrace } from '../schema/lot-trace.ts';
import { byId, lists } from './loader-kinds.ts';

export function recallLoaders(db: DataSource, actor: Actor | null) {
  const reader: Reader = actor === null ? { isSystem: false, locationIds: [] } : traceReader(actor);
  const isWhole = actor !== null && seesWhole(actor);
  return {
    recalls: byId<Recall>((ids) => recallsById(db, ids)),
    recallMatches: byId<RecallMatch>((ids) => recallMatchesById(db, ids)),
    recallOfLot: new DataLoader<string, Recall | null>(async (ids) => {
      const found = new Map((await recallsOfLots(db, ids)).map((recall) => [recall.lotId, recall]));
      return ids.map((id) => found.get(id) ?? null);
    }),
    lotsOfRecall: lists(
      (row: InventoryLot & { readonly recallId: string }) => row.recallId,
      (ids) => lotsOfRecalls(db, ids),
    ),
    acknowledgementsOfRecall: lists(
      (row: RecallAcknowledgement) => row.recallId,
      (ids) => acknowledgementsOf(db, ids),
    ),
    quarantinedOfRecall: new DataLoader<string, string>(async (ids) => {
      const found = new Map((await quarantinedOf(db, ids)).map(({ id, quantity }) => [id, quantity]));
      return ids.map((id) => found.get(id) ?? '0');
    }),
    exposuresOfRecall: lists(
      (row: Exposure) => row.of,
      (ids) => exposures(db, reader, 'recall', ids),
    ),
    exposuresOfLot: lists(
      (row: Exposure) => row.of,
      (ids) => exposures(db, reader, 'lot', ids),
    ),
    traceOfLot: new DataLoader<string, LotTrace | null>(async (ids) => {
      const found = new Map((await lotMoves(db, reader, ids)).map((moves) => [moves.lotId, moves]));
      return ids.map((lotId) => {
        const moves = found.get(lotId);
        return moves === undefined ? null : { lotId, isWhole, ...traceOf(moves) };
      });
    }),
  };
}
