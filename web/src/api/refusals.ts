/**
 * What a refusal means to the person at the screen, and what to do next. The server's own words say why, with figures;
 * here stands what it has to do with this screen. One table for all pages.
 */
import type { CombinedError } from '@urql/core';
import { withDays } from '../format/dates.ts';

export interface Refusal {
  /** Of the API's catalogue; OFFLINE where no answer came. */
  readonly code: string;
  readonly title: string;
  /** Why, with figures: the server's words. */
  readonly message: string;
  /** What to do now. */
  readonly next: string;
  readonly context: Readonly<Record<string, unknown>>;
}

type Words = readonly [title: string, next: string];

const words: Readonly<Record<string, Words>> = {
  RATE_LIMITED: ['Too many calls', 'Wait a moment, then try again. What you typed is still here.'],
  QUERY_TOO_COMPLEX: ['Too much at once', 'Narrow the list by a filter.'],
  UNAUTHENTICATED: ['Signed out', 'Sign in again; what you typed stays.'],
  FORBIDDEN: ['Not yours to do', 'Ask somebody whose role or location it is.'],
  BAD_USER_INPUT: ['Something is not as it should be', 'Correct what is marked, then send it again.'],
  INVALID_QUANTITY: ['Not a quantity', 'Give more than 0, with at most 4 decimals.'],
  NEGATIVE_QUANTITY: ['Below zero', 'Give a total of 0 or more.'],
  IDEMPOTENCY_CONFLICT: [
    'Your first try went through',
    'It was done as you had typed it then. Look at the record before you do it again.',
  ],
  NOT_FOUND: ['Not there', 'It may be at a location that is not yours, or it is gone. Go back to the list.'],
  INVALID_STATUS_TRANSITION: ['Not in this state', 'Somebody may have been faster. Look at the record as it is now.'],
  VERSION_CONFLICT: [
    'Somebody was faster',
    'The record has changed since you opened it. It is shown anew: look, then decide again.',
  ],
  LOT_RECALLED: ['The lot is recalled', 'Do not use it. Put it into quarantine and take another lot.'],
  LOT_QUARANTINED: ['The lot is in quarantine', 'Take another lot, or have a pharmacist release this one.'],
  LOT_EXPIRED: ['The lot has expired', 'Do not use it. Take another lot and record this one as waste.'],
  LOT_EXPIRY_MISMATCH: [
    'The lot has another expiry',
    'Look at the package: either the lot number or the date is not what it says.',
  ],
  COGS_LOCKED: ['Costs are fixed', 'Units have left at this cost. Correct the quantity or the next delivery instead.'],
  INSUFFICIENT_INVENTORY: ['Not enough', 'Take less, take it from another location, or order more.'],
  BELOW_RESERVED: ['Some of it is spoken for', 'Release the reservation, quarantine or hold first.'],
  RESERVATION_NOT_ACTIVE: ['The reservation has ended', 'Take the units without it.'],
  VIAL_NOT_OPEN: ['The vial is not open', 'Open another one.'],
  VIAL_EXPIRED: ['The vial is past its time', 'Close it; what is left is waste. Open another one.'],
  VIAL_OVERDRAWN: ['Not enough in the vial', 'Draw what is left, and the rest from another vial.'],
  AUTHORISER_REQUIRED: ['Somebody has to sign for it', 'Have a pharmacist or manager sign below.'],
  WITNESS_REQUIRED: ['A witness is needed', 'Have a second person sign below.'],
  WITNESS_REJECTED: ['The second person was not accepted', 'Check their address and password; it cannot be yourself.'],
  SEPARATION_OF_DUTIES: ['It takes two', 'Somebody else has to do this step.'],
  TRANSFER_UNBALANCED: ['It does not add up', 'Received, damaged and lost have to make what was shipped.'],
  COUNT_INCOMPLETE: ['Not all is counted', 'Count the lines that are left, then hand it in.'],
  RECOUNT_REQUIRED: ['A recount is due', 'Another person has to count the marked lines.'],
  ALREADY_REVIEWED: ['Already reviewed', 'Somebody was faster; nothing is left to do.'],
  ALREADY_REVERSED: ['Already taken back', 'Nothing is left to do.'],
  DUPLICATE: ['There already', 'Look at what is there before you add another.'],
  SERVER_BUSY: ['Busy', 'Try again in a moment. It will not be done twice.'],
  LOCK_TIMEOUT: ['Somebody is working on it', 'Try again in a moment. It will not be done twice.'],
  SERVICE_UNAVAILABLE: ['Not available now', 'Try again in a moment. It will not be done twice.'],
  INTERNAL: ['Something went wrong', 'Try again. If it stays, give the request id to whoever runs the server.'],
  OFFLINE: [
    'No answer',
    'Check the connection and try again. It will not be done twice; what you typed is still here.',
  ],
};

const unknown: Words = ['It was refused', 'Look at what you typed and try again.'];

export function refusalOf(error: CombinedError): Refusal {
  const first = error.graphQLErrors[0];
  if (first === undefined) {
    return { code: 'OFFLINE', message: 'The server did not answer.', context: {}, ...wordsOf('OFFLINE') };
  }
  const code = typeof first.extensions['code'] === 'string' ? first.extensions['code'] : 'INTERNAL';
  return { code, message: withDays(first.message), context: record(first.extensions['context']), ...wordsOf(code) };
}

/** "INSUFFICIENT_INVENTORY" is "Not enough"; null where it is no refusal's code. */
export function refusalTitle(code: string): string | null {
  return words[code]?.[0] ?? null;
}

function wordsOf(code: string): { title: string; next: string } {
  const [title, next] = words[code] ?? unknown;
  return { title, next };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
