import { words } from '../format/words.ts';
import type { WasteReason } from '../generated/graphql.ts';

/** In the order of how often people mean them. */
const reasons: readonly WasteReason[] = [
  'EXPIRED',
  'OPEN_VIAL_EXPIRED',
  'DRAW_UP_LOSS',
  'DAMAGED',
  'SPILLED',
  'CONTAMINATED',
  'RECONSTITUTION_ERROR',
  'TEMPERATURE_EXCURSION',
  'RECALLED',
  'PATIENT_NO_SHOW',
  'LOST_OR_STOLEN',
  'OTHER',
];

export const wasteReasonOptions = reasons.map((value) => ({ value, label: words(value) }));

export function isWasteReason(value: string | null): value is WasteReason {
  return reasons.some((reason) => reason === value);
}

/** Of these somebody has to say more. */
export function needsNote(reason: WasteReason): boolean {
  return reason === 'OTHER' || reason === 'LOST_OR_STOLEN';
}
