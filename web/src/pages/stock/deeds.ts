import type { StockDetail } from './detail-documents.ts';

/** What each form of a deed with a batch is given. */
export interface StockDeedProps {
  readonly stock: StockDetail;
  readonly onClose: () => void;
}
