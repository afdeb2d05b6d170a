import { Refusal } from '../../refusal.ts';
import { text } from '../text.ts';

/** Something, an @, something: whether anybody reads it only a mail can tell. */
export function emailAddress(value: string, field: string): string {
  const email = text(value, field, { min: 3, max: 254 });
  if (/^[^\s@]{1,64}@[^\s@]+$/.test(email)) return email;
  throw new Refusal('BAD_USER_INPUT', `${field} must be an e-mail address such as ann@clinic.example.`, { field });
}

/** One that mail can be sent to: without the marks by which a list, a name or a comment would begin. */
export function mailbox(value: string, field: string): string {
  const email = emailAddress(value, field);
  if (isMailbox(email)) return email;
  throw new Refusal('BAD_USER_INPUT', `${field} must be plain addresses such as ann@clinic.example, without names.`, {
    field,
  });
}

export function isMailbox(email: string): boolean {
  return /^[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]+@[\p{L}\p{N}.-]+$/u.test(email);
}
