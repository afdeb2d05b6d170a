import type { ExpiryBucket } from './horizons.ts';

/** The buckets of InventoryOverview.expiring do not overlap: 0 is past, null is later or never. */
export function horizonName(withinDays: number | null, buckets: readonly Pick<ExpiryBucket, 'withinDays'>[]): string {
  if (withinDays === null) return 'Later, or never';
  if (withinDays === 0) return 'Past its last day';
  const before = buckets.map((bucket) => bucket.withinDays ?? 0).filter((days) => days < withinDays);
  const nearest = Math.max(0, ...before);
  return nearest === 0 ? `Up to ${withinDays} days` : `${nearest + 1} to ${withinDays} days`;
}
