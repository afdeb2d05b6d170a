/** When tries at a password lock its account: five wrong ones in a row within a quarter of an hour, for as long. Pure. */
export const wrongTries = 5;
export const lockMs = 15 * 60_000;

/** What is known of one e-mail address, as typed; times by the database's clock. */
export interface Failures {
  readonly failures: number;
  readonly lockedUntil: Date | null;
  readonly lastFailedAt: Date;
}

/** Seconds to wait; 0 where tries are heard. */
export function lockedFor(known: Failures | null, now: Date): number {
  const left = (known?.lockedUntil?.getTime() ?? 0) - now.getTime();
  return left > 0 ? Math.ceil(left / 1000) : 0;
}

/** A lock that is over, or a last try long ago, begins a new row. */
export function afterWrongTry(known: Failures | null, now: Date): Failures {
  const goesOn = known !== null && known.lockedUntil === null && now.getTime() - known.lastFailedAt.getTime() < lockMs;
  const failures = (goesOn ? known.failures : 0) + 1;
  const lockedUntil = failures >= wrongTries ? new Date(now.getTime() + lockMs) : null;
  return { failures, lockedUntil, lastFailedAt: now };
}
