import { describe, expect, it } from 'vitest';
import { blockingKeys, blockingKinds } from './blocking-keys.ts';
import { identityOf, type PatientFacts } from './identity.ts';

const ada: PatientFacts = {
  firstName: 'Ada',
  lastName: 'Thornbury',
  birthDate: '1971-03-09',
  sex: 'F',
  email: 'ada@example.com',
  phone: '555 111 2222',
  address: '4 Mill Street, Ashton, 20311',
  externalIds: { ssn: '123456789' },
};
const keys = (other: Partial<PatientFacts>) => blockingKeys(identityOf({ ...ada, ...other }));
const shared = (other: Partial<PatientFacts>) =>
  blockingKinds.filter((kind) => keys(other)[kind] !== '' && keys(other)[kind] === keys({})[kind]);

describe('records share a key though', () => {
  it.each<[string, Partial<PatientFacts>]>([
    ['the names are swapped', { firstName: 'Thornbury', lastName: 'Ada' }],
    ['the surname is another, and the day', { lastName: 'Millman', birthDate: '1971-03-19' }],
    ['the first name is another, and the year', { firstName: 'Bea', birthDate: '1917-03-09' }],
    ['the birth date is missing', { birthDate: null }],
    ['the names are missing', { firstName: null, lastName: null }],
    [
      'all but the e-mail is another',
      { firstName: 'B', lastName: 'C', birthDate: null, phone: null, address: null, externalIds: null },
    ],
    [
      'all but the phone is another',
      { firstName: 'B', lastName: 'C', birthDate: null, email: null, address: null, externalIds: null },
    ],
    [
      'all but the number is another',
      { firstName: 'B', lastName: 'C', birthDate: null, email: null, address: null, phone: null },
    ],
    [
      'all but the house is another',
      { firstName: 'B', lastName: 'C', birthDate: null, email: null, externalIds: null, phone: null },
    ],
  ])('%s', (_, other) => {
    expect(shared(other)).not.toEqual([]);
  });
});

it('records that hold nothing have no key', () => {
  const nothing = {
    firstName: null,
    lastName: null,
    birthDate: null,
    sex: null,
    email: null,
    phone: null,
    address: null,
    externalIds: null,
  };
  expect(Object.values(keys(nothing)).every((key) => key === '')).toBe(true);
});
