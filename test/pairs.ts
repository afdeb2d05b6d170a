/** How well records were put together: pairs found, against the pairs of records that are one person's. */
import type pg from 'pg';

export interface PairFigures {
  /** Pairs of records that are one person's. */
  readonly truth: number;
  readonly merged: number;
  readonly mergePrecision: number;
  readonly mergeRecall: number;
  /** Of what was merged, together with what was proposed. */
  readonly precision: number;
  readonly recall: number;
  /** Pairs that were merged and are two persons'. */
  readonly wrong: readonly (readonly [string, string])[];
}

/** Merges count with all that they bring together; a proposal settles all records of its two groups. */
export async function pairFigures(owner: pg.Pool, personOf: ReadonlyMap<string, unknown>): Promise<PairFigures> {
  const groups = await groupsOf(owner);
  const merged = new Set<string>();
  for (const ids of groups.values()) for (const [a, b] of pairsWithin(ids)) merged.add(pairName(a, b));
  const found = new Set(merged);
  const groupOf = new Map([...groups.values()].flatMap((ids) => ids.map((id) => [id, ids])));
  for (const { left, right } of await proposalsOf(owner)) {
    for (const a of groupOf.get(left) ?? []) for (const b of groupOf.get(right) ?? []) found.add(pairName(a, b));
  }
  const truth = truePairs(personOf);
  const right = (pairs: ReadonlySet<string>) => [...pairs].filter((pair) => truth.has(pair)).length;
  const share = (part: number, whole: number) => (whole === 0 ? 1 : part / whole);
  return {
    truth: truth.size,
    merged: merged.size,
    mergePrecision: share(right(merged), merged.size),
    mergeRecall: share(right(merged), truth.size),
    precision: share(right(found), found.size),
    recall: share(right(found), truth.size),
    wrong: [...merged].filter((pair) => !truth.has(pair)).map((pair) => [pair.slice(0, 36), pair.slice(37)] as const),
  };
}

/** By the kept record's id. */
async function groupsOf(owner: pg.Pool): Promise<Map<string, string[]>> {
  const { rows } = await owner.query<{ kept: string; ids: string[] }>(
    'SELECT coalesce(merged_into, id) AS kept, array_agg(id::text) AS ids FROM people.patient GROUP BY 1',
  );
  return new Map(rows.map(({ kept, ids }) => [kept, ids]));
}

async function proposalsOf(owner: pg.Pool): Promise<{ left: string; right: string }[]> {
  const { rows } = await owner.query<{ left: string; right: string }>(
    `SELECT left_id AS left, right_id AS right FROM people.duplicate_candidate WHERE status = 'PENDING'`,
  );
  return rows;
}

function truePairs(personOf: ReadonlyMap<string, unknown>): Set<string> {
  const records = new Map<unknown, string[]>();
  for (const [id, person] of personOf) records.set(person, [...(records.get(person) ?? []), id]);
  return new Set([...records.values()].flatMap((ids) => pairsWithin(ids).map(([a, b]) => pairName(a, b))));
}

function pairsWithin(ids: readonly string[]): [string, string][] {
  return ids.flatMap((a, i) => ids.slice(i + 1).map((b): [string, string] => [a, b]));
}

function pairName(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
