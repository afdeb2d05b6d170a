/** Many clients at one counter: each takes the next piece of work as soon as it has done its last. */
export async function crowd<T, R>(
  clients: number,
  tasks: readonly T[],
  work: (task: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(tasks.length);
  const queue = tasks.entries();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (const [index, task] of queue) results[index] = await work(task, index);
    }),
  );
  return results;
}

/** Works on until told otherwise; answers how often. */
export async function crowdWhile(
  clients: number,
  goesOn: () => boolean,
  work: () => Promise<unknown>,
): Promise<number> {
  let done = 0;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (goesOn()) {
        await work();
        done += 1;
      }
    }),
  );
  return done;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** How many of each. */
export function tally(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
