import { Refusal } from '../../refusal.ts';

/** For people who decide on what they saw: refused where somebody was faster. */
export function requireVersion(
  stock: { readonly id: string; readonly version: number },
  expected: number | null | undefined,
): void {
  if (expected == null || expected === stock.version) return;
  throw new Refusal('VERSION_CONFLICT', 'Somebody has changed this batch meanwhile. Look at it again, then repeat.', {
    stockId: stock.id,
    expected,
    actual: stock.version,
  });
}
