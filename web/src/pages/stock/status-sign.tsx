import { words } from '../../format/words.ts';
import type { LotStatus, StockStatus } from '../../generated/graphql.ts';
import { Sign, type Tone } from '../../parts/sign.tsx';

const tones: Readonly<Record<LotStatus | StockStatus, Tone>> = {
  ACTIVE: 'good',
  LIVE: 'good',
  AWAITING_INTAKE: 'calm',
  ON_HOLD: 'warn',
  QUARANTINED: 'warn',
  RECALLED: 'bad',
  EXPIRED: 'bad',
  DEPLETED: 'calm',
  SOLD_OUT: 'calm',
  CLOSED: 'calm',
};

/** What keeps the lot from being used says more than the state of the batch. */
export function StatusSign({ status, lot }: { readonly status: StockStatus; readonly lot: LotStatus }) {
  const shown = lot === 'RECALLED' || lot === 'EXPIRED' || (lot === 'QUARANTINED' && status === 'LIVE') ? lot : status;
  return <Sign tone={tones[shown]}>{words(shown)}</Sign>;
}
