const minute = 60;
const hour = 60 * minute;
const dayLong = 24 * hour;

/** "40 s", "12 min", "3.5 h", "2.1 days": seconds as people say them. */
export function duration(seconds: number): string {
  if (seconds < minute) return `${Math.round(seconds)} s`;
  if (seconds < hour) return `${Math.round(seconds / minute)} min`;
  if (seconds < 2 * dayLong) return `${(seconds / hour).toFixed(1)} h`;
  return `${(seconds / dayLong).toFixed(1)} days`;
}
