/**
 * Runs operations through compiled functions (graphql-jit): 50 rows of 15 fields take a tenth of the time. A document
 * is compiled when it comes the second time, so that a flood of different documents compiles nothing, and forgotten
 * with the parsed document. graphql-js runs what the compiler gets wrong, found by comparing the two:
 *   a variable within a literal (`{ note: $note }`): left out, it arrives as null; within JSON, it is lost;
 *   null for a variable that has a default: where null may not be, its words are those of a fault of ours;
 *   variables that are refused: its words and errors differ;
 *   an ID that our scalar would refuse or write otherwise: it takes every type of that name for graphql-js's own;
 *   the empty text as the operation's name: it takes that for no name, and runs what graphql-js does not find.
 */
import {
  BREAK,
  execute,
  getOperationAST,
  GraphQLError,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  Kind,
  typeFromAST,
  visit,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLInputObjectType,
  type GraphQLScalarType,
  type GraphQLSchema,
  type GraphQLType,
  type Source,
  type SourceLocation,
} from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';

export interface Operation {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: unknown;
  /** What happened, for the payload of a subscription. */
  readonly root?: unknown;
}

export type Execute = (operation: Operation) => Promise<ExecutionResult>;

interface Compilation {
  uses: number;
  run: CompiledQuery['query'] | null;
  readonly variables: readonly Variable[];
}

interface Variable {
  readonly name: string;
  /** Whether every ID within the value is written as our scalar writes it; null where its type holds none. */
  readonly idsStand: Check | null;
}

type Check = (value: unknown) => boolean;

export function plainExecutor(schema: GraphQLSchema): Execute {
  return async ({ document, operationName, variables, context, root }) =>
    execute({ schema, document, operationName, variableValues: variables, contextValue: context, rootValue: root });
}

export function compilingExecutor(schema: GraphQLSchema, compileAtUse = 2): Execute {
  const plain = plainExecutor(schema);
  const known = new WeakMap<DocumentNode, Map<string, Compilation>>();
  return async (operation) => {
    const { document, operationName, variables, context } = operation;
    // Names that callers make up are neither compiled nor remembered.
    if (!getOperationAST(document, operationName)) return plain(operation);
    const byName = known.get(document) ?? new Map<string, Compilation>();
    known.set(document, byName);
    const compilation = byName.get(operationName ?? '') ?? {
      uses: 0,
      run: null,
      variables: variablesOf(schema, operation),
    };
    byName.set(operationName ?? '', compilation);
    compilation.uses += 1;
    if (compilation.uses === compileAtUse) compilation.run = compiled(schema, operation);
    if (compilation.run === null || hasNullForDefault(operation)) return plain(operation);
    if (!compilation.variables.every(({ name, idsStand }) => idsStand?.(variables[name]) ?? true))
      return plain(operation);
    const result = await compilation.run(operation.root ?? {}, context, variables);
    if (result.data === undefined) return plain(operation); // refused before anything ran
    const { errors } = result;
    return errors === undefined ? result : { ...result, errors: errors.map((error) => genuine(error, document)) };
  };
}

function compiled(schema: GraphQLSchema, { document, operationName }: Operation): CompiledQuery['query'] | null {
  if (hasVariableWithinLiteral(document)) return null;
  const result = compileQuery(schema, document, operationName);
  return isCompiledQuery(result) ? result.query : null;
}

function variablesOf(schema: GraphQLSchema, { document, operationName }: Operation): Variable[] {
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  return definitions.map(({ variable, type }) => ({
    name: variable.name.value,
    idsStand: idCheck(typeFromAST(schema, type), new Map()),
  }));
}

/** Made once of a type: a thousand events have five IDs each. `known`: checks of objects, which may hold each other. */
function idCheck(type: GraphQLType | undefined, known: Map<GraphQLType, Check>): Check | null {
  if (isNonNullType(type)) return idCheck(type.ofType, known);
  if (isListType(type)) {
    const each = idCheck(type.ofType, known);
    return each === null ? null : (value) => (Array.isArray(value) ? value.every(each) : each(value));
  }
  if (isInputObjectType(type)) return objectCheck(type, known);
  if (!isScalarType(type) || type.name !== 'ID') return null;
  return (value) => value === null || value === undefined || isWrittenSo(type, value);
}

function objectCheck(type: GraphQLInputObjectType, known: Map<GraphQLType, Check>): Check | null {
  const before = known.get(type);
  if (before !== undefined) return before;
  const checks: (readonly [name: string, check: Check])[] = [];
  const check = (value: unknown) => {
    if (!isRecord(value)) return true;
    return checks.every(([name, checkField]) => checkField(value[name]));
  };
  known.set(type, check);
  for (const [name, field] of Object.entries(type.getFields())) {
    const checkField = idCheck(field.type, known);
    if (checkField !== null) checks.push([name, checkField]);
  }
  return checks.length === 0 ? null : check;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isWrittenSo(type: GraphQLScalarType, value: unknown): boolean {
  try {
    return type.parseValue(value) === value;
  } catch {
    return false;
  }
}

function hasNullForDefault({ document, variables }: Operation): boolean {
  return document.definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.variableDefinitions?.some(
        ({ defaultValue, variable }) => defaultValue !== undefined && variables[variable.name.value] === null,
      ),
  );
}

function hasVariableWithinLiteral(document: DocumentNode): boolean {
  let found = false;
  const check = (_node: unknown, _key: unknown, parent: unknown) => {
    found ||= isValueNode(parent);
    return found ? BREAK : undefined;
  };
  visit(document, { Variable: check });
  return found;
}

/** The parent is an array of nodes for an element of a list. */
function isValueNode(parent: unknown): boolean {
  if (Array.isArray(parent)) return true;
  const kind = typeof parent === 'object' && parent !== null && 'kind' in parent ? parent.kind : undefined;
  return kind === Kind.OBJECT_FIELD || kind === Kind.LIST;
}

/** The compiler's errors lack `extensions`, on which Apollo relies. */
function genuine(error: GraphQLError, document: DocumentNode): GraphQLError {
  const source = document.loc?.source;
  const { path, originalError, locations } = error;
  const positions = source === undefined ? undefined : locations?.map((location) => positionOf(location, source));
  return new GraphQLError(error.message, { source, positions, path, originalError });
}

function positionOf({ line, column }: SourceLocation, { body }: Source): number {
  const linesBefore = body.split(/\r\n|[\n\r]/g).slice(0, line - 1);
  let position = 0;
  for (const text of linesBefore) {
    position += text.length;
    position += body.startsWith('\r\n', position) ? 2 : 1;
  }
  return position + column - 1;
}
