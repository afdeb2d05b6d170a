/** Two transactions in a set order: the first has done its work and holds its locks while the second runs or waits. */
import type { Actor } from '../src/actor.ts';
import type { Tx } from '../src/db/in-transaction.ts';
import type { TestClinic } from './clinic.ts';

type Work<T> = (tx: Tx) => Promise<T>;

/** The first commits as soon as the second is done, or waits for a lock. */
export async function oneThenTheOther<A, B>(
  clinic: TestClinic,
  first: { readonly as: Actor; readonly work: Work<A> },
  second: { readonly as: Actor; readonly work: Work<B> },
): Promise<[PromiseSettledResult<A>, PromiseSettledResult<B>]> {
  let other: Promise<B> | undefined;
  const one = clinic.as(first.as, async (tx) => {
    const result = await first.work(tx);
    other = clinic.as(second.as, second.work);
    let isDone = false;
    const done = other.then(
      () => (isDone = true),
      () => (isDone = true),
    );
    await Promise.race([done, untilSomebodyWaits(clinic, () => isDone)]);
    return result;
  });
  const [done] = await Promise.allSettled([one]);
  if (other === undefined) throw new Error('The first transaction failed before the second began');
  const [after] = await Promise.allSettled([other]);
  return [done, after];
}

export async function untilSomebodyWaits(clinic: TestClinic, isOver: () => boolean): Promise<void> {
  // Not pg_stat_activity's wait_event: that is shown of one's own sessions only.
  const waiting = `SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database()`;
  while (!isOver() && (await clinic.all(waiting)).length === 0);
}
