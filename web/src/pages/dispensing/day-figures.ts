/** What the charts show, added up from the days' summaries. Counts are whole numbers; shares are for reading and pixels. */
import type { DaySummary } from './dispensing-documents.ts';

export interface Day {
  readonly date: string;
  readonly prescriptions: number;
  readonly otc: number;
}

/** One entry a day, over all pharmacies, ascending. */
export function byDay(summaries: readonly DaySummary[]): Day[] {
  const days = new Map<string, Day>();
  for (const { date, totalPrescriptions, totalOTC } of summaries) {
    const before = days.get(date);
    days.set(date, {
      date,
      prescriptions: (before?.prescriptions ?? 0) + totalPrescriptions,
      otc: (before?.otc ?? 0) + totalOTC,
    });
  }
  return [...days.values()].toSorted((a, b) => a.date.localeCompare(b.date));
}

export const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** Seven weekdays from Monday on, each of 24 hours. */
export function byHour(summaries: readonly DaySummary[]): number[][] {
  const week = weekdays.map(() => Array.from({ length: 24 }, () => 0));
  for (const { date, hourlyDistribution } of summaries) {
    const hours = week[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7];
    if (hours === undefined) continue;
    for (const [hour, count] of hourlyDistribution.entries()) hours[hour] = (hours[hour] ?? 0) + count;
  }
  return week;
}

export interface Totals {
  readonly events: number;
  readonly prescriptions: number;
  /** In percent of events; null for none. */
  readonly stgCompliance: number | null;
  readonly risk: Readonly<Record<'none' | 'low' | 'medium' | 'high' | 'critical', number>>;
}

export function totalsOf(summaries: readonly DaySummary[]): Totals {
  const sum = (of: (summary: DaySummary) => number) => summaries.reduce((all, each) => all + of(each), 0);
  const prescriptions = sum((each) => each.totalPrescriptions);
  const events = prescriptions + sum((each) => each.totalOTC);
  const compliant = sum((each) => each.stgComplianceRate * (each.totalPrescriptions + each.totalOTC));
  return {
    events,
    prescriptions,
    stgCompliance: events === 0 ? null : compliant / events,
    risk: {
      none: sum((each) => each.noneRiskCount),
      low: sum((each) => each.lowRiskCount),
      medium: sum((each) => each.mediumRiskCount),
      high: sum((each) => each.highRiskCount),
      critical: sum((each) => each.criticalRiskCount),
    },
  };
}
