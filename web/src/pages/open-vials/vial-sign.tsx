import { Sign } from '../../parts/sign.tsx';
import type { VialRow } from './vial-documents.ts';

const ended = { DEPLETED: 'Used up', CLOSED: 'Closed', EXPIRED: 'Expired' } as const;

/** What keeps one from drawing says more than that it is open. */
export function VialSign({ vial: { status, lot, expiresAt }, now }: { readonly vial: VialRow; readonly now: number }) {
  if (status !== 'OPEN') return <Sign tone={status === 'EXPIRED' ? 'bad' : 'calm'}>{ended[status]}</Sign>;
  if (lot.status === 'RECALLED') return <Sign tone="bad">Recalled</Sign>;
  if (lot.status === 'QUARANTINED') return <Sign tone="warn">Quarantined</Sign>;
  if (Date.parse(expiresAt) <= now) return <Sign tone="bad">Close it</Sign>;
  return <Sign tone="good">Open</Sign>;
}
