/** Whether the units of a lot may leave or become free at a place, today there. One rule, asked by every verb. */
import { Refusal } from '../../refusal.ts';

export interface LotFacts {
  readonly lotRecalled: boolean;
  readonly lotQuarantined: boolean;
  readonly lotExpiresOn: string | null;
  /** The day at the location. */
  readonly today: string;
}

export type Unusable = 'LOT_RECALLED' | 'LOT_QUARANTINED' | 'LOT_EXPIRED';

/** In the order of precedence of refusals. */
export function whyUnusable(lot: LotFacts): Unusable | null {
  if (lot.lotRecalled) return 'LOT_RECALLED';
  if (lot.lotQuarantined) return 'LOT_QUARANTINED';
  return isExpired(lot) ? 'LOT_EXPIRED' : null;
}

/** A lot is usable through its last day. */
export function isExpired(lot: Pick<LotFacts, 'lotExpiresOn' | 'today'>): boolean {
  return lot.lotExpiresOn !== null && lot.lotExpiresOn < lot.today;
}

const says: Readonly<Record<Unusable, string>> = {
  LOT_RECALLED: 'This lot is recalled. Do not use it; it stays in quarantine.',
  LOT_QUARANTINED: 'This lot is in quarantine. It may be used when the quarantine has been lifted.',
  LOT_EXPIRED: 'This lot has expired here. Take another lot and record this one as waste.',
};

export function requireUsable(lot: LotFacts & { readonly lotId: string }): void {
  const reason = whyUnusable(lot);
  if (reason === null) return;
  throw new Refusal(reason, says[reason], { lotId: lot.lotId, expiresOn: lot.lotExpiresOn, today: lot.today });
}

/** A batch that was out of its temperature limits for too long waits for a person's decision. */
export function requireNoExcursion({ excursionId }: { readonly excursionId: string | null }): void {
  if (excursionId === null) return;
  throw new Refusal(
    'LOT_QUARANTINED',
    'This batch was out of its temperature limits for longer than the product bears. Decide on the excursion first (acknowledgeExcursion).',
    { excursionId },
  );
}
