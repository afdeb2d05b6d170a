/** How e-mail, phone, address and other systems' numbers agree. Pure. */
import { isOneSlip, jaroWinkler, trigramLikeness } from './likeness.ts';
import { agreementBits, chanceOfMark, householdWeights, identifierWeights, type Population } from './weights.ts';

export interface Held {
  readonly value: string;
  readonly holders: number;
}

export interface Agreement {
  readonly level: 'missing' | 'same' | 'near' | 'partly' | 'other';
  readonly bits: number;
}

const missing: Agreement = { level: 'missing', bits: 0 };

export function compareEmails(a: Held, b: Held, population: Population): Agreement {
  const w = householdWeights.email;
  if (a.value === '' || b.value === '') return missing;
  if (a.value === b.value) {
    return { level: 'same', bits: agreementBits(w.same, chanceOfMark(a.holders, population, w.leastChance)) };
  }
  const isNear = isOneSlip(a.value, b.value) || isSameMailboxElsewhere(a.value, b.value);
  return isNear ? { level: 'near', bits: w.similar } : { level: 'other', bits: w.other };
}

/** A long name before the @ is a person's own, whoever carries the mail. */
function isSameMailboxElsewhere(a: string, b: string): boolean {
  const [nameOfA = '', domainOfA = ''] = a.split('@');
  const [nameOfB = '', domainOfB = ''] = b.split('@');
  if (domainOfA === domainOfB) return nameOfA.length > 5 && jaroWinkler(nameOfA, nameOfB) >= 0.95;
  return nameOfA.length > 5 && nameOfA === nameOfB;
}

export function comparePhones(a: Held, b: Held, population: Population): Agreement {
  const w = householdWeights.phone;
  if (a.value === '' || b.value === '') return missing;
  if (a.value === b.value) {
    return { level: 'same', bits: agreementBits(w.same, chanceOfMark(a.holders, population, w.leastChance)) };
  }
  return isOneSlip(a.value, b.value) ? { level: 'near', bits: w.oneDigit } : { level: 'other', bits: w.other };
}

export function compareAddresses(a: string, b: string): Agreement {
  const w = householdWeights.address;
  if (a === '' || b === '') return missing;
  const likeness = trigramLikeness(a, b);
  if (likeness >= 0.8 && isSameHouse(a, b)) return { level: 'same', bits: w.same };
  if (likeness >= 0.6) return { level: 'near', bits: w.near };
  return likeness >= 0.4 ? { level: 'partly', bits: w.partly } : { level: 'other', bits: w.other };
}

/** The first number of an address is its house, as a rule. */
function isSameHouse(a: string, b: string): boolean {
  const house = /\d+/;
  return house.exec(a)?.[0] === house.exec(b)?.[0];
}

/** By the numbers that both have under one name: the same one in any decides, else a slip in any. */
export function compareIdentifiers(a: Held, b: Held, population: Population): Agreement {
  const w = identifierWeights;
  if (a.value === '' || b.value === '') return missing;
  const ofB = new Map(b.value.split('\n').map(parted));
  const shared = a.value.split('\n').flatMap((line) => {
    const [name, id] = parted(line);
    const other = ofB.get(name);
    return other === undefined ? [] : [[id, other] as const];
  });
  if (shared.length === 0) return missing;
  if (shared.some(([id, other]) => id === other)) {
    return {
      level: 'same',
      bits: agreementBits(w.same, chanceOfMark(Math.max(a.holders, b.holders), population, w.leastChance)),
    };
  }
  const isNear = shared.some(([id, other]) => id.length > 5 && isOneSlip(id, other));
  return isNear ? { level: 'near', bits: w.oneSlip } : { level: 'other', bits: w.other };
}

function parted(line: string): [name: string, id: string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}
