import { describe, expect, it } from 'vitest';
import { identityOf, type PatientFacts } from './identity.ts';

const nobody: PatientFacts = {
  firstName: null,
  lastName: null,
  birthDate: null,
  sex: null,
  email: null,
  phone: null,
  address: null,
  externalIds: null,
};
const of = (facts: Partial<PatientFacts>) => identityOf({ ...nobody, ...facts });

it('of a record that holds nothing is empty', () => {
  expect(Object.values(of({}))).toEqual(['', '', '', '', '', '', '', '', '']);
});

describe('names', () => {
  it.each([
    ['  José  MARÍA ', 'jose maria'],
    ["O'Brien-Smith", 'obrien smith'],
    ['Größe', 'grosse'],
    ['Łukasz Ørsted', 'lukasz orsted'],
    ['Dr. Anna', 'anna'],
    ['Dr', 'dr'],
    ['Мария', 'мария'],
    ['unknown', ''],
    ['Baby Girl', ''],
    ['Baby Anna', 'baby anna'],
    ['123', ''],
    ['???', ''],
  ])('%j is %j', (firstName, first) => {
    expect(of({ firstName }).first).toBe(first);
  });

  it.each([
    ['Otto', 'King Jr.', 'king', 'jr'],
    ['Otto', 'King, Senior', 'king', 'sr'],
    ['Otto', 'King III', 'king', 'iii'],
    ['Otto II', 'King', 'king', 'ii'],
    ['Otto', 'Junior', 'junior', ''],
    ['Otto', 'King', 'king', ''],
  ])('%s %s is of the generation that is told', (firstName, lastName, last, generation) => {
    expect(of({ firstName, lastName })).toMatchObject({ first: 'otto', last, generation });
  });
});

describe('other fields', () => {
  it.each<[Partial<PatientFacts>, object]>([
    [{ birthDate: '1971-03-09' }, { birth: '19710309' }],
    [{ sex: 'Female' }, { sex: 'f' }],
    [{ sex: 'W' }, { sex: 'f' }],
    [{ sex: ' m. ' }, { sex: 'm' }],
    [{ sex: 'X' }, { sex: '' }],
    [{ email: ' Ada+Clinic@Example.COM ' }, { email: 'ada@example.com' }],
    [{ email: 'none' }, { email: '' }],
    [{ email: 'a@b' }, { email: '' }],
    [{ phone: '+1 (555) 123-4567' }, { phone: '551234567' }],
    [{ phone: '555 123 4567' }, { phone: '551234567' }],
    [{ phone: '12345' }, { phone: '' }],
    [{ address: '4 Mill-Street, Ashton' }, { address: '4 mill street ashton' }],
    [{ externalIds: { b: 'X-1 2', a: 7, c: null, d: '', e: ['1'] } }, { ids: 'a=7\nb=x12' }],
    [{ externalIds: 'text' }, { ids: '' }],
  ])('%j', (facts, identity) => {
    expect(of(facts)).toMatchObject(identity);
  });
});
