/**
 * Whether a row tells the time at which it was written. Each minute's seal proves what was there by then, so a row that
 * is sealed more than ten minutes after the time it tells was written later than it says, unless nobody sealed in
 * between: then it is late, and what lies between both times is unproved. All times as texts of `utc`.
 */

const toleranceMs = 10 * 60_000;

export type Dating = 'in time' | 'late' | 'backdated' | 'postdated';

export interface Seal {
  readonly sealedAt: string;
  /** When, before this seal, nothing was left without one; null where sealing began with this backlog. */
  readonly completeAt: string | null;
}

export function datingOf(occurredAt: string, { sealedAt, completeAt }: Seal): Dating {
  const recorded = instantOf(occurredAt);
  const sealed = instantOf(sealedAt);
  if (recorded - sealed > toleranceMs) return 'postdated';
  if (sealed - recorded <= toleranceMs) return 'in time';
  if (completeAt === null) return 'late';
  const complete = instantOf(completeAt);
  const stoodStill = sealed - complete > toleranceMs;
  return stoodStill && complete - recorded <= toleranceMs ? 'late' : 'backdated';
}

/** Whether a row without a seal should have got it from a sealing that left nothing. */
export function wasPassedOver(occurredAt: string, completeAt: string | null): boolean {
  return completeAt !== null && instantOf(completeAt) - instantOf(occurredAt) > toleranceMs;
}

/** In milliseconds; what JavaScript cannot tell lies before or after all that it can. */
function instantOf(text: string): number {
  const instant = Date.parse(`${text}Z`);
  if (!Number.isNaN(instant)) return instant;
  return text.startsWith('-') || text.endsWith('BC') ? -Infinity : Infinity;
}

export interface LateRows {
  rows: number;
  readonly recordedFrom: string;
  recordedTo: string;
  readonly sealedFrom: string;
  sealedTo: string;
  /** The last seal before; null where sealing began with them. */
  readonly noSealSince: string | null;
}

/** Late rows, those of one standstill of the sealing together; they come in the order of their seals. */
export class LateCount {
  readonly standstills: LateRows[] = [];

  add(occurredAt: string, { sealedAt, completeAt }: Seal): void {
    const same = this.standstills.at(-1);
    if (same?.noSealSince === completeAt) {
      same.rows += 1;
      same.sealedTo = sealedAt;
      if (occurredAt > same.recordedTo) same.recordedTo = occurredAt;
    } else {
      const times = { recordedFrom: occurredAt, recordedTo: occurredAt, sealedFrom: sealedAt, sealedTo: sealedAt };
      this.standstills.push({ rows: 1, ...times, noSealSince: completeAt });
    }
  }
}
