/** What becomes of a delivery that failed. Pure. */
import type { DeliveryKind } from '../../schema/enums.ts';

/**
 * PASSING: the receiver is away or busy. REFUSED: it answers, but not to this: perhaps it is being set up. FINAL: it
 * wants nothing of the kind.
 */
export type FailureKind = 'PASSING' | 'REFUSED' | 'FINAL';

export interface Failure {
  readonly kind: FailureKind;
  /** In a few words, without anything that the receiver wrote. */
  readonly error: string;
  /** What the receiver asks for. */
  readonly retryAfterMs?: number;
}

export type Fate =
  { readonly isDead: true } | { readonly isDead: false; readonly delayMs: number; readonly holds: boolean };

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const longestMs = 24 * hour;

/** After the first, second … attempt; the last one repeats. The mail server is ours: to ask it often costs nothing. */
const delays: Readonly<Record<DeliveryKind, readonly [number, ...number[]]>> = {
  WEBHOOK: [30 * second, 2 * minute, 10 * minute, 30 * minute, hour, 2 * hour, 4 * hour, 8 * hour],
  MAIL: [30 * second, 2 * minute, 5 * minute, 15 * minute],
  DIGEST: [30 * second, 2 * minute, 5 * minute, 15 * minute],
};

/** A receiver that is set up wrongly has some 40 minutes to be mended. */
const mostRefusals = 5;
/** Some 12 minutes; then the later ones go past it. */
const attemptsThatHold = 3;

/** With this one; and whether the later ones have waited for it. */
export interface Attempted {
  readonly kind: DeliveryKind;
  readonly attempts: number;
  readonly holds: boolean;
}

/** `random` is from 0 to 1: a fifth more or less, so that what failed together does not come back together. */
export function fateOf({ kind, attempts, holds }: Attempted, failure: Failure, random: number): Fate {
  if (failure.kind === 'FINAL' || (failure.kind === 'REFUSED' && attempts >= mostRefusals)) return { isDead: true };
  const steps = delays[kind];
  const step = steps[Math.min(attempts, steps.length) - 1] ?? steps[0];
  const asked = Math.min(failure.retryAfterMs ?? 0, longestMs);
  return {
    isDead: false,
    delayMs: Math.max(Math.round(step * (0.8 + 0.4 * random)), asked),
    // Who asks to be left alone for a while means all of them.
    holds: failure.retryAfterMs !== undefined || (holds && attempts <= attemptsThatHold),
  };
}
