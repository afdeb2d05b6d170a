/** A walk over the built schema: its root fields, documents that call them, and every place in their input that holds a type. */
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  Kind,
  parse,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { priceOf } from '../../src/server/cost.ts';
import { limits, requireSize } from '../../src/server/limits.ts';

export interface RootField {
  /** Such as "Query.stock". */
  readonly name: string;
  readonly operation: 'query' | 'mutation' | 'subscription';
  readonly field: GraphQLField<unknown, unknown>;
}

export type Arguments = Readonly<Record<string, unknown>>;
/** Names of fields; 0 is the first element of a list. */
export type Path = readonly (string | 0)[];

/** What is asked over HTTP. */
export function rootFields(schema: GraphQLSchema): RootField[] {
  return [...fieldsOf('query', schema.getQueryType()), ...fieldsOf('mutation', schema.getMutationType())];
}

/** What is followed over a socket. */
export function subscriptionFields(schema: GraphQLSchema): RootField[] {
  return fieldsOf('subscription', schema.getSubscriptionType());
}

function fieldsOf(operation: RootField['operation'], type: GraphQLObjectType | null | undefined): RootField[] {
  const fields = Object.values(type?.getFields() ?? {});
  return fields.map((field) => ({ name: `${type?.name ?? ''}.${field.name}`, operation, field }));
}

/** A call with every argument as a variable, that asks for as much as the limits let through. */
export function documentOf(schema: GraphQLSchema, root: RootField, args: Arguments): string {
  const documents = [3, 2, 1, 0].map((depth) => documentOfDepth(root, args, depth));
  const fitting = documents.find((document) => fits(schema, parse(document)));
  if (fitting === undefined) throw new Error(`Even the smallest call of ${root.name} is too much.`);
  return fitting;
}

function documentOfDepth(root: RootField, args: Arguments, depth: number): string {
  return callOf(root, args, selectionOf(root.field.type, depth));
}

/** A call with every argument as a variable and a selection of one's own. */
export function callOf({ operation, field }: RootField, args: Arguments, selection: string): string {
  const given = field.args.filter(({ name }) => Object.hasOwn(args, name));
  const declared = given.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const paged = field.args.some(({ name }) => name === 'first') && !Object.hasOwn(args, 'first');
  const passed = [...given.map(({ name }) => `${name}: $${name}`), ...(paged ? [`first: ${pageSize}`] : [])].join(', ');
  return `${operation}${declared === '' ? '' : ` (${declared})`} { ${field.name}${passed === '' ? '' : `(${passed})`} ${selection} }`;
}

function fits(schema: GraphQLSchema, document: DocumentNode): boolean {
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return false;
  try {
    requireSize(document);
  } catch {
    return false;
  }
  return priceOf(schema, document, operation, {}).cost <= limits.cost;
}

/** The same call with every argument written into the document. */
export function literalDocumentOf({ operation, field }: RootField, args: Arguments, depth = 1): string {
  const given = field.args.filter(({ name }) => Object.hasOwn(args, name));
  const passed = given.map(({ name, type }) => `${name}: ${literal(args[name], type)}`).join(', ');
  return `${operation} { ${field.name}${passed === '' ? '' : `(${passed})`} ${selectionOf(field.type, depth)} }`;
}

/** What stands in the document as it is: 1e999, -0 and the like. */
export class Raw {
  constructor(readonly source: string) {}
}

function literal(value: unknown, type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(value, type.ofType);
  if (value instanceof Raw) return value.source;
  if (Array.isArray(value))
    return `[${value.map((each) => literal(each, isListType(type) ? type.ofType : type)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = isInputObjectType(type) ? type.getFields() : {};
    const parts = Object.entries(value).map(
      ([name, content]) => `${name}: ${literal(content, fields[name]?.type ?? type)}`,
    );
    return `{${parts.join(', ')}}`;
  }
  return isEnumType(getNamedType(type)) && typeof value === 'string' ? value : JSON.stringify(value);
}

const pageSize = 3;

/** All plain fields, and those of the objects below down to a depth; a type is not entered twice on one way. */
export function selectionOf(type: GraphQLOutputType, depth: number, above: readonly string[] = []): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return '';
  const parts = Object.values(named.getFields()).flatMap((field) => {
    if (field.args.some((argument) => isNonNullType(argument.type) && argument.defaultValue === undefined)) return [];
    const below = getNamedType(field.type);
    if (!isObjectType(below)) return [field.name];
    if (depth <= 0 || above.includes(below.name) || field.name === 'edges') return [];
    const page = field.args.some(({ name }) => name === 'first') ? `(first: ${pageSize})` : '';
    const wrapper = named.name.endsWith('Connection') || named.name.endsWith('Payload') ? 0 : 1;
    return [`${field.name}${page} ${selectionOf(field.type, depth - wrapper, [...above, named.name])}`];
  });
  return `{ ${['__typename', ...parts].join(' ')} }`;
}

/** Every place in the field's input whose type has this name. */
export function pathsTo({ field }: RootField, typeName: string): Path[] {
  return field.args.flatMap((argument) => below(argument, [argument.name], typeName, []));
}

function below(
  input: GraphQLArgument | GraphQLInputField,
  path: Path,
  typeName: string,
  above: readonly string[],
): Path[] {
  const named = getNamedType(input.type);
  const here = isInList(input.type) ? [...path, 0 as const] : path;
  if (named.name === typeName) return [here];
  if (!isInputObjectType(named) || above.includes(named.name)) return [];
  return Object.values(named.getFields()).flatMap((each) =>
    below(each, [...here, each.name], typeName, [...above, named.name]),
  );
}

function isInList(type: GraphQLInputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}

/** The arguments with one value changed; objects on the way that were not given are made with what they need. */
export function withValue({ field }: RootField, args: Arguments, path: Path, value: unknown): Arguments {
  const [name = '', ...rest] = path.map(String);
  const argument = field.args.find((each) => each.name === name);
  if (argument === undefined) throw new Error(`${field.name} has no argument ${name}`);
  return { ...args, [name]: changed(args[name], argument.type, rest, value) };
}

function changed(current: unknown, type: GraphQLInputType, path: readonly string[], value: unknown): unknown {
  if (isNonNullType(type)) return changed(current, type.ofType, path, value);
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (isListType(type)) {
    const list: unknown[] = Array.isArray(current) ? current : [];
    return [changed(list[0], type.ofType, rest, value), ...list.slice(1)];
  }
  if (!isInputObjectType(type)) throw new Error(`${String(type)} has no field ${name}`);
  const field = type.getFields()[name];
  if (field === undefined) throw new Error(`${type.name} has no field ${name}`);
  const known = typeof current === 'object' && current !== null ? current : needed(type);
  return {
    ...known,
    [name]: changed(Object.entries(known).find(([key]) => key === name)?.[1], field.type, rest, value),
  };
}

function needed(type: GraphQLInputType): object {
  if (!isInputObjectType(type)) return {};
  const required = Object.values(type.getFields()).filter(
    (field) => isNonNullType(field.type) && field.defaultValue === undefined,
  );
  return Object.fromEntries(required.map((field) => [field.name, anything(field.type)]));
}

function anything(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return anything(type.ofType);
  if (isListType(type)) return [anything(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isScalarType(type)) return { Decimal: '1', Boolean: true, Int: 1, JSON: {} }[type.name] ?? 'something plain';
  return needed(type);
}
