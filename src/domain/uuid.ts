/** Our own ids are UUIDs; the API takes other short texts too where it means ids of other systems. */
import { Refusal } from '../refusal.ts';

const form = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** In lower case, as the database writes them. */
export function isUuid(text: string): boolean {
  return form.test(text);
}

/** Null where nothing was given. */
export function optionalUuid(text: string | null | undefined, field: string): string | null {
  if (text == null) return null;
  if (isUuid(text)) return text;
  throw new Refusal('BAD_USER_INPUT', `${field} must be one of our ids, a UUID.`, { field });
}
