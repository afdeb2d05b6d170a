/** A Q-tag CLm doc: alarms of one event, and of all minutes together, with each event to the minute. Pure. */
import { wallTime } from './local-time.ts';
import type { Fields, LoggerHeader } from './logger-header.ts';
import { hundredthsOf, type LoggerFacts, type ToCelsius } from './logger-facts.ts';
import { minute, type LoggerAlarm, type WatchedPeriod } from './out-periods.ts';

const kinds: ReadonlyMap<string, Pick<LoggerAlarm, 'side' | 'counts'>> = new Map([
  ['1', { side: 'BELOW', counts: 'CONSECUTIVE' }],
  ['2', { side: 'ABOVE', counts: 'CONSECUTIVE' }],
  ['3', { side: 'BELOW', counts: 'TOTAL' }],
  ['4', { side: 'ABOVE', counts: 'TOTAL' }],
]);

export function qTagWatch(header: LoggerHeader, celsius: ToCelsius): LoggerFacts | null {
  const from = wallTime(header.value('Res', 'TS Start'));
  const until = wallTime(header.value('Res', 'TS Stop'));
  if (from === null || until === null) return null;
  const numbers = header.under('Conf/Alarm').flatMap((fields) => [...fields.keys()]);
  const events = numbers.flatMap((number) => header.under(`Res/Alarm/${number}`));
  const alarms = numbers.flatMap((number) => alarmOf(header, number, celsius) ?? []);
  const extremes = [
    ...header.under('Res').flatMap(rangeOf),
    ...events.map((event) => [event.get('TS M'), event.get('T M')]),
  ];
  return {
    watch: { from, until, alarms },
    extremes: extremes.flatMap(([time = '', told = '']) => {
      const measured = celsius(told);
      return time === '' || measured === null ? [] : [{ time, celsius: measured }];
    }),
  };
}

const rangeOf = (fields: Fields) =>
  (['Min T', 'Max T'] as const).map((name) => [fields.get(`TS ${name}`), fields.get(name)]);

function alarmOf(header: LoggerHeader, number: string, celsius: ToCelsius): LoggerAlarm | null {
  const path = `Conf/Alarm/${number}`;
  const kind = kinds.get(header.value(path, 'Type'));
  const limit = hundredthsOf(celsius(header.value(path, 'T AL')));
  if (kind === undefined || limit === null) return null;
  const events = header.under(`Res/Alarm/${number}`).flatMap((event) => periodOf(event, celsius) ?? []);
  const alarm = { ...kind, limit, minutes: Number(header.value(path, 't AL')) };
  if (kind.counts === 'CONSECUTIVE') return { ...alarm, periods: events, total: null };
  const [event] = events;
  const total = event === undefined ? null : { minutes: (event.to - event.from) / minute, alarmedAt: event.alarmedAt };
  return { ...alarm, periods: [], total };
}

function periodOf(event: Fields, celsius: ToCelsius): WatchedPeriod | null {
  const from = wallTime(event.get('TS S') ?? '');
  const minutes = Number(event.get('t A') ?? '');
  if (from === null || !Number.isInteger(minutes)) return null;
  const end = wallTime(event.get('TS E') ?? '');
  const to = end ?? from + minutes * minute;
  const extreme = hundredthsOf(celsius(event.get('T M') ?? ''));
  return { from, to, lasts: end === null, alarmedAt: wallTime(event.get('TS A') ?? ''), extreme };
}
