/** When something happened, as told: not in the future, and at most 72 hours ago, by the database's clock. */
import { Refusal } from '../refusal.ts';

const backdatedAtMostMs = 72 * 60 * 60 * 1_000;

export function checkOccurredAt(occurredAt: Date | null | undefined, now: Date): void {
  if (occurredAt == null) return;
  const age = now.getTime() - occurredAt.getTime();
  if (age >= 0 && age <= backdatedAtMostMs) return;
  throw new Refusal('BAD_USER_INPUT', 'occurredAt must not lie in the future, nor more than 72 hours ago.', {
    field: 'occurredAt',
    occurredAt: occurredAt.toISOString(),
    now: now.toISOString(),
  });
}
