/**
 * Which records are one person, and whose record stands for them: what follows from the pairs that were merged, in the
 * order of their decisions. Each pair joins all who are one with either; the record that stood for the one that was kept
 * stands for all. So taking a merge back is to leave its pair out, whatever came after it. Pure.
 */
export interface MergedPair {
  readonly leftId: string;
  readonly rightId: string;
  readonly keptId: string;
}

/** For each of the records the one that stands for it; itself, where it was not merged. Pairs with others are passed over. */
export function keptRecords(ids: readonly string[], pairs: readonly MergedPair[]): ReadonlyMap<string, string> {
  const kept = new Map(ids.map((id) => [id, id]));
  for (const { leftId, rightId, keptId } of pairs) {
    const stays = kept.get(keptId);
    const goes = kept.get(keptId === leftId ? rightId : leftId);
    if (stays === undefined || goes === undefined || stays === goes) continue;
    for (const [id, stands] of kept) if (stands === goes) kept.set(id, stays);
  }
  return kept;
}
