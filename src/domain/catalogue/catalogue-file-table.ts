/**
 * Reads a table of text, row by row, in flat memory: header found by its column names, cells decoded and trimmed.
 * Guarantees: rows are numbered as a spreadsheet shows them, the file's first being 1; UTF-8 (with or without its mark)
 * and Windows-1252 are both read right, cell by cell. Refuses the whole file with BAD_USER_INPUT when the columns are
 * missing or the quoting is broken. Locks nothing.
 */
import { Readable, pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { Refusal } from '../../refusal.ts';

export type FileChunks = AsyncIterable<Uint8Array>;

export interface TableRow {
  readonly row: number;
  /** Cells by loose column name, see `looseName`; empty cells are left out. */
  readonly cells: ReadonlyMap<string, string>;
  /** What the file itself calls its columns, by loose name. */
  readonly headers: ReadonlyMap<string, string>;
  /** Filled cells that stand under no column. */
  readonly surplus: number;
}

export interface TableForm {
  /** What people call the file, for messages. */
  readonly file: string;
  /** The columns it must have, each by any of its names. */
  readonly required: readonly (readonly string[])[];
  /** A tab-separated file in which quotation marks mean nothing; else comma, semicolon or tab, with quoting. */
  readonly plainTabs?: boolean;
}

const longestRow = 1_000_000;
const headerWithin = 10;
const replacedInWindows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** "Brand name", "brand_name" and "brandName" are one column. */
export function looseName(text: string): string {
  return text.toLowerCase().replace(/[^a-z]/g, '');
}

export async function* readTable(source: FileChunks, form: TableForm): AsyncGenerator<TableRow> {
  let columns: string[] | null = null;
  let headers: ReadonlyMap<string, string> = new Map();
  let row = 0;
  for await (const raw of rawRows(source, form)) {
    row += 1;
    const cells = raw.map(decode);
    if (columns !== null) {
      if (cells.some((cell) => cell !== '')) yield { row, headers, ...tableCells(columns, cells) };
      continue;
    }
    const names = cells.map(looseName);
    if (form.required.every((anyOf) => anyOf.some((name) => names.includes(looseName(name))))) {
      columns = checkedColumns(names, form);
      headers = new Map(names.map((name, index) => [name, cells[index] ?? '']));
    } else if (row === headerWithin) break;
  }
  if (columns === null) {
    const wanted = form.required.map(([name]) => name).join(', ');
    throw unreadable(form, `has no header row with the columns ${wanted}`);
  }
}

function tableCells(columns: readonly string[], values: readonly string[]): Pick<TableRow, 'cells' | 'surplus'> {
  const cells = new Map<string, string>();
  for (const [index, name] of columns.entries()) {
    const value = values[index] ?? '';
    if (name !== '' && value !== '') cells.set(name, value);
  }
  return { cells, surplus: values.slice(columns.length).filter((value) => value !== '').length };
}

function checkedColumns(names: string[], form: TableForm): string[] {
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
  if (twice !== undefined) throw unreadable(form, `has two columns "${twice}"; keep one`);
  return names;
}

async function* rawRows(source: FileChunks, form: TableForm): AsyncGenerator<string[]> {
  const { start, rest } = await firstLines(source);
  // Bytes become characters one to one here, so that no multi-byte character is cut; `decode` reads them for good.
  const parser = parse({
    encoding: 'latin1',
    delimiter: form.plainTabs === true ? '\t' : likeliestDelimiter(start),
    quote: form.plainTabs === true ? null : '"',
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: longestRow,
  });
  pipeline(Readable.from(rest), parser, () => undefined);
  try {
    for await (const cells of parser as AsyncIterable<string[]>) yield cells;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw unreadable(form, `cannot be read as a table: ${error.message}`);
  }
}

/** The first lines, among which the header stands, and all bytes, these included. */
async function firstLines(source: FileChunks): Promise<{ start: string; rest: AsyncGenerator<Uint8Array> }> {
  const chunks = source[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let start = '';
  while (start.split('\n').length <= headerWithin && start.length < longestRow) {
    const next = await chunks.next();
    if (next.done === true) break;
    seen.push(next.value);
    start += Buffer.from(next.value).toString('latin1');
  }
  async function* rest(): AsyncGenerator<Uint8Array> {
    try {
      yield* seen;
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
    } finally {
      await chunks.return?.();
    }
  }
  return { start: start.split('\n', headerWithin).join('\n'), rest: rest() };
}

function likeliestDelimiter(lines: string): string {
  const count = (delimiter: string): number => lines.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

function decode(cell: string): string {
  if (/^[\x00-\x7f]*$/.test(cell)) return cell.trim();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(cell, 'latin1')).trim();
  } catch {
    // Not every Node.js 20 knows Windows-1252's own signs: its decoder reads 0x80 to 0x9f as Latin-1 does.
    return cell.replace(/[\u0080-\u009f]/g, (sign) => replacedInWindows1252[sign.charCodeAt(0) - 0x80] ?? sign).trim();
  }
}

function unreadable(form: TableForm, why: string): Refusal {
  return new Refusal('BAD_USER_INPUT', `The ${form.file} ${why}.`, { field: 'file' });
}
