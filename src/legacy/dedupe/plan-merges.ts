/**
 * Decides, over the pairs that were found and all that was decided before, what is merged and what is proposed: group by group
 * of connected records, since what is decided of one touches no other. Memory holds one group's pairs. The plan stands in a
 * temporary table in the order in which it is to be written.
 */
import { groupRecords, type Grouped, type ScoredPair } from '../../domain/people/duplicates/group-records.ts';
import { thresholds } from '../../domain/people/duplicates/weights.ts';
import { connectRecords } from './connect-records.ts';
import { stopIfAsked, type DedupeRun } from './dedupe-run.ts';
import { readInBatches } from './read-in-batches.ts';

export interface Plan {
  readonly merges: number;
  readonly proposals: number;
}

/** What is known of two records of one group. */
interface Fact extends ScoredPair {
  /** The oldest record of the group. */
  readonly first: number;
  readonly kind: 'FOUND' | 'MERGED' | 'DECIDED';
}

interface PlannedPair {
  readonly left: number;
  readonly right: number;
  /** Null where the pair is proposed. */
  readonly kept: number | null;
  readonly goes: number | null;
}

export async function planMerges(run: DedupeRun, records: number): Promise<Plan> {
  await connectRecords(run, records);
  await run.client.query(
    `CREATE TEMP TABLE dedupe_plan (place integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, left_n integer, right_n integer,
       kept_n integer, goes_n integer)`,
  );
  const plan = { merges: 0, proposals: 0 };
  const keep = async (groups: readonly (readonly Fact[])[]): Promise<void> => {
    const grouped = groups.map(decide);
    plan.merges += grouped.reduce((sum, { merges }) => sum + merges.length, 0);
    plan.proposals += grouped.reduce((sum, { proposals }) => sum + proposals.length, 0);
    await keepPlan(run, grouped.flatMap(plannedOf));
  };
  let open: Fact[] = [];
  for await (const facts of readInBatches<Fact>(run.client, factsByGroup)) {
    stopIfAsked(run);
    const whole: Fact[][] = [];
    for (const fact of facts) {
      if (open[0] !== undefined && open[0].first !== fact.first) {
        whole.push(open);
        open = [];
      }
      open.push(fact);
    }
    await keep(whole);
  }
  await keep([open]);
  return plan;
}

/** Of two who were told apart, and whom nothing connects, nothing follows. */
const factsByGroup = `
  SELECT g.first, f.kind, f.left_n AS left, f.right_n AS right, f.confidence, f.is_apart AS "isApart"
  FROM (
    SELECT 'FOUND' AS kind, left_n, right_n, confidence, is_apart FROM dedupe_pair
    UNION ALL SELECT 'MERGED', m.n, k.n, 1, false FROM dedupe_record m JOIN dedupe_record k ON k.id = m.merged_into
    UNION ALL SELECT 'DECIDED', l.n, r.n, 1, false FROM people.duplicate_candidate c
      JOIN dedupe_record l ON l.id = c.left_id JOIN dedupe_record r ON r.id = c.right_id
  ) f
  LEFT JOIN dedupe_group l ON l.n = f.left_n LEFT JOIN dedupe_group r ON r.n = f.right_n
  CROSS JOIN LATERAL (SELECT coalesce(l.first_n, f.left_n) AS first, coalesce(r.first_n, f.right_n) AS other) g
  WHERE g.first = g.other ORDER BY g.first`;

function decide(facts: readonly Fact[]): Grouped {
  const of = (wanted: Fact['kind']) => facts.filter(({ kind }) => kind === wanted);
  const pairOf = ({ left, right }: Fact) => [left, right] as const;
  return groupRecords(of('FOUND'), { merged: of('MERGED').map(pairOf), pairs: of('DECIDED').map(pairOf) }, thresholds);
}

/** A group's merges come before its proposals: where writing is interrupted between them, the rest is found again. */
function plannedOf({ merges, proposals }: Grouped): PlannedPair[] {
  return [
    ...merges.map(({ pair: { left, right }, kept, goes }) => ({ left, right, kept, goes })),
    ...proposals.map(({ left, right }) => ({ left, right, kept: null, goes: null })),
  ];
}

async function keepPlan({ client }: DedupeRun, planned: readonly PlannedPair[]): Promise<void> {
  if (planned.length === 0) return;
  await client.query(
    `INSERT INTO dedupe_plan (left_n, right_n, kept_n, goes_n)
     SELECT p.left, p.right, p.kept, p.goes FROM ROWS FROM (jsonb_to_recordset($1) AS ("left" integer, "right" integer, kept integer, goes integer))
       WITH ORDINALITY AS p("left", "right", kept, goes, place) ORDER BY p.place`,
    [JSON.stringify(planned)],
  );
}
