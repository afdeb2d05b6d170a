/** Lot numbers as people type them: shown so, compared without case, spaces and hyphens. Pure. */
import { Refusal } from '../../refusal.ts';
import { text } from '../text.ts';

/** Spaces and hyphens do not tell lots apart, so that a number of nothing else is none. */
export function lotNumber(value: string, field: string): string {
  const number = text(value, field, { max: 100 });
  requireSeen(number, field);
  if (/[^\s\-\u2010-\u2015\u2212]/.test(number)) return number;
  throw new Refusal('BAD_USER_INPUT', `${field} needs a letter or a digit. Type it as the label shows it.`, { field });
}

/** A character that nobody sees would make a second lot beside the one on the label, and a recall would miss it. */
function requireSeen(number: string, field: string): void {
  if (!/[\p{Default_Ignorable_Code_Point}\p{Cf}]/u.test(number)) return;
  throw new Refusal('BAD_USER_INPUT', `${field} contains a character that cannot be seen. Type it anew.`, { field });
}
