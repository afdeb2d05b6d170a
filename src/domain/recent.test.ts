import { describe, expect, test } from 'vitest';
import { Recent } from './recent.ts';

/** What a follower meets from a number on, to the end. */
function met(recent: Recent<string>, from: number): string[] {
  const rows: string[] = [];
  for (let number = from; ;) {
    const next = recent.after(number);
    if (next === 'BEHIND') return [...rows, next];
    if (next === null) return rows;
    rows.push(next.row);
    number = next.number;
  }
}

describe('a follower', () => {
  test('meets all that came after its number, in order', () => {
    const recent = new Recent<string>(10, 100);
    for (const number of [101, 103, 110]) recent.append(number, `key ${number}`, `row ${number}`);
    expect(met(recent, 100)).toEqual(['row 101', 'row 103', 'row 110']);
    expect(met(recent, 102)).toEqual(['row 103', 'row 110']);
    expect(met(recent, 110)).toEqual([]);
    expect(met(recent, 500)).toEqual([]);
    expect(recent.last).toBe(110);
  });

  test('that comes from before the stream was followed here is behind', () => {
    expect(met(new Recent<string>(10, 100), 99)).toEqual(['BEHIND']);
    expect(met(new Recent<string>(10, 100), 100)).toEqual([]);
  });

  test('meets the newest of each key once', () => {
    const recent = new Recent<string>(10, 0);
    recent.append(1, 'a', 'a1');
    recent.append(2, 'b', 'b2');
    recent.append(3, 'a', 'a3');
    expect(met(recent, 0)).toEqual(['b2', 'a3']);
    expect(met(recent, 1)).toEqual(['b2', 'a3']);
    recent.append(4, 'b', 'b4');
    expect(met(recent, 2)).toEqual(['a3', 'b4']);
  });

  test('falls behind when what it has not met is dropped, and only then', () => {
    const recent = new Recent<string>(3, 0);
    for (let number = 1; number <= 6; number += 1) recent.append(number, String(number), `row ${number}`);
    expect(met(recent, 3)).toEqual(['row 4', 'row 5', 'row 6']);
    expect(met(recent, 2)).toEqual(['BEHIND']);
  });

  test('is not behind for keys that change again and again', () => {
    const recent = new Recent<string>(3, 0);
    for (let number = 1; number <= 1_000; number += 1) recent.append(number, String(number % 3), `row ${number}`);
    expect(met(recent, 0)).toEqual(['row 998', 'row 999', 'row 1000']);
  });
});

test('numbers only rise', () => {
  const recent = new Recent<string>(3, 5);
  expect(() => {
    recent.append(5, 'a', 'a');
  }).toThrow('5 comes after 5');
});

test('who waits is woken by what is appended, or by its own end', async () => {
  const recent = new Recent<string>(3, 0);
  const [one, two] = [new AbortController(), new AbortController()];
  const woken: string[] = [];
  const waits = [
    recent.moved(one.signal).then(() => woken.push('one')),
    recent.moved(two.signal).then(() => woken.push('two')),
  ];
  one.abort();
  await waits[0];
  expect(woken).toEqual(['one']);
  recent.append(1, 'a', 'a');
  await waits[1];
  expect(woken).toEqual(['one', 'two']);
  await recent.moved(one.signal);
});
