/**
 * What a vial has cost, use by use, exactly. A use costs its share of the stock unit by doses, half up, and never more
 * than is left of it. An ended session costs exactly one unit: what ended it takes the rest, the last waste or the last use.
 * A record that takes a use back costs the opposite of that use. Pure.
 */
import { exact, Exact, rounded, sum } from '../decimal.ts';

export interface UsedDoses {
  readonly id: string;
  readonly patientId: string;
  /** Below 0 in a reversal. */
  readonly doses: string;
  readonly charge: string | null;
  readonly reverses: string | null;
}

export interface SessionFacts {
  readonly unitCost: string | null;
  readonly initialDoses: string;
  /** Nothing is left of it, and nothing more will be drawn. */
  readonly hasEnded: boolean;
  /** Of each waste record, in money. */
  readonly wasteCosts: readonly string[];
}

export interface UseMoney {
  readonly cost: string;
  readonly costWithWaste: string;
  /** Null without a charge. */
  readonly margin: string | null;
  readonly marginWithWaste: string | null;
}

export interface SessionMoney {
  readonly revenue: string;
  /** Of all uses and of what was wasted. */
  readonly cost: string;
  readonly wasteCost: string;
  readonly margin: string;
  /** In percent of the revenue; null without revenue. */
  readonly marginPercentage: string | null;
  readonly costPerDose: string | null;
  readonly costPerPatient: string | null;
  readonly costPerPatientWithWaste: string | null;
  readonly patientCount: number;
}

/** In the order in which they were recorded; null where the batch's cost is not known. */
export function useCosts(session: SessionFacts, uses: readonly UsedDoses[]): ReadonlyMap<string, string> | null {
  const { unitCost, initialDoses, hasEnded, wasteCosts } = session;
  if (unitCost === null) return null;
  const costs = new Map<string, Exact>();
  let spent = exact('0');
  for (const { id, doses, reverses } of uses) {
    const share = exact(rounded(exact(doses).times(unitCost).div(initialDoses)));
    const cost =
      reverses === null
        ? Exact.min(share, exact(unitCost).minus(spent))
        : (costs.get(reverses) ?? share.negated()).negated();
    costs.set(id, cost);
    spent = spent.plus(cost);
  }
  const last = standing(uses).at(-1);
  if (hasEnded && last !== undefined) {
    // Nothing, where the session ended with waste: that has taken the rest.
    const rest = exact(unitCost).minus(spent).minus(sum(wasteCosts));
    costs.set(last.id, (costs.get(last.id) ?? exact('0')).plus(rest));
  }
  return new Map([...costs].map(([id, cost]) => [id, cost.toString()]));
}

/** What doses cost that are wasted now: their share, or all that is left of the unit where they end the session. */
export function wasteCost(
  session: SessionFacts,
  uses: readonly UsedDoses[],
  doses: string,
  endsIt: boolean,
): string | null {
  const { unitCost, initialDoses, wasteCosts } = session;
  const costs = useCosts({ ...session, hasEnded: false }, uses);
  if (unitCost === null || costs === null) return null;
  const rest = exact(unitCost).minus(sum([...costs.values(), ...wasteCosts]));
  if (endsIt) return rest.toString();
  return Exact.min(rounded(exact(doses).times(unitCost).div(initialDoses)), rest).toString();
}

/** The waste's share is by doses; the last use that stands takes what rounding leaves. */
export function useMoney(session: SessionFacts, uses: readonly UsedDoses[]): ReadonlyMap<string, UseMoney> | null {
  const costs = useCosts(session, uses);
  if (costs === null) return null;
  const shares = wasteShares(session, uses);
  return new Map(
    uses.map(({ id, charge }) => {
      const cost = costs.get(id) ?? '0';
      const costWithWaste = sum([cost, shares.get(id) ?? '0']);
      const margin = charge === null ? null : exact(charge).minus(cost).toString();
      const marginWithWaste = charge === null ? null : exact(charge).minus(costWithWaste).toString();
      return [id, { cost, costWithWaste, margin, marginWithWaste }];
    }),
  );
}

function wasteShares({ wasteCosts }: SessionFacts, uses: readonly UsedDoses[]): ReadonlyMap<string, string> {
  const wasted = sum(wasteCosts);
  const stand = standing(uses);
  const drawn = sum(stand.map(({ doses }) => doses));
  const shares = new Map<string, string>();
  let given = exact('0');
  for (const [index, { id, doses }] of stand.entries()) {
    const share =
      index === stand.length - 1 ? exact(wasted).minus(given) : exact(rounded(exact(doses).times(wasted).div(drawn)));
    shares.set(id, share.toString());
    given = given.plus(share);
  }
  return shares;
}

/** Neither taken back nor taking back. */
function standing(uses: readonly UsedDoses[]): readonly UsedDoses[] {
  const reversed = new Set(uses.flatMap(({ reverses }) => reverses ?? []));
  return uses.filter(({ id, reverses }) => reverses === null && !reversed.has(id));
}

export function sessionMoney(session: SessionFacts, uses: readonly UsedDoses[]): SessionMoney {
  const { unitCost, initialDoses, wasteCosts } = session;
  const costs = useCosts(session, uses);
  const ofUses = sum([...(costs?.values() ?? [])]);
  const wasted = sum(wasteCosts);
  const cost = sum([ofUses, wasted]);
  const revenue = sum(uses.flatMap(({ charge }) => charge ?? []));
  const margin = exact(revenue).minus(cost).toString();
  const patientCount = new Set(standing(uses).map(({ patientId }) => patientId)).size;
  const perPatient = (total: string) =>
    costs === null || patientCount === 0 ? null : rounded(exact(total).div(patientCount));
  return {
    revenue,
    cost,
    wasteCost: wasted,
    margin,
    marginPercentage: exact(revenue).isZero() ? null : rounded(exact(margin).times(100).div(revenue)),
    costPerDose: unitCost === null ? null : rounded(exact(unitCost).div(initialDoses)),
    costPerPatient: perPatient(ofUses),
    costPerPatientWithWaste: perPatient(cost),
    patientCount,
  };
}
