/**
 * Which pairs are merged and which are proposed, out of pairs that were scored. Records are numbered by age: where two
 * groups become one, the older of the two records that stand for them stands for all. Surest pairs come first, and none
 * brings together two that were told apart, through however many others: neither by a rule (twins, generations) nor by a
 * person. Pure: the same pairs give the same groups, also where part of them was merged before.
 */
export interface ScoredPair {
  /** The lower number. */
  readonly left: number;
  readonly right: number;
  readonly confidence: number;
  /** A rule says that they are two. */
  readonly isApart: boolean;
}

export interface Known {
  /** Merged records, and the ones that stand for them. */
  readonly merged: readonly (readonly [record: number, into: number])[];
  /** Pairs that are proposed, were merged or were dismissed: theirs is a person's decision. */
  readonly pairs: readonly (readonly [left: number, right: number])[];
}

export interface Merge {
  readonly pair: ScoredPair;
  /** The one of the two whose group's record stands for all. */
  readonly kept: number;
  /** The record that stood for the other's group, and stands for none from now on. */
  readonly goes: number;
}

export interface Grouped {
  /** In the order in which they are decided: what stands for whom follows from it. */
  readonly merges: readonly Merge[];
  readonly proposals: readonly ScoredPair[];
}

export interface Limits {
  readonly merge: number;
  readonly review: number;
}

export function groupRecords(pairs: readonly ScoredPair[], known: Known, limits: Limits): Grouped {
  const groups = new Groups();
  for (const [record, into] of known.merged) groups.point(record, into);
  for (const [left, right] of known.pairs) groups.keepApart(left, right);
  for (const { left, right, isApart } of pairs) if (isApart) groups.keepApart(left, right);

  const bySureness = pairs.filter(({ isApart }) => !isApart).sort(surestFirst);
  const merges = bySureness.flatMap((pair) => {
    if (pair.confidence < limits.merge) return [];
    const joined = groups.join(pair.left, pair.right);
    return joined === null ? [] : [{ pair, ...joined }];
  });
  return { merges, proposals: proposalsOf(bySureness, groups, limits) };
}

function surestFirst(a: ScoredPair, b: ScoredPair): number {
  return b.confidence - a.confidence || a.left - b.left || a.right - b.right;
}

/** One for each two groups: the pair of the records that stand for them, or else the surest of theirs. */
function proposalsOf(pairs: readonly ScoredPair[], groups: Groups, limits: Limits): ScoredPair[] {
  const proposals = new Map<string, ScoredPair>();
  for (const pair of pairs) {
    if (pair.confidence < limits.review) continue;
    const [a, b] = [groups.of(pair.left), groups.of(pair.right)];
    if (a === b || groups.areApart(a, b)) continue;
    const name = a < b ? `${a} ${b}` : `${b} ${a}`;
    const areStanding = a === pair.left && b === pair.right;
    if (areStanding || !proposals.has(name)) proposals.set(name, pair);
  }
  return [...proposals.values()];
}

/** Disjoint sets of records, each with the one that stands for it, and which of them must never be one. */
class Groups {
  readonly #parents = new Map<number, number>();
  /** By the record that stands for a group: from whom its records were told apart. */
  readonly #apart = new Map<number, Set<number>>();

  /** The record that stands for this one. */
  of(record: number): number {
    let stands = record;
    for (let next = this.#parents.get(stands); next !== undefined; next = this.#parents.get(stands)) stands = next;
    for (let at = record; at !== stands;) {
      const next = this.#parents.get(at) ?? stands;
      this.#parents.set(at, stands);
      at = next;
    }
    return stands;
  }

  point(record: number, into: number): void {
    this.#parents.set(record, into);
  }

  keepApart(a: number, b: number): void {
    this.#apartOf(this.of(a)).add(b);
    this.#apartOf(this.of(b)).add(a);
  }

  areApart(a: number, b: number): boolean {
    const [standsForA, standsForB] = [this.of(a), this.of(b)];
    const others = this.#apart.get(standsForA);
    return others !== undefined && [...others].some((other) => this.of(other) === standsForB);
  }

  /** Answers the one of the two whose group stands for all, and who stood for the other; null where they are one already, or must not be. */
  join(a: number, b: number): Pick<Merge, 'kept' | 'goes'> | null {
    const [standsForA, standsForB] = [this.of(a), this.of(b)];
    if (standsForA === standsForB || this.areApart(standsForA, standsForB)) return null;
    const isAKept = standsForA < standsForB;
    const [stays, goes] = isAKept ? [standsForA, standsForB] : [standsForB, standsForA];
    this.#parents.set(goes, stays);
    for (const other of this.#apart.get(goes) ?? []) this.#apartOf(stays).add(other);
    return { kept: isAKept ? a : b, goes };
  }

  #apartOf(standing: number): Set<number> {
    const known = this.#apart.get(standing);
    if (known !== undefined) return known;
    const made = new Set<number>();
    this.#apart.set(standing, made);
    return made;
  }
}
