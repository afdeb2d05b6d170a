/** Shares and means of a day's sums and counts, and of several days'. Pure. */
import type { DailySummaryCache } from '../../entities/daily-summary-cache.ts';
import type { DailySummary, PrescribingIndicators } from '../../schema/daily-summary.ts';
import type { PharmacyDay } from './read-days.ts';

/** What a summary tells, of all that a day's row holds: a year of whole rows takes a third longer to read. */
export const toldFigures = [
  'totalPrescriptions',
  'totalOtc',
  'stgCompliant',
  'noneRiskCount',
  'lowRiskCount',
  'mediumRiskCount',
  'highRiskCount',
  'criticalRiskCount',
  'timedEncounters',
  'dispensingSeconds',
  'topMedicines',
  'hourlyDistribution',
  'updatedAt',
] as const;
export type Told = Pick<DailySummaryCache, (typeof toldFigures)[number]>;

/** Of a day without events where there are no figures. */
export function summaryOf({ pharmacyId, date }: PharmacyDay, figures: Told | undefined): DailySummary {
  if (figures === undefined) return emptySummary({ pharmacyId, date });
  const { totalPrescriptions, totalOtc, highRiskCount, criticalRiskCount } = figures;
  const total = totalPrescriptions + totalOtc;
  return {
    date,
    pharmacyId,
    totalPrescriptions,
    totalOTC: totalOtc,
    avgDispensingTime: share(Number(figures.dispensingSeconds), figures.timedEncounters),
    prescriptionRatio: share(totalPrescriptions, total),
    highRiskEvents: highRiskCount + criticalRiskCount,
    stgComplianceRate: total === 0 ? 100 : 100 * share(figures.stgCompliant, total),
    noneRiskCount: figures.noneRiskCount,
    lowRiskCount: figures.lowRiskCount,
    mediumRiskCount: figures.mediumRiskCount,
    highRiskCount,
    criticalRiskCount,
    topMedicines: figures.topMedicines,
    hourlyDistribution: figures.hourlyDistribution,
    updatedAt: figures.updatedAt,
  };
}

function emptySummary(day: PharmacyDay): DailySummary {
  return {
    date: day.date,
    pharmacyId: day.pharmacyId,
    ...{ totalPrescriptions: 0, totalOTC: 0, avgDispensingTime: 0, prescriptionRatio: 0, highRiskEvents: 0 },
    stgComplianceRate: 100,
    ...{ noneRiskCount: 0, lowRiskCount: 0, mediumRiskCount: 0, highRiskCount: 0, criticalRiskCount: 0 },
    topMedicines: [],
    hourlyDistribution: Array.from({ length: 24 }, () => 0),
    updatedAt: new Date(),
  };
}

/** What indicators are made of. */
export const addedFigures = [
  'totalPrescriptions',
  'totalOtc',
  'controlled',
  'overridden',
  'antibiotics',
  'accessAntibiotics',
  'named',
  'genericNamed',
  'encounters',
  'antibioticEncounters',
  'injectionEncounters',
] as const;
export type Added = Readonly<Record<(typeof addedFigures)[number], number>>;

export function indicatorsOf(sums: Added): PrescribingIndicators {
  const { encounters } = sums;
  const medicines = sums.totalPrescriptions + sums.totalOtc;
  return {
    encounters,
    medicinesPerEncounter: share(medicines, encounters),
    antibioticEncounterRate: share(sums.antibioticEncounters, encounters),
    injectionEncounterRate: share(sums.injectionEncounters, encounters),
    genericRate: share(sums.genericNamed, sums.named),
    awareAccessShare: share(sums.accessAntibiotics, sums.antibiotics),
    controlledRate: share(sums.controlled, medicines),
    overrideRate: share(sums.overridden, medicines),
  };
}

const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
