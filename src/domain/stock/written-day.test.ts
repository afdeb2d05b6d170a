import { expect, it } from 'vitest';
import { writtenDay } from './written-day.ts';

it.each([
  ['2027-03-31', '2027-03-31'],
  ['2027/3/1', '2027-03-01'],
  ['2027-03-31 00:00:00', '2027-03-31'],
  ['2027-03-31T00:00:00.000Z', '2027-03-31'],
  ['31.03.2027', '2027-03-31'],
  ['3.4.2027', '2027-04-03'],
  ['31/03/2027', '2027-03-31'],
  ['03/31/2027', '2027-03-31'],
  ['04/04/2027', '2027-04-04'],
  ['31-Mar-2027', '2027-03-31'],
  ['March 31, 2027', '2027-03-31'],
  ['Feb 2028', '2028-02-29'],
  ['02/2027', '2027-02-28'],
  ['2027-02', '2027-02-28'],
  ['02.2027', '2027-02-28'],
])('%s is %s', (told, day) => {
  expect(writtenDay(told)).toEqual({ day });
});

it.each(['03/04/2027', '3-4-2027'])('%s may be two days', (told) => {
  expect(writtenDay(told)).toEqual({ problem: expect.stringMatching(/two days/) as string });
});

it.each(['31.03.27', '03/27', '', 'soon', '46112', 'Mars 31 2027 noon', '31 Mayhem', '12 2027'])(
  '%s is none',
  (told) => {
    expect(writtenDay(told)).toEqual({ problem: expect.stringMatching(/is not a day/) as string });
  },
);

it.each(['2027-02-29', '31.04.2027', '2027-13-01', '00/2027', '2027-01-00'])('there is no %s', (told) => {
  expect(writtenDay(told)).toEqual({ problem: expect.stringMatching(/no day/) as string });
});
