/**
 * What leaves when something fails: a code of the catalogue, words, and the figures a person needs. Everything that is
 * not a known refusal leaves as INTERNAL with nothing but the request's id; the log has the rest.
 */
import { ApolloServerErrorCode } from '@apollo/server/errors';
import { GraphQLError, Kind, type GraphQLFormattedError } from 'graphql';
import { refusalFor } from '../db/database-error.ts';
import { Refusal, type RefusalCode } from '../refusal.ts';

const statusOf: Partial<Record<RefusalCode, number>> = {
  RATE_LIMITED: 429,
  UNAUTHENTICATED: 401,
  SERVICE_UNAVAILABLE: 503,
  SERVER_BUSY: 503,
  INTERNAL: 500,
};

const internal = internalFault({});

/** Says nothing but where the log has the rest. */
export function internalFault(context: { readonly requestId?: string }): Refusal {
  const message = 'Something went wrong on our side. Give the request id to whoever runs the server.';
  return new Refusal('INTERNAL', message, context);
}

/** The codes with which Apollo says that the request itself is at fault. */
const requestFaults = new Set<unknown>([
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.BAD_REQUEST,
  ApolloServerErrorCode.BAD_USER_INPUT,
  ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE,
  ApolloServerErrorCode.PERSISTED_QUERY_NOT_SUPPORTED,
  ApolloServerErrorCode.PERSISTED_QUERY_NOT_FOUND,
]);

/** A refusal of the whole request, before anything was executed. */
export function requestRefused(refusal: Refusal): GraphQLError {
  return new GraphQLError(refusal.message, {
    originalError: refusal,
    extensions: { http: { status: httpStatus(refusal.code) } },
  });
}

export function httpStatus(code: RefusalCode): number {
  return statusOf[code] ?? 400;
}

/** Says for any error which refusal it is; INTERNAL for what we do not know. */
export function refusalOf(error: unknown, code?: unknown): Refusal {
  for (const cause of causes(error)) {
    const refusal = refusalFor(cause);
    if (refusal !== null) return refusal;
  }
  return inputFault(error, code) ?? internal;
}

export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const refusal = refusalOf(error, formatted.extensions?.['code']);
  return {
    message: refusal.message,
    ...(formatted.locations === undefined ? {} : { locations: formatted.locations }),
    ...(formatted.path === undefined ? {} : { path: formatted.path }),
    extensions: { code: refusal.code, context: refusal.context },
  };
}

/** The body of an answer that never reached GraphQL, in GraphQL's form. */
export function errorBody(refusal: Refusal, requestId: string): { errors: GraphQLFormattedError[] } {
  const context = refusal.code === 'INTERNAL' ? { requestId } : refusal.context;
  return { errors: [{ message: refusal.message, extensions: { code: refusal.code, context } }] };
}

function* causes(error: unknown): Generator {
  let cause: unknown = error;
  for (let depth = 0; depth < 5 && cause !== undefined && cause !== null; depth += 1) {
    yield cause;
    cause = cause instanceof GraphQLError ? cause.originalError : undefined;
  }
}

function inputFault(error: unknown, code: unknown): Refusal | null {
  if (!(error instanceof GraphQLError)) return null;
  const invalid = validationProblems([...causes(error)].at(-1));
  if (invalid !== null) {
    return new Refusal('BAD_USER_INPUT', 'Some of the input is not as it should be.', { fields: invalid });
  }
  if (requestFaults.has(code) || isCoercionFault(error)) return new Refusal('BAD_USER_INPUT', shortened(error.message));
  return null;
}

/** graphql-js repeats what was given, and that may be a megabyte: the rule comes after it, so the middle is what goes. */
function shortened(message: string): string {
  const kept = 500;
  if (message.length <= 2 * kept) return message;
  return `${message.slice(0, kept)} … ${message.slice(-kept)}`.toWellFormed();
}

/**
 * graphql-js throws GraphQLErrors of its own while it runs, both for a caller's argument and for a value that we
 * return wrongly. The first points at an argument or a variable, the second at a field.
 */
function isCoercionFault(error: GraphQLError): boolean {
  const kind = error.nodes?.[0]?.kind;
  return kind !== undefined && kind !== Kind.FIELD && kind !== Kind.OPERATION_DEFINITION;
}

interface Problem {
  readonly field: string;
  readonly problems: readonly string[];
}

/** class-validator's findings, as the schema builder hands them over: names and rules, never the values. */
function validationProblems(error: unknown): Problem[] | null {
  if (!(error instanceof GraphQLError)) return null;
  const found = error.extensions['validationErrors'];
  return Array.isArray(found) ? found.flatMap((each) => problemsOf(each, '', 0)) : null;
}

function problemsOf(found: unknown, prefix: string, depth: number): Problem[] {
  if (typeof found !== 'object' || found === null || depth > 8) return [];
  const field = 'property' in found && typeof found.property === 'string' ? `${prefix}${found.property}` : prefix;
  const constraints = 'constraints' in found ? found.constraints : undefined;
  const own =
    typeof constraints === 'object' && constraints !== null
      ? [{ field, problems: Object.values(constraints).map(String) }]
      : [];
  const children = 'children' in found && Array.isArray(found.children) ? found.children : [];
  return [...own, ...children.flatMap((child) => problemsOf(child, `${field}.`, depth + 1))];
}
