import { describe, expect, it, test } from 'vitest';
import { currentRiskModel, isHighRisk, riskCategory, scoreRisk, type RiskFacts } from './risk-model.ts';

const at = new Date('2026-03-10T12:00:00Z');
const harmless: RiskFacts = {
  timestamp: at,
  patientAgeGroup: 'ADULT',
  patientIsPregnant: false,
  isPrescription: true,
  isControlledDrug: false,
  deaSchedule: null,
  isAntibiotic: false,
  awareClass: null,
  pregnancyRisk: false,
  stgCompliant: true,
  overrideFlag: false,
  lastGivenAt: null,
};
const before = (ms: number) => new Date(at.getTime() - ms);
const week = 7 * 24 * 3_600_000;
const controlled = { isControlledDrug: true, deaSchedule: 'CIV' } as const;
const flagsOf = (facts: Partial<RiskFacts>) => scoreRisk({ ...harmless, ...facts }).flags;
const pointsOf = (facts: Partial<RiskFacts>) =>
  Object.fromEntries(flagsOf(facts).map(({ rule, points }) => [rule, points]));

test('what breaks no rule has no risk', () => {
  expect(scoreRisk(harmless)).toEqual({ score: 0, category: 'NONE', flags: [], modelVersion: currentRiskModel });
});

describe('each rule, hit and just missed', () => {
  it.each<[rule: string, points: number, hit: Partial<RiskFacts>, missed: Partial<RiskFacts>]>([
    ['CONTROLLED_DRUG', 20, controlled, { deaSchedule: null }],
    ['CONTROLLED_DRUG', 20, { isControlledDrug: true }, { isControlledDrug: false }],
    ['CONTROLLED_DRUG', 30, { ...controlled, deaSchedule: 'CII' }, { isAntibiotic: true }],
    ['STG_NON_COMPLIANT', 25, { stgCompliant: false }, { stgCompliant: true }],
    ['OVERRIDE', 20, { overrideFlag: true }, { overrideFlag: false }],
    ['PREGNANCY_RISK', 35, { patientIsPregnant: true, pregnancyRisk: true }, { patientIsPregnant: true }],
    ['PREGNANCY_RISK', 35, { patientIsPregnant: true, pregnancyRisk: true }, { pregnancyRisk: true }],
    ['ANTIBIOTIC_WITHOUT_PRESCRIPTION', 25, { isAntibiotic: true, isPrescription: false }, { isAntibiotic: true }],
    ['ANTIBIOTIC_WITHOUT_PRESCRIPTION', 25, { isAntibiotic: true, isPrescription: false }, { isPrescription: false }],
    [
      'RESERVE_ANTIBIOTIC',
      15,
      { isAntibiotic: true, awareClass: 'RESERVE' },
      { isAntibiotic: true, awareClass: 'WATCH' },
    ],
    ['CONTROLLED_WITHOUT_PRESCRIPTION', 40, { ...controlled, isPrescription: false }, controlled],
    ['CONTROLLED_WITHOUT_PRESCRIPTION', 40, { ...controlled, isPrescription: false }, { isPrescription: false }],
    ['VULNERABLE_AGE', 10, { overrideFlag: true, patientAgeGroup: 'NEONATE' }, { patientAgeGroup: 'NEONATE' }],
    [
      'VULNERABLE_AGE',
      10,
      { overrideFlag: true, patientAgeGroup: 'INFANT' },
      { overrideFlag: true, patientAgeGroup: 'CHILD' },
    ],
    [
      'VULNERABLE_AGE',
      10,
      { overrideFlag: true, patientAgeGroup: 'ELDERLY' },
      { overrideFlag: true, patientAgeGroup: 'ADULT' },
    ],
    [
      'VULNERABLE_AGE',
      10,
      { ...controlled, patientAgeGroup: 'ELDERLY' },
      { ...controlled, patientAgeGroup: 'ADOLESCENT' },
    ],
    [
      'EARLY_REPEAT',
      20,
      { ...controlled, lastGivenAt: before(week) },
      { ...controlled, lastGivenAt: before(week + 1) },
    ],
    ['EARLY_REPEAT', 20, { ...controlled, lastGivenAt: at }, { ...controlled, lastGivenAt: before(-1) }],
    ['EARLY_REPEAT', 20, { ...controlled, lastGivenAt: at }, { lastGivenAt: at }],
  ])('%s adds %i', (rule, points, hit, missed) => {
    expect(pointsOf(hit)).toMatchObject({ [rule]: points });
    expect(pointsOf(missed)).not.toHaveProperty(rule);
  });
});

test('all that apply add up, to 100 at the most, each with what it saw', () => {
  const two = scoreRisk({ ...harmless, stgCompliant: false, overrideFlag: true });
  expect(two.score).toBe(45);
  const worst = scoreRisk({
    ...harmless,
    ...controlled,
    ...{
      isPrescription: false,
      stgCompliant: false,
      overrideFlag: true,
      patientAgeGroup: 'INFANT',
      lastGivenAt: before(50 * 3_600_000),
    },
  });
  expect(worst.flags.reduce((sum, { points }) => sum + points, 0)).toBeGreaterThan(100);
  expect(worst).toMatchObject({ score: 100, category: 'CRITICAL' });
  expect(Object.fromEntries(worst.flags.map(({ rule, evidence }) => [rule, evidence]))).toMatchObject({
    CONTROLLED_DRUG: 'A drug of schedule CIV.',
    EARLY_REPEAT: 'The same patient had the same controlled product 50 hours before.',
    VULNERABLE_AGE: 'The patient is of the age group INFANT.',
  });
});

it.each([
  [0, 'NONE'],
  [1, 'LOW'],
  [24, 'LOW'],
  [25, 'MEDIUM'],
  [49, 'MEDIUM'],
  [50, 'HIGH'],
  [74, 'HIGH'],
  [75, 'CRITICAL'],
  [100, 'CRITICAL'],
] as const)('a score of %i is %s', (score, category) => {
  expect(riskCategory(score)).toBe(category);
  expect(isHighRisk({ category })).toBe(score >= 50);
});

test('a version that is not there is not another one', () => {
  expect(() => scoreRisk(harmless, currentRiskModel + 1)).toThrow('There is no risk model');
});
