/**
 * How much each likeness says, in bits: log2(m / u), where m is how often records of one person show it and u how often
 * records of two people do (Fellegi and Sunter, 1969). Bits of fields add up; ten bits are odds of a thousand to one. They
 * were set from what is known of how records go wrong, not fitted to a data set; docs/deduplication.md says how each was.
 */

/** Agreement on a value says the more the rarer it is: m / u with u counted in the very records that are compared. */
export interface Population {
  /** Records in all. */
  readonly records: number;
}

/** As if so many people more were there, none of whom shares the value: few records must not seem to know all names. */
const unseen = 1_000;

/** One record in twenty is taken to be a double of another. */
const doubles = 1 / 20;

/** Of any two records being one person, before anything is compared. */
export function priorBits({ records }: Population): number {
  return Math.log2(doubles / (records + unseen));
}

/** u of a name that `holders` records hold, the two compared among them. */
export function chanceOfName(holders: number, { records }: Population): number {
  return Math.max(nameWeights.leastChance, (Math.max(0, holders - 2) + 1) / (records + unseen));
}

/** So many records that share a date or an address may well be one person's. */
const ofOnePerson = 6;

/** u of a value that, where it is not a stopgap such as 1 January 1900, is as rare as `least`. */
export function chanceOfMark(holders: number, { records }: Population, least: number): number {
  return Math.max(least, (holders - ofOnePerson) / records);
}

export const nameWeights = {
  /** m of the very same name. */
  same: 0.88,
  /** However rare a name is: its holders are often of one family, or one typist wrote it. */
  leastChance: 1 / 8_000,
  /** What is added to the bits of the same name. */
  nickname: -4,
  /** One letter more, less, other, or two changed over. */
  oneSlip: -3,
  /** All words of the one are among those of the other. */
  part: -3,
  /** Jaro-Winkler of 0.85 or more, or the same sound; at most so many bits. */
  similar: -6,
  mostSimilar: 4,
  /** A letter that begins the other name. */
  initial: 1,
  /** The surname and the first name stand in each other's place. */
  swapped: -4,
  otherFirst: -5,
  /** Surnames change with marriage. */
  otherLast: -3.5,
} as const;

export const birthDateWeights = {
  /** m of the very same date; u at least one in so many days. */
  same: 0.92,
  leastChance: 1 / 25_000,
  /** Day and month changed over. */
  swapped: 8,
  /** One digit is another. */
  oneDigit: 5,
  /** Two neighbouring digits are changed over. */
  neighbours: 6,
  /** The year, and the month or the day. */
  yearAndOne: 3.5,
  /** Of the year only: fathers and sons. */
  dayOfYear: 1,
  other: -5.5,
} as const;

/** A first name mostly tells the sex, so that the same sex adds nothing to it. */
export const sexWeights = { same: 0, other: -4 } as const;

/** What a household has in common: together never more than `most`. */
export const householdWeights = {
  most: 14,
  email: { same: 0.75, leastChance: 1 / 4_000, similar: 5, other: -1 },
  phone: { same: 0.7, leastChance: 1 / 2_000, oneDigit: 4, other: -1 },
  address: { same: 8, near: 5, partly: 2, other: -2 },
} as const;

/** Numbers that other systems gave the person. Another number may only mean another system's record. */
export const identifierWeights = { same: 0.9, leastChance: 1 / 30_000, oneSlip: 7, other: -2 } as const;

/** A confidence of at least so much is merged at once, or reviewed. */
export const thresholds = { merge: 0.95, review: 0.75 } as const;
/** What a rule keeps from being merged, or from being proposed, has at most this confidence, whatever its bits. */
export const ceilings = { review: 0.94, apart: 0.7 } as const;

export function agreementBits(m: number, u: number): number {
  return Math.log2(m / u);
}

export function confidenceOf(bits: number): number {
  return 1 / (1 + 2 ** -bits);
}
