import { expect, test } from 'vitest';
import { Gate, GateBusy } from './gate.ts';

function opened() {
  let settle: { resolve: () => void; reject: (error: Error) => void } | undefined;
  const work = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  if (settle === undefined) throw new Error('A promise did not run');
  return { work: () => work, ...settle };
}

test('lets in so many at once, the others in order', async () => {
  const gate = new Gate(1);
  const first = opened();
  const order: string[] = [];
  const all = [
    gate.run('a', first.work).then(() => order.push('first')),
    gate.run('a', async () => order.push('second')),
    gate.run('a', async () => order.push('third')),
    gate.run('b', async () => order.push('another key')),
  ];
  await all[3];
  first.resolve();
  await Promise.all(all);
  expect(order).toEqual(['another key', 'first', 'second', 'third']);
});

test('refuses who has waited too long, and stays open for the next', async () => {
  const gate = new Gate(1, 5);
  const first = opened();
  const running = gate.run('a', first.work);
  await expect(gate.run('a', async () => 'never')).rejects.toThrow(GateBusy);
  first.resolve();
  await running;
  await expect(gate.run('a', async () => 'now')).resolves.toBe('now');
});

test.each([
  [true, 'the lock is not to be had'],
  [false, 'done'],
])('what the next would meet too (%s) ends all who wait', async (isMetByAll, outcome) => {
  const gate = new Gate(1);
  const first = opened();
  const said = (work: Promise<unknown>) => work.then(String, (error: unknown) => (error as Error).message);
  const running = said(gate.run('a', first.work, () => isMetByAll));
  const waiting = [said(gate.run('a', async () => 'done')), said(gate.run('a', async () => 'done'))];
  first.reject(new Error('the lock is not to be had'));
  expect(await running).toBe('the lock is not to be had');
  expect(await Promise.all(waiting)).toEqual([outcome, outcome]);
  await expect(gate.run('a', async () => 'afterwards')).resolves.toBe('afterwards');
});
