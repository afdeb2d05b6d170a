/**
 * How the source's tables and columns are called, and what its codes mean: the built-in mapping of the source, overlaid by
 * a file of the same form. A key that the built-in one does not have is a mistake, and is named.
 */
import { existsSync, readFileSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import { LegacyUsage } from './failure.ts';
import type { LegacySource } from './source.ts';

export interface TableMapping {
  /** As the source calls it, with its schema or without. */
  readonly table: string;
  /** Ours → theirs; where several are named, the first that exists is taken. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
}

export interface Mapping {
  readonly tables: Readonly<Record<string, TableMapping>>;
  /** By list, theirs in lower case → ours. */
  readonly codes: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

type Plain = Readonly<Record<string, unknown>>;

export function readMapping(source: LegacySource, file: string | null): Mapping {
  const builtIn = mappingOf(parsed(builtInFile(source.name)), `the mapping of ${source.name}`);
  if (file === null) return builtIn;
  const mapping = overlaid(builtIn, mappingOf(parsed(file), file), file);
  for (const [list, words] of Object.entries(source.codes)) {
    const wrong = Object.values(mapping.codes[list] ?? {}).filter((code) => !words.includes(code));
    if (wrong.length > 0) {
      throw new LegacyUsage(`${file}: codes.${list} leads to ${wrong.join(', ')}; it may lead to ${words.join(', ')}.`);
    }
  }
  return mapping;
}

/** Beside the sources, also when the program is built. */
function builtInFile(source: string): string {
  const found = [`${source}/mapping.yaml`, `../../../src/legacy/${source}/mapping.yaml`]
    .map((path) => new URL(path, import.meta.url).pathname)
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error(`The mapping of ${source} is missing from the package`);
  return found;
}

function parsed(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'), { uniqueKeys: true, maxAliasCount: 0 });
  } catch (error) {
    if (error instanceof YAMLParseError)
      throw new LegacyUsage(`${file} is not YAML: ${error.message.split('\n')[0] ?? ''}`);
    throw new LegacyUsage(`${file} cannot be read.`);
  }
}

function mappingOf(value: unknown, file: string): Mapping {
  const { tables, codes, ...others } = plain(value, file, 'the file');
  refuseUnknown(Object.keys(others), file, 'the file', ['tables', 'codes']);
  return {
    tables: mapped(plain(tables ?? {}, file, 'tables'), (table, name) => tableOf(table, file, name)),
    codes: mapped(plain(codes ?? {}, file, 'codes'), (list, name) =>
      Object.fromEntries(
        Object.entries(plain(list, file, `codes.${name}`)).map(([theirs, ours]) => [
          theirs.toLowerCase(),
          word(ours, file, `codes.${name}.${theirs}`),
        ]),
      ),
    ),
  };
}

function tableOf(value: unknown, file: string, name: string): TableMapping {
  const { table, columns, ...others } = plain(value, file, `tables.${name}`);
  refuseUnknown(Object.keys(others), file, `tables.${name}`, ['table', 'columns']);
  return {
    table: table === undefined ? '' : word(table, file, `tables.${name}.table`),
    columns: mapped(plain(columns ?? {}, file, `tables.${name}.columns`), (theirs, ours) => {
      const place = `tables.${name}.columns.${ours}`;
      return Array.isArray(theirs) ? theirs.map((one) => word(one, file, place)) : [word(theirs, file, place)];
    }),
  };
}

function overlaid(under: Mapping, over: Mapping, file: string): Mapping {
  refuseUnknown(unknownKeys(over.tables, under.tables), file, 'tables', Object.keys(under.tables));
  refuseUnknown(unknownKeys(over.codes, under.codes), file, 'codes', Object.keys(under.codes));
  return {
    tables: mapped(under.tables, (known, name) => {
      const given = over.tables[name];
      if (given === undefined) return known;
      const unknown = unknownKeys(given.columns, known.columns);
      refuseUnknown(unknown, file, `tables.${name}.columns`, Object.keys(known.columns));
      return {
        table: given.table === '' ? known.table : given.table,
        columns: { ...known.columns, ...given.columns },
      };
    }),
    codes: mapped(under.codes, (known, name) => ({ ...known, ...over.codes[name] })),
  };
}

const unknownKeys = (given: object, known: object) => Object.keys(given).filter((key) => !(key in known));

function refuseUnknown(unknown: readonly string[], file: string, place: string, known: readonly string[]): void {
  if (unknown.length === 0) return;
  throw new LegacyUsage(`${file}: ${place} has no ${unknown.join(', ')}; there are ${known.join(', ')}.`);
}

function mapped<T, U>(record: Readonly<Record<string, T>>, change: (value: T, key: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

function plain(value: unknown, file: string, place: string): Plain {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Plain;
  throw new LegacyUsage(`${file}: ${place} should be names with values below.`);
}

function word(value: unknown, file: string, place: string): string {
  if ((typeof value === 'string' && value !== '') || typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  throw new LegacyUsage(`${file}: ${place} should be a word.`);
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** SQL for what a code means; what is not listed becomes `otherwise`. */
export function decoded(mapping: Mapping, list: string, sql: string, otherwise: string): string {
  const cases = Object.entries(mapping.codes[list] ?? {}).map(
    ([from, to]) => `WHEN ${quoted(from)} THEN ${quoted(to)}`,
  );
  return cases.length === 0 ? otherwise : `CASE lower(${sql}) ${cases.join(' ')} ELSE ${otherwise} END`;
}
