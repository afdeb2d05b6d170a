/**
 * For complaints that come in swarms: a database that is lost is met by every connection to it at once. The first is told;
 * of those that come within `ms` after it only how many they were, with the next one that is told.
 */
/** Between two words on what is away: a worker has said 24 in the first second without this, and one a second from then on. */
export const complainMs = 10_000;

export function atMostOnce<T>(ms: number, tell: (what: T, untold: number) => void): (what: T) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  let untold = 0;
  return (what) => {
    const now = performance.now();
    if (now - toldAt < ms) {
      untold += 1;
      return;
    }
    tell(what, untold);
    toldAt = now;
    untold = 0;
  };
}
