import { expect, it } from 'vitest';
import { refusalOf } from '../../../test/refusal-of.ts';
import { checkDays, lengthOf, partsOf, stretchesOf } from './days.ts';

it('cuts a range into parts that meet and do not overlap', () => {
  expect(partsOf({ from: '2027-02-27', to: '2027-03-04' }, 3)).toEqual([
    { from: '2027-02-27', to: '2027-03-01' },
    { from: '2027-03-02', to: '2027-03-04' },
  ]);
  expect(partsOf({ from: '2027-03-13', to: '2027-03-15' }, 2)).toEqual([
    { from: '2027-03-13', to: '2027-03-14' },
    { from: '2027-03-15', to: '2027-03-15' },
  ]);
  expect(partsOf({ from: '2027-01-01', to: '2027-01-01' }, 28)).toEqual([{ from: '2027-01-01', to: '2027-01-01' }]);
});

it('gathers days that lie near each other', () => {
  expect(stretchesOf([], 28)).toEqual([]);
  expect(stretchesOf(['2027-01-01', '2027-01-07', '2027-01-08', '2028-02-29'], 7)).toEqual([
    { from: '2027-01-01', to: '2027-01-07' },
    { from: '2027-01-08', to: '2027-01-08' },
    { from: '2028-02-29', to: '2028-02-29' },
  ]);
});

it.each([
  [{ from: '2027-01-02', to: '2027-01-01' }, 'BAD_USER_INPUT'],
  [{ from: '2027-01-01', to: '2037-01-08' }, 'BAD_USER_INPUT'],
])('refuses %j', async (days, code) => {
  expect((await refusalOf(Promise.resolve(days).then(checkDays))).code).toBe(code);
});

it('takes one day, and ten years', () => {
  checkDays({ from: '2027-01-01', to: '2027-01-01' });
  checkDays({ from: '2027-01-01', to: '2037-01-07' });
  expect(lengthOf({ from: '2027-01-01', to: '2037-01-07' })).toBe(3_660);
});
