/**
 * How long an opened vial may be used: until the earliest of the hours that the rule allows and the end of the lot's
 * last day. Under POLICY the organisation's own hours count; longer than the label says, somebody has to sign for it.
 * Pure. Refuses: BAD_USER_INPUT where no hours are known.
 */
import { Refusal } from '../../refusal.ts';
import type { StabilityRule } from '../../schema/enums.ts';

export interface StabilityFacts {
  readonly openedAt: Date;
  readonly labelHours: number | null;
  readonly policyHours: number | null;
  /** The first instant after the lot's last day at the place; null where the lot has none. */
  readonly lotEndsAt: Date | null;
}

export interface Stability {
  readonly labelExpiresAt: Date | null;
  readonly policyExpiresAt: Date | null;
  readonly expiresAt: Date;
  /** POLICY allows more than the label does, or the label says nothing. */
  readonly isBeyondLabel: boolean;
}

export function stabilityOf(rule: StabilityRule, facts: StabilityFacts): Stability {
  const labelExpiresAt = after(facts.openedAt, facts.labelHours);
  const policyExpiresAt = after(facts.openedAt, facts.policyHours);
  const allowed = rule === 'LABEL' ? labelExpiresAt : policyExpiresAt;
  if (allowed === null) {
    const field = rule === 'LABEL' ? 'labelStabilityHours' : 'policyStabilityHours';
    const other = rule === 'LABEL' && policyExpiresAt !== null ? ', or open it under POLICY' : '';
    throw new Refusal(
      'BAD_USER_INPUT',
      `The product has no ${field}: enter how long an opened one may be used${other}.`,
      {
        field,
      },
    );
  }
  return {
    labelExpiresAt,
    policyExpiresAt,
    expiresAt: facts.lotEndsAt !== null && facts.lotEndsAt < allowed ? facts.lotEndsAt : allowed,
    isBeyondLabel: rule === 'POLICY' && (labelExpiresAt === null || allowed > labelExpiresAt),
  };
}

function after(openedAt: Date, hours: number | null): Date | null {
  return hours === null ? null : new Date(openedAt.getTime() + hours * 3_600_000);
}
