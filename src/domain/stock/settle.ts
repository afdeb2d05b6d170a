/**
 * Where units stand that enter a batch, or become free in it: on the shelf, in hold while the batch waits or is held, in
 * quarantine while its lot may not be used there. One rule for returns, corrections, releases and receipts. Pure.
 */
import type { StockStatus } from '../../schema/enums.ts';
import type { LedgerLine } from './post.ts';
import type { Cause, CauseLine } from './quarantine-causes.ts';
import { isExpired, type LotFacts } from './usable.ts';

export interface Settling extends LotFacts {
  readonly id: string;
  readonly lotId: string;
  readonly status: StockStatus;
  readonly excursionId: string | null;
}

export interface Settled {
  readonly lines: readonly LedgerLine[];
  readonly causes: readonly CauseLine[];
}

/** Why the lot's units may not be used there: all reasons, so that the end of one does not free what another holds. */
export function lotCauses(lot: LotFacts & { readonly lotId: string }): Cause[] {
  const causes: Cause[] = [];
  if (lot.lotRecalled) causes.push({ cause: 'RECALL', reference: lot.lotId });
  if (lot.lotQuarantined) causes.push({ cause: 'MANUAL', reference: lot.lotId });
  if (isExpired(lot)) causes.push({ cause: 'EXPIRY', reference: lot.lotId });
  return causes;
}

/** A batch put into quarantine by hand. */
export const byHand = (stockId: string): Cause => ({ cause: 'MANUAL', reference: stockId });

/** A batch that was out of its temperature limits for longer than its product bears. */
export const byExcursion = (excursionId: string): Cause => ({ cause: 'EXCURSION', reference: excursionId });

/** The lines that follow the one by which the units came; `more` are causes of the verb's own. */
export function settle(stock: Settling, quantity: string, more: readonly Cause[] = []): Settled {
  const ofBatch = stock.status === 'QUARANTINED' ? [byHand(stock.id)] : [];
  const ofLot = lotCauses(stock);
  // Nobody can tell units that came in from those that were too warm.
  const ofExcursion = stock.excursionId === null ? [] : [byExcursion(stock.excursionId)];
  const causes = [...(ofLot.length > 0 ? ofLot : ofBatch), ...ofExcursion, ...more];
  const line = { stockId: stock.id, change: quantity };
  if (causes.length > 0) {
    return {
      lines: [{ ...line, type: 'QUARANTINE', bucket: 'QUARANTINE' }],
      causes: causes.map((cause) => ({ ...cause, stockId: stock.id, quantity })),
    };
  }
  if (stock.status === 'ON_HOLD' || stock.status === 'AWAITING_INTAKE') {
    return { lines: [{ ...line, type: 'HOLD', bucket: 'HOLD' }], causes: [] };
  }
  return { lines: [], causes: [] };
}
