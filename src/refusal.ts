/**
 * The one catalogue of refusals. A refusal is an answer, not a fault: it says why, with the figures a person needs,
 * and nothing has been changed. The order is the precedence where several apply.
 */
export const refusalCodes = [
  'RATE_LIMITED',
  'QUERY_TOO_COMPLEX',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'INVALID_QUANTITY',
  'NEGATIVE_QUANTITY',
  'IDEMPOTENCY_CONFLICT',
  'NOT_FOUND',
  'INVALID_STATUS_TRANSITION',
  'VERSION_CONFLICT',
  'LOT_RECALLED',
  'LOT_QUARANTINED',
  'LOT_EXPIRED',
  'LOT_EXPIRY_MISMATCH',
  'COGS_LOCKED',
  'INSUFFICIENT_INVENTORY',
  'BELOW_RESERVED',
  'RESERVATION_NOT_ACTIVE',
  'VIAL_NOT_OPEN',
  'VIAL_EXPIRED',
  'VIAL_OVERDRAWN',
  'AUTHORISER_REQUIRED',
  'WITNESS_REQUIRED',
  'WITNESS_REJECTED',
  'SEPARATION_OF_DUTIES',
  'TRANSFER_UNBALANCED',
  'COUNT_INCOMPLETE',
  'RECOUNT_REQUIRED',
  'ALREADY_REVIEWED',
  'ALREADY_REVERSED',
  'DUPLICATE',
  'SERVER_BUSY',
  'LOCK_TIMEOUT',
  'SERVICE_UNAVAILABLE',
  'INTERNAL',
] as const;

export type RefusalCode = (typeof refusalCodes)[number];

export class Refusal extends Error {
  override readonly name = 'Refusal';

  /** `context` holds what a person needs to go on: figures as strings, ids, the field's name. Never patient data. */
  constructor(
    readonly code: RefusalCode,
    message: string,
    readonly context: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}
