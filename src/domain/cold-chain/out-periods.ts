/**
 * When a storage unit was out of its limits, from its readings and from what loggers say: the same whatever the order in
 * which they arrived. At the limit is inside. A reading stands until the next one; the last one out of limits for an hour
 * at most where a reading inside follows, but two out of limits with none between them are one period, however far apart:
 * nobody can say otherwise. Of what a logger has watched by itself, its word counts. Pure. Temperatures are in hundredths
 * of a degree, times in ms, so that both are whole numbers.
 */
export interface Limits {
  /** In force from then on. */
  readonly since: number;
  readonly min: number;
  readonly max: number;
  readonly graceMinutes: number;
}

export interface Reading {
  readonly at: number;
  readonly hundredths: number;
}

export type Side = 'BELOW' | 'ABOVE';

/** Out of a logger's limit without a break. */
export interface WatchedPeriod {
  readonly from: number;
  /** As far as the logger knows. */
  readonly to: number;
  readonly lasts: boolean;
  /** Null: it was too short for an alarm. */
  readonly alarmedAt: number | null;
  /** The lowest or highest, where it is told. */
  readonly extreme: number | null;
}

/** An alarm as it was set, and the periods out of it. */
export interface LoggerAlarm {
  readonly side: Side;
  readonly limit: number;
  /** TOTAL sums up all minutes since the logger was started; it has no periods of its own. */
  readonly counts: 'CONSECUTIVE' | 'TOTAL';
  readonly minutes: number;
  readonly periods: readonly WatchedPeriod[];
  /** Of a TOTAL that has alarmed. */
  readonly total: { readonly minutes: number; readonly alarmedAt: number | null } | null;
}

export interface Watch {
  readonly from: number;
  readonly until: number;
  readonly alarms: readonly LoggerAlarm[];
}

export interface OutPeriod {
  readonly from: number;
  /** The last instant that is known to be out. */
  readonly to: number;
  readonly lasts: boolean;
  readonly lowest: number;
  readonly highest: number;
  /** In force when it began. */
  readonly limits: Limits;
  /** A logger has alarmed of it. */
  readonly isAlarm: boolean;
  readonly isWatched: boolean;
}

export const minute = 60_000;
const longestWord = 60 * minute;

interface Observation {
  readonly at: number;
  readonly isOut: boolean;
  readonly hundredths: number | null;
  readonly isAlarm: boolean;
  readonly isWatched: boolean;
}

/** `limits` and `readings` in ascending order of time. */
export function outPeriods(
  limits: readonly Limits[],
  readings: readonly Reading[],
  watches: readonly Watch[],
): OutPeriod[] {
  const watched = watches.flatMap(({ alarms }) => alarms.flatMap((alarm) => watchedOf(alarm, limits)));
  const told = readings.map((reading) => observationOf(reading, limits, watched));
  // A watched period is out up to its very end.
  const all = [...watched.flatMap(edgesOf), ...told].sort((a, b) => a.at - b.at || Number(b.isOut) - Number(a.isOut));
  return fold(all, limits);
}

/** What is longer than the grace, or what a logger has alarmed of after as long. */
export function isExcursion(period: OutPeriod, watches: readonly Watch[]): boolean {
  const out = period.to - period.from;
  const grace = period.limits.graceMinutes * minute;
  if (period.isAlarm && out >= grace) return true;
  return out > grace && !hadBreak(period, watches);
}

/** Whole ones. */
export function minutesOf({ from, to }: { readonly from: number; readonly to: number }): number {
  return Math.floor((to - from) / minute);
}

export function limitsAt(limits: readonly Limits[], at: number): Limits | null {
  return limits.findLast(({ since }) => since <= at) ?? null;
}

function isOut({ at, hundredths }: Reading, limits: readonly Limits[]): boolean {
  const inForce = limitsAt(limits, at);
  return inForce !== null && (hundredths < inForce.min || hundredths > inForce.max);
}

interface Watched extends WatchedPeriod {
  /** The logger's limit is the unit's: where its period ends, the unit is inside. */
  readonly isExact: boolean;
  readonly hundredths: number;
}

/** Those that are out of the unit's limits for certain. */
function watchedOf(alarm: LoggerAlarm, limits: readonly Limits[]): Watched[] {
  return alarm.periods.flatMap((period) => {
    const inForce = limitsAt(limits, period.from);
    if (inForce === null) return [];
    const ours = alarm.side === 'BELOW' ? inForce.min : inForce.max;
    const isCertain = alarm.side === 'BELOW' ? alarm.limit <= ours : alarm.limit >= ours;
    const hundredths = period.extreme ?? alarm.limit;
    return isCertain ? [{ ...period, isExact: alarm.limit === ours, hundredths }] : [];
  });
}

function edgesOf(period: Watched): Observation[] {
  const { from, to, hundredths, alarmedAt } = period;
  const out = { isOut: true, hundredths, isAlarm: alarmedAt !== null, isWatched: true };
  const end = { at: to, isOut: false, hundredths: null, isAlarm: false, isWatched: true };
  return [{ ...out, at: from }, { ...out, at: to }, ...(period.isExact && !period.lasts ? [end] : [])];
}

function observationOf(reading: Reading, limits: readonly Limits[], watched: readonly Watched[]): Observation {
  const { at, hundredths } = reading;
  const within = watched.some(({ from, to }) => from <= at && at < to);
  return { at, hundredths, isOut: within || isOut(reading, limits), isAlarm: false, isWatched: false };
}

function fold(observations: readonly Observation[], limits: readonly Limits[]): OutPeriod[] {
  const periods: OutPeriod[] = [];
  let open: OutPeriod | null = null;
  for (const seen of observations) {
    if (seen.isOut) open = open === null ? opened(seen, limits) : longer(open, seen);
    else if (open !== null) {
      periods.push({ ...open, to: Math.max(open.to, Math.min(seen.at, open.to + longestWord)), lasts: false });
      open = null;
    }
  }
  return open === null ? periods : [...periods, open];
}

function opened({ at, hundredths, isAlarm, isWatched }: Observation, limits: readonly Limits[]): OutPeriod {
  const inForce = limitsAt(limits, at);
  if (inForce === null || hundredths === null) throw new Error('what is out of limits has limits and a temperature');
  return {
    ...{ from: at, to: at, lasts: true, lowest: hundredths, highest: hundredths },
    ...{ limits: inForce, isAlarm, isWatched },
  };
}

function longer(open: OutPeriod, { at, hundredths, isAlarm, isWatched }: Observation): OutPeriod {
  return {
    ...open,
    to: at,
    lowest: Math.min(open.lowest, hundredths ?? open.lowest),
    highest: Math.max(open.highest, hundredths ?? open.highest),
    isAlarm: open.isAlarm || isAlarm,
    isWatched: open.isWatched || isWatched,
  };
}

/**
 * A logger with the unit's limit watched all of it and did not alarm: between two of the temperatures that it has told it
 * measured others inside.
 */
function hadBreak(period: OutPeriod, watches: readonly Watch[]): boolean {
  if (period.isWatched) return false;
  const { min, max, graceMinutes } = period.limits;
  const isWatchedFor = (side: Side, limit: number) =>
    watches.some(
      ({ from, until, alarms }) =>
        from <= period.from &&
        period.to <= until &&
        alarms.some(
          (alarm) =>
            alarm.counts === 'CONSECUTIVE' &&
            alarm.side === side &&
            alarm.limit === limit &&
            alarm.minutes <= graceMinutes,
        ),
    );
  return (period.lowest >= min || isWatchedFor('BELOW', min)) && (period.highest <= max || isWatchedFor('ABOVE', max));
}
