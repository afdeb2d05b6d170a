/** Text as people type it: trimmed, within limits counted in characters, without control characters, else kept exactly. */
import { Refusal } from '../refusal.ts';

export interface TextLimits {
  readonly min?: number;
  readonly max: number;
}

// Tab and line ends are text; other control characters and lone surrogates only break what reads them later.
const unfit = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/u;

export function text(value: string, field: string, { min = 1, max }: TextLimits): string {
  const trimmed = value.trim();
  if (!hasLength(trimmed, min, max)) {
    const { length } = Array.from(trimmed);
    throw new Refusal('BAD_USER_INPUT', `${field} must have ${min} to ${max} characters.`, { field, length, min, max });
  }
  if (unfit.test(trimmed)) {
    throw new Refusal('BAD_USER_INPUT', `${field} contains a character that is not text.`, { field });
  }
  return trimmed;
}

/** A character is one or two of JavaScript's units: they are counted only where that matters. */
function hasLength(text: string, min: number, max: number): boolean {
  if (text.length >= 2 * min && text.length <= max) return true;
  const { length } = Array.from(text);
  return length >= min && length <= max;
}

/** Absent, null and blank are all "not given". */
export function optionalText(value: string | null | undefined, field: string, max: number): string | null {
  if (value == null || value.trim() === '') return null;
  return text(value, field, { max });
}
