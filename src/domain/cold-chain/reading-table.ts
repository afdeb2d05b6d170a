/**
 * Reads a plain CSV of temperatures: a column of times ("measured at", "timestamp", "time", "date time") and one of
 * temperatures ("celsius", "temperature", "temp"; "fahrenheit" is converted). Times carry an offset, or are those of the
 * clock at the place, year first. Guarantees: rows are numbered as a spreadsheet shows them. Refuses the file as
 * `readTable` does.
 */
import { looseName, readTable, type FileChunks } from '../catalogue/catalogue-file-table.ts';
import { fromFahrenheit, type LoggerRow } from './logger-file.ts';

const times = ['measuredAt', 'timestamp', 'dateTime', 'time', 'date'];
const celsius = ['celsius', 'temperature', 'temperatureC', 'temp', 'tempC'];
const fahrenheit = ['fahrenheit', 'temperatureF', 'tempF'];

export async function* readReadingTable(source: FileChunks): AsyncGenerator<LoggerRow> {
  const form = { file: 'CSV of temperatures', required: [times, [...celsius, ...fahrenheit]] };
  for await (const { row, cells } of readTable(source, form)) {
    const cell = (names: readonly string[]) =>
      names.map((name) => cells.get(looseName(name))).find((value) => value !== undefined);
    const inFahrenheit = cell(fahrenheit);
    const told = number(cell(celsius) ?? inFahrenheit ?? '');
    const isFahrenheit = cell(celsius) === undefined && inFahrenheit !== undefined;
    yield { line: row, time: cell(times) ?? '', celsius: isFahrenheit && told !== null ? fromFahrenheit(told) : told };
  }
}

function number(told: string): string | null {
  const text = told
    .replace(/\s*°?\s*[CF]$/i, '')
    .replace(',', '.')
    .replace(/^\+/, '');
  return /^-?\d{1,4}(\.\d{1,4})?$/.test(text) ? text : null;
}
