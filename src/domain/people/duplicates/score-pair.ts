/**
 * Whether two records are one person: bits of all fields added up, turned into a confidence from 0 to 1, and held down by
 * rules where people are often alike who are two: twins, fathers and sons. Pure.
 */
import { compareBirthDates, yearsApart, type BirthDateAgreement } from './compare-birth-dates.ts';
import {
  compareAddresses,
  compareEmails,
  compareIdentifiers,
  comparePhones,
  type Agreement,
} from './compare-contacts.ts';
import { compareNames, type NameAgreement } from './compare-names.ts';
import type { Identity } from './identity.ts';
import {
  agreementBits,
  ceilings,
  confidenceOf,
  householdWeights,
  identifierWeights,
  nameWeights,
  priorBits,
  sexWeights,
  thresholds,
  type Population,
} from './weights.ts';

/** A record to compare, and how many records hold each of its values. */
export interface Candidate extends Identity {
  readonly firstHolders: number;
  readonly lastHolders: number;
  readonly birthHolders: number;
  readonly emailHolders: number;
  readonly phoneHolders: number;
  readonly idsHolders: number;
}

export interface PairScore {
  readonly confidence: number;
  readonly evidence: Evidence;
}

/** Levels and bits, by field; never what the fields hold. */
export interface Evidence {
  readonly bits: number;
  readonly firstName: NameAgreement;
  readonly lastName: NameAgreement;
  readonly namesSwapped: boolean;
  readonly birthDate: BirthDateAgreement;
  readonly sex: Agreement;
  readonly email: Agreement;
  readonly phone: Agreement;
  readonly address: Agreement;
  readonly identifier: Agreement;
  /** What held the confidence down. */
  readonly rule?: Rule;
}

export type Rule =
  'TWINS' | 'GENERATIONS' | 'OTHER_FIRST_NAME' | 'NO_BIRTH_DATE' | 'OTHER_BIRTH_DATE' | 'OTHER_SURNAME' | 'OTHER_SEX';

export function scorePair(a: Candidate, b: Candidate, population: Population): PairScore {
  const names = compareBothNames(a, b, population);
  const compared = {
    ...names,
    birthDate: birthDates(a, b, population),
    sex: compareSexes(a.sex, b.sex),
    email: compareEmails(
      { value: a.email, holders: a.emailHolders },
      { value: b.email, holders: b.emailHolders },
      population,
    ),
    phone: comparePhones(
      { value: a.phone, holders: a.phoneHolders },
      { value: b.phone, holders: b.phoneHolders },
      population,
    ),
    address: compareAddresses(a.address, b.address),
    identifier: compareIdentifiers(
      { value: a.ids, holders: a.idsHolders },
      { value: b.ids, holders: b.idsHolders },
      population,
    ),
  };
  const household = Math.min(householdWeights.most, compared.email.bits + compared.phone.bits + compared.address.bits);
  const bits =
    priorBits(population) +
    compared.firstName.bits +
    compared.lastName.bits +
    compared.birthDate.bits +
    compared.sex.bits +
    household +
    compared.identifier.bits;
  const rule = ruleFor(a, b, compared);
  const ceiling = rule === null ? 1 : ceilings[rule.keeps];
  return {
    confidence: Math.min(ceiling, confidenceOf(bits)),
    evidence: { bits, ...compared, ...(rule === null ? {} : { rule: rule.rule }) },
  };
}

/**
 * Whether the two could reach the review queue at all, told by birth date, then by names too, and the most that the rest could
 * say: many pairs share a key and nothing else, and names and addresses take long to compare.
 */
export function mayBeOne(a: Candidate, b: Candidate, population: Population): boolean {
  const bits = priorBits(population) + birthDates(a, b, population).bits + mostOfTheRest(a, b);
  if (confidenceOf(bits + 2 * mostOfAName) < thresholds.review) return false;
  const names = compareBothNames(a, b, population);
  return confidenceOf(bits + names.firstName.bits + names.lastName.bits) >= thresholds.review;
}

const mostOfAName = agreementBits(nameWeights.same, nameWeights.leastChance);

function mostOfTheRest(a: Candidate, b: Candidate): number {
  const { most, email, phone, address } = householdWeights;
  let household = 0;
  if (a.email !== '' && b.email !== '') household += agreementBits(email.same, email.leastChance);
  if (a.phone !== '' && b.phone !== '') household += agreementBits(phone.same, phone.leastChance);
  if (a.address !== '' && b.address !== '') household += address.same;
  const { same, leastChance } = identifierWeights;
  return Math.min(most, household) + (a.ids !== '' && b.ids !== '' ? agreementBits(same, leastChance) : 0);
}

function birthDates(a: Candidate, b: Candidate, population: Population): BirthDateAgreement {
  const held = (of: Candidate) => ({ birth: of.birth, holders: of.birthHolders });
  return compareBirthDates(held(a), held(b), population);
}

function compareBothNames(
  a: Candidate,
  b: Candidate,
  population: Population,
): Pick<Evidence, 'firstName' | 'lastName' | 'namesSwapped'> {
  const name = (of: Candidate, which: 'first' | 'last') => ({
    name: of[which],
    holders: which === 'first' ? of.firstHolders : of.lastHolders,
  });
  const straight = {
    firstName: compareNames(name(a, 'first'), name(b, 'first'), nameWeights.otherFirst, population),
    lastName: compareNames(name(a, 'last'), name(b, 'last'), nameWeights.otherLast, population),
    namesSwapped: false,
  };
  const mayBeSwapped = a.first[0] === b.last[0] || a.last[0] === b.first[0];
  if (!mayBeSwapped || straight.firstName.level === 'same' || straight.lastName.level === 'same') return straight;
  const crossed = {
    firstName: compareNames(name(a, 'first'), name(b, 'last'), nameWeights.otherFirst, population),
    lastName: compareNames(name(a, 'last'), name(b, 'first'), nameWeights.otherLast, population),
    namesSwapped: true,
  };
  if (!sureNames.has(crossed.firstName.level) && !sureNames.has(crossed.lastName.level)) return straight;
  const lastName = { ...crossed.lastName, bits: crossed.lastName.bits + nameWeights.swapped };
  const isBetter = crossed.firstName.bits + lastName.bits > straight.firstName.bits + straight.lastName.bits;
  return isBetter ? { ...crossed, lastName } : straight;
}

function compareSexes(a: Identity['sex'], b: Identity['sex']): Agreement {
  if (a === '' || b === '') return { level: 'missing', bits: 0 };
  return a === b ? { level: 'same', bits: sexWeights.same } : { level: 'other', bits: sexWeights.other };
}

/** Fathers and sons are at least so many years apart. */
const generationYears = 10;
const sureNames = new Set(['same', 'nickname', 'oneSlip', 'part']);
const sureDates = new Set(['same', 'swapped', 'oneDigit', 'neighbours']);

/**
 * A number that the person alone has tells who it is; a household's e-mail, phone and address do not. Without such a number
 * a first name, a surname and a birth date must all agree for a merge that nobody looks at.
 */
function ruleFor(
  a: Identity,
  b: Identity,
  e: Omit<Evidence, 'bits'>,
): { rule: Rule; keeps: 'review' | 'apart' } | null {
  const isKnown = e.identifier.level === 'same';
  const mayBeKnown = isKnown || e.identifier.level === 'near';
  if (e.firstName.level === 'other') {
    const areTwins = !mayBeKnown && e.lastName.level !== 'other' && sureDates.has(e.birthDate.level);
    return areTwins ? { rule: 'TWINS', keeps: 'apart' } : { rule: 'OTHER_FIRST_NAME', keeps: 'review' };
  }
  if (isKnown) return null;
  const years = yearsApart(a.birth, b.birth) ?? 0;
  if (years >= generationYears || differInGeneration(a, b)) {
    // A digit of the decade may have been mistyped: somebody should look.
    const isForReview = mayBeKnown || (sureDates.has(e.birthDate.level) && !differInGeneration(a, b));
    return { rule: 'GENERATIONS', keeps: isForReview ? 'review' : 'apart' };
  }
  if (!sureNames.has(e.firstName.level)) return { rule: 'OTHER_FIRST_NAME', keeps: 'review' };
  if (!sureNames.has(e.lastName.level)) return { rule: 'OTHER_SURNAME', keeps: 'review' };
  if (e.birthDate.level === 'missing') return { rule: 'NO_BIRTH_DATE', keeps: 'review' };
  if (!sureDates.has(e.birthDate.level)) return { rule: 'OTHER_BIRTH_DATE', keeps: 'review' };
  return e.sex.level === 'other' ? { rule: 'OTHER_SEX', keeps: 'review' } : null;
}

/** One is Jr and the other Sr; or one is Jr, and the other was not born that day. */
function differInGeneration(a: Identity, b: Identity): boolean {
  if (a.generation === b.generation) return false;
  return (a.generation !== '' && b.generation !== '') || a.birth !== b.birth;
}
