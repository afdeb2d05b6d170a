import { describe, expect, it } from 'vitest';
import { isConnectionFault, pauseBefore, retrying } from './retry.ts';

const lost = () => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

describe('connection faults', () => {
  it.each([
    ['08006', true],
    ['57P01', true],
    ['ECONNREFUSED', true],
    ['23505', false],
    ['42P01', false],
  ])('%s: %s', (code, is) => {
    expect(isConnectionFault(Object.assign(new Error('x'), { code }))).toBe(is);
  });

  it('are told by words where there is no code', () => {
    expect(isConnectionFault(new Error('Connection terminated unexpectedly'))).toBe(true);
    expect(isConnectionFault('Connection terminated')).toBe(false);
  });
});

describe('trying again', () => {
  it('makes the connection anew before each further try, and no more of them than allowed', async () => {
    const calls: string[] = [];
    const tries = retrying(
      {
        maxRetries: 2,
        again: async () => void calls.push('again'),
        onRetry: (attempt) => void calls.push(`retry ${attempt}`),
      },
      async () => {
        calls.push('work');
        throw lost();
      },
    );
    await expect(tries).rejects.toThrow('ECONNRESET');
    expect(calls).toEqual(['work', 'retry 1', 'again', 'work', 'retry 2', 'again', 'work']);
  });

  it('is not for what is no connection fault', async () => {
    let times = 0;
    const work = async () => {
      times += 1;
      throw new Error('a row is wrong');
    };
    const options = { maxRetries: 5, again: async () => undefined, onRetry: () => undefined };
    await expect(retrying(options, work)).rejects.toThrow('a row is wrong');
    expect(times).toBe(1);
  });

  it('waits twice as long each time, ten seconds at most', () => {
    expect([0, 1, 2, 20].map((attempt) => pauseBefore(attempt, 0.5))).toEqual([250, 500, 1_000, 10_000]);
  });
});
