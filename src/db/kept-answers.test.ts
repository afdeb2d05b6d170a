import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { KeptAnswers } from './kept-answers.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('an answer is worked out once in half a minute, for all who ask the same', async () => {
  const answers = new KeptAnswers<number>();
  const workOut = vi.fn(async () => workOut.mock.calls.length);
  expect(await Promise.all([answers.get('a', workOut), answers.get('a', workOut)])).toEqual([1, 1]);
  expect(await answers.get('b', workOut)).toBe(2);
  vi.advanceTimersByTime(29_999);
  expect(await answers.get('a', workOut)).toBe(1);
  vi.advanceTimersByTime(1);
  expect(await answers.get('a', workOut)).toBe(3);
});

test('a failure is not kept', async () => {
  const answers = new KeptAnswers<string>();
  await expect(answers.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await answers.get('a', async () => 'back')).toBe('back');
});
