import { Refusal } from '../../refusal.ts';
import { text } from '../text.ts';

/** Something, an @, something: whether anybody reads it only a mail can tell. */
export function emailAddress(value: string, field: string): string {
  const email = text(value, field, { min: 3, max: 254 });
  if (/^[^\s@]{1,64}@[^\s@]+$/.test(email)) return email;
  throw new Refusal('BAD_USER_INPUT', `${field} must be an e-mail address such as ann@clinic.example.`, { field });
}
