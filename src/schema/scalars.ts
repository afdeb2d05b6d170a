/**
 * Scalars that let nothing through that the database would refuse or round: decimals come and go as strings, ids are
 * strings, days exist, instants carry an offset.
 */
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';

const decimalForm = /^-?\d{1,14}(\.\d+)?$/;
const dayForm = /^(\d{4})-(\d{2})-(\d{2})$/;
const instantForm = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function textOnly<T>(name: string, parse: (text: string) => T) {
  return {
    parseValue(value: unknown) {
      if (typeof value !== 'string') throw new GraphQLError(`${name} must be written as a string.`);
      return parse(value);
    },
    parseLiteral(node: ValueNode) {
      if (node.kind !== Kind.STRING) throw new GraphQLError(`${name} must be written as a string.`);
      return parse(node.value);
    },
  };
}

/** "0012.50" and "12.5" are one number: they have one form, so that equal inputs have equal hashes. */
export function canonicalDecimal(text: string): string {
  const negative = text.startsWith('-');
  const [whole = '', fraction = ''] = (negative ? text.slice(1) : text).split('.');
  const digits = whole.replace(/^0+(?=\d)/, '');
  const decimals = fraction.replace(/0+$/, '');
  const number = decimals === '' ? digits : `${digits}.${decimals}`;
  return negative && number !== '0' ? `-${number}` : number;
}

function parseDecimal(text: string): string {
  if (!decimalForm.test(text)) {
    throw new GraphQLError('Decimal must look like "12.5": digits with a point, below 10^14, nothing else.');
  }
  const decimal = canonicalDecimal(text);
  if ((decimal.split('.')[1] ?? '').length > 4) throw new GraphQLError('Decimal has at most 4 decimals.');
  return decimal;
}

export function isDay(text: string): boolean {
  const match = dayForm.exec(text);
  if (match === null) return false;
  // A 31st of June would be the 1st of July.
  const day = new Date(`${text}T00:00:00Z`);
  return day.getUTCMonth() + 1 === Number(match[2]) && day.getUTCDate() === Number(match[3]) && match[1] !== '0000';
}

export const Decimal = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description:
    'An exact decimal as a string, such as "12.5": at most 4 decimals, below 10^14. Numbers are refused: they are not exact.',
  serialize: (value) => canonicalDecimal(String(value)),
  ...textOnly('Decimal', parseDecimal),
});

export const LocalDate = new GraphQLScalarType<string, string>({
  name: 'LocalDate',
  description: 'A day such as "2027-03-31", in the time zone of the location that it concerns.',
  serialize: String,
  ...textOnly('LocalDate', (text) => {
    if (!isDay(text)) throw new GraphQLError('LocalDate must be a day that exists, such as "2027-03-31".');
    return text;
  }),
});

export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'An instant with offset, as RFC 3339 writes it: "2027-03-31T09:30:00Z".',
  serialize: (value) => (value instanceof Date ? value.toISOString() : new Date(String(value)).toISOString()),
  ...textOnly('DateTime', (text) => {
    const instant = new Date(text);
    if (!instantForm.test(text) || !isDay(text.slice(0, 10)) || Number.isNaN(instant.getTime())) {
      throw new GraphQLError('DateTime must be an instant with offset, such as "2027-03-31T09:30:00Z".');
    }
    return instant;
  }),
});

/**
 * GraphQL's own ID takes numbers too. Ours are UUIDs; ids of other systems (references, events) may be any short text,
 * and the database refuses what is not a UUID where one is meant.
 */
export const Id = new GraphQLScalarType<string, string>({
  name: 'ID',
  description: 'A UUID, or the short text by which another system knows the thing.',
  serialize: String,
  ...textOnly('ID', (text) => {
    if (text.length === 0 || text.length > 100) throw new GraphQLError('ID must have 1 to 100 characters.');
    return uuidForm.test(text) ? text.toLowerCase() : text;
  }),
});

export const Json = GraphQLJSON;
