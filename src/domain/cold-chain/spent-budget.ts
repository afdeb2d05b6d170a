/**
 * When a batch was out of limits for more minutes within 7 days than its product bears. Minutes out of range belong to
 * the batch: of every storage unit while it stood there, each counted once. Pure.
 */
import { minute, type Limits, type OutPeriod } from './out-periods.ts';

export const budgetWindow = 7 * 24 * 60 * minute;

export interface Stay {
  readonly storageUnitId: string;
  readonly since: number;
  /** Infinity: it stands there now. */
  readonly until: number;
}

export interface BatchPeriod {
  readonly storageUnitId: string;
  readonly from: number;
  readonly to: number;
  readonly lasts: boolean;
  readonly lowest: number;
  readonly highest: number;
  readonly limits: Limits;
}

export interface Spent extends BatchPeriod {
  /** The most within 7 days. */
  readonly minutes: number;
}

/** In ascending order; where two overlap (a batch that was topped up by a transfer), each minute counts once. */
export function batchPeriods(
  stays: readonly Stay[],
  periodsOf: ReadonlyMap<string, readonly OutPeriod[]>,
): BatchPeriod[] {
  const all = stays.flatMap(({ storageUnitId, since, until }) =>
    (periodsOf.get(storageUnitId) ?? []).flatMap((period) => {
      const [from, to] = [Math.max(period.from, since), Math.min(period.to, until)];
      return from < to ? [{ ...period, storageUnitId, from, to, lasts: period.lasts && until === Infinity }] : [];
    }),
  );
  let counted = -Infinity;
  return all
    .sort((a, b) => a.from - b.from || a.to - b.to)
    .flatMap((period) => {
      const from = Math.max(period.from, counted);
      counted = Math.max(counted, period.to);
      return from < period.to ? [{ ...period, from }] : [];
    });
}

/** What a person has released: what ended in this time, on so many minutes. */
export interface Decision {
  readonly from: number;
  readonly to: number;
  readonly minutes: number;
}

/** What was `decided` counts, and is told no more. */
export function spentBudgets(
  periods: readonly BatchPeriod[],
  budgetMinutes: number,
  decided: readonly Decision[] = [],
): Spent[] {
  const spent: Spent[] = [];
  let goesOn = false;
  for (const [index, period] of periods.entries()) {
    const before = periods.slice(0, index + 1);
    const last = spent.at(-1);
    // It falls only while the batch is inside: between two periods it is lowest where the second begins.
    goesOn &&= outWithin(before, period.from) > budgetMinutes * minute;
    const total = outWithin(before, period.to);
    if (decided.some(({ from, to }) => from < period.to && period.to <= to)) goesOn = false;
    else if (total > budgetMinutes * minute) {
      if (goesOn && last !== undefined) spent[spent.length - 1] = grown(last, period, total);
      else spent.push(begun(before, period, total, decided));
      goesOn = true;
    }
  }
  return spent;
}

/** Those that still hold. Who has released a batch on fewer minutes than are known by now is asked again. */
export function decisionsThatHold(
  periods: readonly BatchPeriod[],
  budgetMinutes: number,
  decisions: readonly Decision[],
): Decision[] {
  const holding: Decision[] = [];
  for (const decision of [...decisions].sort((a, b) => a.to - b.to)) {
    const { from, to, minutes } = decision;
    const told = periods.filter((period) => period.from < to);
    const then = told.map((period) => ({ ...period, to: Math.min(period.to, to) }));
    const isMore = spentBudgets(then, budgetMinutes, holding).some(
      (spent) => spent.to > from && spent.minutes > minutes,
    );
    if (!isMore) holding.push(decision);
  }
  return holding;
}

/** In the 7 days up to an instant. */
function outWithin(periods: readonly BatchPeriod[], until: number): number {
  return periods.reduce(
    (total, { from, to }) => total + Math.max(0, Math.min(to, until) - Math.max(from, until - budgetWindow)),
    0,
  );
}

function begun(
  before: readonly BatchPeriod[],
  period: BatchPeriod,
  total: number,
  decided: readonly Decision[],
): Spent {
  const since = Math.max(-Infinity, ...decided.map(({ to }) => to).filter((to) => to < period.to));
  const counted = before.filter(({ to }) => to > Math.max(period.to - budgetWindow, since));
  const first = counted[0] ?? period;
  return {
    ...period,
    from: Math.max(first.from, period.to - budgetWindow, since),
    lowest: Math.min(...counted.map(({ lowest }) => lowest)),
    highest: Math.max(...counted.map(({ highest }) => highest)),
    minutes: Math.floor(total / minute),
  };
}

function grown(spent: Spent, period: BatchPeriod, total: number): Spent {
  return {
    ...spent,
    to: period.to,
    lasts: period.lasts,
    lowest: Math.min(spent.lowest, period.lowest),
    highest: Math.max(spent.highest, period.highest),
    minutes: Math.max(spent.minutes, Math.floor(total / minute)),
  };
}
