/** Whether the work ended in time. What did not is left to itself; a failure in time is thrown. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, ms);
  });
  return Promise.race([work.then(() => true), tooLong]).finally(() => {
    clearTimeout(timer);
  });
}
