import { plus } from '../../format/decimal.ts';

export interface ExpiryBucket {
  readonly withinDays: number | null;
  readonly lots: number;
  readonly value: string;
}

/** All that expires within so many days, the nearer ones included; what is past its last day stands for itself. */
export function cumulated(buckets: readonly ExpiryBucket[]): { days: number; lots: number; value: string }[] {
  const sums: { days: number; lots: number; value: string }[] = [];
  for (const { withinDays, lots, value } of buckets) {
    if (withinDays === null) continue;
    const before = sums.at(-1);
    const isFirst = withinDays === 0 || before === undefined || before.days === 0;
    sums.push({
      days: withinDays,
      lots: isFirst ? lots : before.lots + lots,
      value: isFirst ? value : plus(before.value, value),
    });
  }
  return sums;
}
