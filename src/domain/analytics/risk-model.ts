/**
 * How risky a dispensing was: a table of rules, under a version. All rules that apply add up, to 100 at the most, and each
 * says what it saw. A changed rule is a new version beside the old one; rows keep theirs until they are scored anew. Pure.
 */
import type { AwareClass, DeaSchedule, PatientAgeGroup, RiskCategory } from '../../schema/enums.ts';
import type { RiskFlag } from '../../schema/risk-flag.ts';

/** All that scoring looks at; every event keeps it. */
export interface RiskFacts {
  readonly timestamp: Date;
  readonly patientAgeGroup: PatientAgeGroup;
  readonly patientIsPregnant: boolean;
  readonly isPrescription: boolean;
  readonly isControlledDrug: boolean;
  readonly deaSchedule: DeaSchedule | null;
  readonly isAntibiotic: boolean;
  readonly awareClass: AwareClass | null;
  readonly pregnancyRisk: boolean;
  readonly stgCompliant: boolean;
  readonly overrideFlag: boolean;
  /** When the same patient was last given the same controlled product, in another visit that was not taken back. */
  readonly lastGivenAt: Date | null;
}

export interface Risk {
  readonly score: number;
  readonly category: RiskCategory;
  readonly flags: readonly RiskFlag[];
  readonly modelVersion: number;
}

interface Rule {
  readonly rule: string;
  readonly points: (facts: RiskFacts) => number;
  readonly applies: (facts: RiskFacts, others: number) => boolean;
  readonly evidence: (facts: RiskFacts) => string;
}

const hourMs = 3_600_000;
/** What was given longer ago is no early repeat. */
export const earlyHours = 7 * 24;
const vulnerable: readonly PatientAgeGroup[] = ['NEONATE', 'INFANT', 'ELDERLY'];

/** The last rule counts those before it. No evidence repeats what a person has typed. */
const first: readonly Rule[] = [
  {
    rule: 'CONTROLLED_DRUG',
    points: ({ deaSchedule }) => (deaSchedule === 'CII' ? 30 : 20),
    applies: ({ isControlledDrug }) => isControlledDrug,
    evidence: ({ deaSchedule }) => (deaSchedule === null ? 'A controlled drug.' : `A drug of schedule ${deaSchedule}.`),
  },
  {
    rule: 'STG_NON_COMPLIANT',
    points: () => 25,
    applies: ({ stgCompliant }) => !stgCompliant,
    evidence: () => 'Not in line with the standard treatment guidelines.',
  },
  {
    rule: 'OVERRIDE',
    points: () => 20,
    applies: ({ overrideFlag }) => overrideFlag,
    evidence: () => 'A warning was overridden.',
  },
  {
    rule: 'PREGNANCY_RISK',
    points: () => 35,
    applies: ({ patientIsPregnant, pregnancyRisk }) => patientIsPregnant && pregnancyRisk,
    evidence: () => 'The patient is pregnant, and the product bears a risk in pregnancy.',
  },
  {
    rule: 'ANTIBIOTIC_WITHOUT_PRESCRIPTION',
    points: () => 25,
    applies: ({ isAntibiotic, isPrescription }) => isAntibiotic && !isPrescription,
    evidence: () => 'An antibiotic without a prescription.',
  },
  {
    rule: 'RESERVE_ANTIBIOTIC',
    points: () => 15,
    applies: ({ awareClass }) => awareClass === 'RESERVE',
    evidence: () => 'An antibiotic of the AWaRe class RESERVE.',
  },
  {
    rule: 'CONTROLLED_WITHOUT_PRESCRIPTION',
    points: () => 40,
    applies: ({ isControlledDrug, isPrescription }) => isControlledDrug && !isPrescription,
    evidence: () => 'A controlled drug without a prescription.',
  },
  {
    rule: 'EARLY_REPEAT',
    points: () => 20,
    applies: (facts) => facts.isControlledDrug && isEarly(hoursSince(facts)),
    evidence: (facts) =>
      `The same patient had the same controlled product ${Math.floor(hoursSince(facts) ?? 0)} hours before.`,
  },
  {
    rule: 'VULNERABLE_AGE',
    points: () => 10,
    applies: ({ patientAgeGroup }, others) => others > 0 && vulnerable.includes(patientAgeGroup),
    evidence: ({ patientAgeGroup }) => `The patient is of the age group ${patientAgeGroup}.`,
  },
];

const models: ReadonlyMap<number, readonly Rule[]> = new Map([[1, first]]);

export const currentRiskModel = Math.max(...models.keys());

export function scoreRisk(facts: RiskFacts, modelVersion = currentRiskModel): Risk {
  const rules = models.get(modelVersion);
  if (rules === undefined) throw new Error(`There is no risk model ${modelVersion}`);
  const flags: RiskFlag[] = [];
  for (const { rule, points, applies, evidence } of rules) {
    if (applies(facts, flags.length)) flags.push({ rule, points: points(facts), evidence: evidence(facts) });
  }
  const score = Math.min(
    100,
    flags.reduce((sum, { points }) => sum + points, 0),
  );
  return { score, category: riskCategory(score), flags, modelVersion };
}

export function riskCategory(score: number): RiskCategory {
  if (score >= 75) return 'CRITICAL';
  if (score >= 50) return 'HIGH';
  if (score >= 25) return 'MEDIUM';
  return score > 0 ? 'LOW' : 'NONE';
}

export function isHighRisk({ category }: Pick<Risk, 'category'>): boolean {
  return category === 'HIGH' || category === 'CRITICAL';
}

function hoursSince({ timestamp, lastGivenAt }: RiskFacts): number | null {
  return lastGivenAt === null ? null : (timestamp.getTime() - lastGivenAt.getTime()) / hourMs;
}

function isEarly(hours: number | null): boolean {
  return hours !== null && hours >= 0 && hours <= earlyHours;
}
