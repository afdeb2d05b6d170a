/**
 * Reads a file of dispensing events row by row, in flat memory: a CSV with a header of the input's field names, or NDJSON,
 * an object a line. Guarantees: rows are numbered as a spreadsheet or an editor shows them; no message repeats what stands
 * in the file. Refuses the whole file as `readTable` does; of NDJSON, a line that is no object is a row at fault.
 */
import { looseName, readTable, type FileChunks } from '../catalogue/catalogue-file-table.ts';

export const eventFileFormats = ['csv', 'ndjson'] as const;
export type EventFileFormat = (typeof eventFileFormats)[number];

/** Cells by loose column name, or why there are none. */
export interface EventRow {
  readonly line: number;
  readonly cells: ReadonlyMap<string, string> | string;
}

const required = ['dispenseRecordId', 'timestamp', 'pharmacyId', 'userId', 'drugId', 'drugName'];
const longestLine = 100_000;

export function readEventFile(source: FileChunks, format: EventFileFormat): AsyncGenerator<EventRow> {
  return format === 'csv' ? readCsv(source) : readNdjson(source);
}

async function* readCsv(source: FileChunks): AsyncGenerator<EventRow> {
  const form = { file: 'CSV of events', required: required.map((name) => [name]) };
  for await (const { row, cells, surplus } of readTable(source, form))
    yield { line: row, cells: surplus > 0 ? 'has more cells than there are columns' : cells };
}

async function* readNdjson(source: FileChunks): AsyncGenerator<EventRow> {
  let line = 0;
  for await (const text of linesOf(source)) {
    line += 1;
    if (text === null) yield { line, cells: `is longer than ${longestLine} bytes` };
    else if (text.trim() !== '') yield { line, cells: cellsOf(text) };
  }
}

/** Null for a line that is too long; of it no more than that is ever held. */
async function* linesOf(source: FileChunks): AsyncGenerator<string | null> {
  let parts: Buffer[] = [];
  let length = 0;
  const take = (part: Buffer) => {
    length += part.length;
    if (length <= longestLine) parts.push(part);
  };
  const whole = () => {
    const line = length > longestLine ? null : Buffer.concat(parts).toString('utf8');
    [parts, length] = [[], 0];
    return line;
  };
  for await (const bytes of source) {
    const chunk = Buffer.from(bytes);
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      take(chunk.subarray(start, end));
      yield whole();
      start = end + 1;
    }
    take(chunk.subarray(start));
  }
  if (length > 0) yield whole();
}

function cellsOf(text: string): ReadonlyMap<string, string> | string {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is no JSON object';
  const cells = new Map<string, string>();
  for (const [name, content] of Object.entries<unknown>({ ...value })) {
    if (content === null || content === '') continue;
    if (typeof content !== 'string' && typeof content !== 'number' && typeof content !== 'boolean')
      return 'holds a list or an object where a plain value belongs';
    // Two ids beyond 2^53 would become one, and the second event be taken for the first come again.
    if (typeof content === 'number' && !Number.isSafeInteger(content))
      return 'holds a number that cannot be read exactly: write it in quotes';
    if (cells.has(looseName(name))) return 'holds two fields of one name';
    cells.set(looseName(name), String(content));
  }
  return cells;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return null;
  }
}
