import { describe, expect, it } from 'vitest';
import { identityOf, type PatientFacts } from './identity.ts';
import { mayBeOne, scorePair, type Candidate, type Rule } from './score-pair.ts';
import { confidenceOf, priorBits, thresholds } from './weights.ts';

const population = { records: 100_000 };
const ada: PatientFacts = {
  firstName: 'Ada',
  lastName: 'Thornbury',
  birthDate: '1971-03-09',
  sex: 'F',
  email: 'ada.thornbury@example.com',
  phone: '555 111 2222',
  address: '4 Mill Street, Ashton, 20311',
  externalIds: { ssn: '123456789' },
};
const bare: PatientFacts = { ...ada, email: null, phone: null, address: null, externalIds: null };

function candidate(facts: PatientFacts, holders = 2): Candidate {
  const held = {
    firstHolders: holders,
    lastHolders: holders,
    birthHolders: 2,
    emailHolders: 2,
    phoneHolders: 2,
    idsHolders: 2,
  };
  return { ...identityOf(facts), ...held };
}
const score = (a: PatientFacts, b: Partial<PatientFacts>, holders = 2) =>
  scorePair(candidate(a, holders), candidate({ ...a, ...b }, holders), population);
const outcome = (a: PatientFacts, b: Partial<PatientFacts>, holders?: number) => {
  const { confidence } = score(a, b, holders);
  return confidence >= thresholds.merge ? 'merged' : confidence >= thresholds.review ? 'proposed' : 'left alone';
};

describe('the same person', () => {
  it.each<[string, Partial<PatientFacts>]>([
    ['word by word', {}],
    ['with other letters', { firstName: 'ADA', lastName: 'thornbury' }],
    ['with a slip in the surname', { lastName: 'Thornbery' }],
    ['with names swapped', { firstName: 'Thornbury', lastName: 'Ada' }],
    ['with day and month swapped', { birthDate: '1971-09-03' }],
    ['without a sex', { sex: null }],
  ])('%s is merged, though nothing but name and birth date is known', (_, other) => {
    expect(outcome(bare, other)).toBe('merged');
  });

  it('with one digit of the birth date off is merged where the names are rare, else proposed', () => {
    expect(outcome(bare, { birthDate: '1971-03-08' })).toBe('merged');
    expect(outcome(bare, { birthDate: '1971-03-08' }, 300)).toBe('left alone');
    expect(outcome({ ...bare, email: ada.email }, { birthDate: '1971-03-08' }, 300)).toBe('merged');
  });

  it.each<[string, PatientFacts, Partial<PatientFacts>, Rule]>([
    ['without a birth date', ada, { birthDate: null, externalIds: null }, 'NO_BIRTH_DATE'],
    ['with another birth date', ada, { birthDate: '1971-11-28', externalIds: null }, 'OTHER_BIRTH_DATE'],
    ['with another surname', ada, { lastName: 'Millman', externalIds: null }, 'OTHER_SURNAME'],
    ['with another sex', ada, { sex: 'M', externalIds: null }, 'OTHER_SEX'],
    ['with a first name that sounds alike', ada, { firstName: 'Edda', externalIds: null }, 'OTHER_FIRST_NAME'],
    ['without a first name', ada, { firstName: null, externalIds: null }, 'OTHER_FIRST_NAME'],
    ['with a decade mistyped', ada, { birthDate: '1991-03-09', externalIds: null }, 'GENERATIONS'],
    ['with a number that two families may share', ada, { firstName: 'Bea' }, 'OTHER_FIRST_NAME'],
  ])('%s is for people to decide', (_, one, other, rule) => {
    const { confidence, evidence } = score(one, other);
    expect(evidence.rule).toBe(rule);
    expect(confidence).toBe(0.94);
  });

  it('by a number that is their own is merged, whatever else was mistyped', () => {
    expect(outcome(ada, { birthDate: null, lastName: 'Millman' })).toBe('merged');
  });
});

describe('two who are alike', () => {
  const family: PatientFacts = { ...ada, externalIds: null };

  it.each<[string, PatientFacts, Partial<PatientFacts>, Rule]>([
    ['twins', family, { firstName: 'Bea' }, 'TWINS'],
    ['twins with numbers of their own', ada, { firstName: 'Bea', externalIds: { ssn: '987654321' } }, 'TWINS'],
    ['mother and daughter of one name', family, { birthDate: '1999-11-30' }, 'GENERATIONS'],
    ['senior and junior', { ...family, lastName: 'Thornbury Sr' }, { lastName: 'Thornbury Jr' }, 'GENERATIONS'],
    [
      'one without a birth date, and a junior',
      { ...family, birthDate: null },
      { lastName: 'Thornbury Jr', birthDate: '1999-11-30' },
      'GENERATIONS',
    ],
  ])('%s are left alone, though all else agrees', (_, one, other, rule) => {
    const { confidence, evidence } = score(one, other);
    expect(evidence.rule).toBe(rule);
    expect(confidenceOf(evidence.bits)).toBeGreaterThan(thresholds.review);
    expect(confidence).toBe(0.7);
  });

  it('a junior who is once written without it is one', () => {
    expect(outcome({ ...bare, lastName: 'Thornbury Jr' }, { lastName: 'Thornbury' })).toBe('merged');
  });

  it('namesakes are left alone, unless their name is so rare that it says who they are', () => {
    expect(outcome(bare, { birthDate: '1988-12-24' })).toBe('left alone');
    expect(outcome(bare, { birthDate: null }, 300)).toBe('left alone');
    expect(outcome(bare, { birthDate: null })).toBe('proposed');
  });

  it('a household says no more than its bound', () => {
    const { evidence } = score(family, {});
    expect(evidence.email.bits + evidence.phone.bits + evidence.address.bits).toBeGreaterThan(14);
    const parts = [evidence.firstName, evidence.lastName, evidence.birthDate, evidence.sex, evidence.identifier];
    expect(evidence.bits).toBeCloseTo(priorBits(population) + 14 + parts.reduce((sum, { bits }) => sum + bits, 0), 9);
  });
});

it('the more records there are, the more it takes', () => {
  const [few, many] = [{ records: 1_000 }, { records: 1_000_000 }].map((size) => priorBits(size));
  expect(few).toBeGreaterThan(many ?? 0);
  expect(confidenceOf(0)).toBe(0.5);
});

it('what cannot be proposed is told beforehand, and never what can', () => {
  const others: Partial<PatientFacts>[] = [
    {},
    { firstName: 'Bea' },
    { lastName: 'Millman', birthDate: null },
    { firstName: 'Bea', lastName: 'Millman', birthDate: '2001-12-24' },
  ];
  for (const facts of [ada, bare]) {
    for (const other of others) {
      const [a, b] = [candidate(facts), candidate({ ...facts, ...other })];
      if (!mayBeOne(a, b, population))
        expect(confidenceOf(scorePair(a, b, population).evidence.bits)).toBeLessThan(thresholds.review);
    }
  }
  expect(mayBeOne(candidate(ada), candidate(ada), population)).toBe(true);
  expect(mayBeOne(candidate(bare), candidate({ ...bare, firstName: 'Bea', lastName: 'Millman' }), population)).toBe(
    false,
  );
});
