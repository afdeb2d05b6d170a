/**
 * Reads an export of a Berlinger logger, line by line in flat memory: first what it says of itself (model, alarms, and the
 * periods out of them), then each temperature with the number of its line. Times are those of the clock at the place.
 * Refuses the whole file where it says nothing of itself, or writes times in another way. Locks nothing.
 */
import { Refusal } from '../../refusal.ts';
import { Exact, exact } from '../decimal.ts';
import { fridgeTagWatch } from './fridge-tag.ts';
import { LoggerHeader } from './logger-header.ts';
import type { LoggerAlarm } from './out-periods.ts';
import { qTagWatch } from './q-tag.ts';

export interface LoggerWatch {
  readonly model: string;
  readonly serialNumber: string;
  /** By the clock at the place, see local-time.ts; so are the periods of its alarms. */
  readonly from: number;
  readonly until: number;
  readonly alarms: readonly LoggerAlarm[];
}

/** Null: the logger measured nothing (its sensor was away). */
export interface LoggerRow {
  readonly line: number;
  readonly time: string;
  readonly celsius: string | null;
}

export interface LoggerFile {
  readonly watch: LoggerWatch;
  readonly rows: AsyncGenerator<LoggerRow>;
}

const dateForm = 'yyyy-MM-dd hh:mm';

export async function readLoggerFile(lines: AsyncIterator<string>): Promise<LoggerFile> {
  const header = new LoggerHeader();
  let line = 0;
  let table = false;
  for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
    line += 1;
    table = /^Data:/.test(next.value);
    if (table) break;
    if (!next.value.startsWith('\t') && next.value.trim() !== '') header.add(next.value);
  }
  const isFahrenheit = header.value('Conf', 'Temp unit') === 'F';
  const celsius = (told: string) => celsiusOf(told, isFahrenheit);
  const facts =
    header.value('Hist', 'TS Report Creation') === ''
      ? qTagWatch(header, celsius)
      : fridgeTagWatch(header, celsius, table);
  if (facts === null) {
    throw new Refusal('BAD_USER_INPUT', 'The file does not say when the logger was started and read out.', {
      field: 'file',
    });
  }
  const model = header.value('', 'Device').slice(0, 100);
  const serialNumber = header.value('Conf', 'Serial').slice(0, 100);
  return {
    watch: { model, serialNumber, ...facts.watch },
    rows: rowsOf(facts.extremes, table ? tableRows(lines, line, celsius) : null),
  };
}

async function* rowsOf(
  extremes: readonly Omit<LoggerRow, 'line'>[],
  table: AsyncGenerator<LoggerRow> | null,
): AsyncGenerator<LoggerRow> {
  for (const extreme of extremes) yield { line: 0, ...extreme };
  if (table !== null) yield* table;
}

/** Ends with the section; a certificate follows. */
async function* tableRows(
  lines: AsyncIterator<string>,
  before: number,
  celsius: (told: string) => string | null,
): AsyncGenerator<LoggerRow> {
  let line = before;
  for (let next = await lines.next(); next.done !== true && next.value.startsWith('\t'); next = await lines.next()) {
    line += 1;
    const [, time = '', told = ''] = next.value.split('\t').map((cell) => cell.trim());
    if (line > before + 1) yield { line, time, celsius: celsius(told) };
    else if (time !== dateForm) {
      throw new Refusal('BAD_USER_INPUT', `The file writes times as "${time}"; only ${dateForm} is read.`, {
        field: 'file',
      });
    }
  }
}

/** "+18.0"; null for "--.-". */
function celsiusOf(told: string, isFahrenheit: boolean): string | null {
  const number = told.replace(',', '.').replace(/^\+/, '');
  if (!/^-?\d{1,3}(\.\d{1,4})?$/.test(number)) return null;
  return isFahrenheit ? fromFahrenheit(number) : exact(number).toString();
}

export function fromFahrenheit(degrees: string): string {
  return exact(degrees).minus(32).times(5).div(9).toDecimalPlaces(2, Exact.ROUND_HALF_UP).toString();
}
