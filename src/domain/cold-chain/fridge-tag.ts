/**
 * A Fridge-tag: of each day the lowest and highest temperature, the minutes out of each limit, and when it alarmed, which
 * it does after so many minutes without a break. Where it tells its temperatures besides (the models with a log), only
 * the time up to an alarm is taken from the days, for that it was out without a break; else each day's minutes are laid
 * where they must have been: up to an alarm, on from midnight where the alarm lasted over it, around the day's extreme.
 * Pure.
 */
import { wallTime } from './local-time.ts';
import type { LoggerHeader } from './logger-header.ts';
import { hundredthsOf, type LoggerFacts, type ToCelsius } from './logger-facts.ts';
import { minute, type LoggerAlarm, type Side, type WatchedPeriod } from './out-periods.ts';

const dayLength = 24 * 60 * minute;
const sides = [
  { number: '0', side: 'BELOW', worst: 'Min T', best: 'Max T' },
  { number: '1', side: 'ABOVE', worst: 'Max T', best: 'Min T' },
] as const;

/** A day, as far as it was watched, on one side. */
interface Day {
  readonly from: number;
  readonly to: number;
  /** In ms. */
  readonly out: number;
  readonly alarmedAt: number | null;
  readonly worstAt: number;
  readonly bestAt: number;
  readonly extreme: number | null;
}

export function fridgeTagWatch(header: LoggerHeader, celsius: ToCelsius, hasLog: boolean): LoggerFacts | null {
  const until = wallTime(header.value('Hist', 'TS Report Creation'));
  const active = wallTime(header.value('Hist', 'TS Actv'));
  const days = dayNumbers(header);
  const [oldest] = days;
  if (until === null || active === null || oldest === undefined) return null;
  const from = Math.max(active, oldest.date);
  const alarms = sides.flatMap(({ number, side, worst, best }): LoggerAlarm[] => {
    const limit = hundredthsOf(celsius(header.value(`Conf/Alarm/${number}`, 'T AL')));
    if (limit === null) return [];
    const minutes = Number(header.value(`Conf/Alarm/${number}`, 't AL'));
    const watched = days.map((day) => dayOf(header, day, { number, worst, best, celsius }, { from, until }));
    const periods = hasLog ? alarmTimes(watched, minutes) : merged(outOfDays(watched, minutes), side, until);
    return [{ side, limit, counts: 'CONSECUTIVE', minutes, periods, total: null }];
  });
  return { watch: { from, until, alarms }, extremes: days.flatMap((day) => extremesOf(header, day, celsius)) };
}

interface DayNumber {
  readonly number: string;
  readonly text: string;
  readonly date: number;
}

/** The oldest first; the file has them the other way round. */
function dayNumbers(header: LoggerHeader): DayNumber[] {
  const numbers = header.under('Hist').flatMap((fields) => [...fields.keys()].filter((name) => /^\d+$/.test(name)));
  return numbers
    .flatMap((number) => {
      const text = header.value(`Hist/${number}`, 'Date');
      const date = wallTime(`${text} 00:00`);
      return date === null ? [] : [{ number, text, date }];
    })
    .sort((a, b) => a.date - b.date);
}

interface SideOfDay {
  readonly number: string;
  readonly worst: string;
  readonly best: string;
  readonly celsius: ToCelsius;
}

function dayOf(
  header: LoggerHeader,
  { number, text, date }: DayNumber,
  side: SideOfDay,
  watch: { readonly from: number; readonly until: number },
): Day {
  const path = `Hist/${number}`;
  const alarm = `${path}/Alarm/${side.number}`;
  const at = (where: string, name: string) => wallTime(`${text} ${header.value(where, name)}`);
  return {
    from: Math.max(date, watch.from),
    to: Math.min(date + dayLength, watch.until),
    out: Number(header.value(alarm, 't Acc')) * minute,
    alarmedAt: at(alarm, 'TS A'),
    worstAt: at(path, `TS ${side.worst}`) ?? date,
    bestAt: at(path, `TS ${side.best}`) ?? date,
    extreme: hundredthsOf(side.celsius(header.value(path, side.worst))),
  };
}

/** An alarm at midnight is one of the day before that goes on. */
const goesOnFromBefore = (day: Day | undefined): boolean =>
  day !== undefined && day.alarmedAt === day.from && day.out > 0;

function alarmTimes(days: readonly Day[], minutes: number): WatchedPeriod[] {
  return days.flatMap((day) => {
    const { alarmedAt, extreme } = day;
    if (alarmedAt === null) return [];
    const from = goesOnFromBefore(day) ? alarmedAt : alarmedAt - minutes * minute;
    return [{ from, to: alarmedAt, lasts: true, alarmedAt, extreme }];
  });
}

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly day: Day;
}

function outOfDays(days: readonly Day[], minutes: number): Piece[] {
  return days.flatMap((day, index) => {
    const pieces = placed(day, minutes, goesOnFromBefore(days[index + 1]));
    return pieces.map(([from, to]) => ({ from, to, day }));
  });
}

function placed(day: Day, minutes: number, goesOn: boolean): (readonly [number, number])[] {
  const { from, to, out, alarmedAt } = day;
  if (out <= 0) return [];
  if (out >= to - from) return [[from, to]];
  if (goesOnFromBefore(day)) {
    if (!goesOn) return [[from, from + out]];
    const inside = to - from - out;
    const start = clamp(day.bestAt - inside / 2, from, to - inside);
    return [
      [from, start],
      [start + inside, to],
    ];
  }
  if (goesOn) return [[to - out, to]];
  const start = alarmedAt === null ? day.worstAt - out / 2 : alarmedAt - minutes * minute;
  const begins = clamp(start, from, to - out);
  return [[begins, begins + out]];
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

/** What goes on over midnight is one. */
function merged(pieces: readonly Piece[], side: Side, until: number): WatchedPeriod[] {
  const periods: WatchedPeriod[] = [];
  for (const { from, to, day } of pieces) {
    const last = periods.at(-1);
    const { alarmedAt, extreme } = day;
    const lasts = to === until;
    if (last === undefined || last.to !== from) periods.push({ from, to, lasts, alarmedAt, extreme });
    else {
      const worse = worst(side, last.extreme, extreme);
      periods[periods.length - 1] = { ...last, to, lasts, alarmedAt: last.alarmedAt ?? alarmedAt, extreme: worse };
    }
  }
  return periods;
}

function worst(side: Side, one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return side === 'BELOW' ? Math.min(one, other) : Math.max(one, other);
}

function extremesOf(header: LoggerHeader, { number, text }: DayNumber, celsius: ToCelsius) {
  const path = `Hist/${number}`;
  return (['Min T', 'Max T'] as const).flatMap((name) => {
    const measured = celsius(header.value(path, name));
    const time = header.value(path, `TS ${name}`);
    return measured === null || time === '' ? [] : [{ time: `${text} ${time}`, celsius: measured }];
  });
}
