/** Subscriptions as they are sent, parsed and held against the schema and the limits once for all who send the same. */
import { ApolloServerErrorCode } from '@apollo/server/errors';
import {
  getOperationAST,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { Refusal } from '../refusal.ts';
import { BoundedMap } from './bounded-map.ts';
import { requestRefused } from './errors.ts';
import { limits, limitsRule } from './limits.ts';

const cachedSourceCharacters = 200_000;

export interface Opened {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

export class SubscriptionDocuments {
  readonly #known = new BoundedMap<string, DocumentNode>(cachedSourceCharacters);
  readonly #rules;

  constructor(
    private readonly schema: GraphQLSchema,
    introspection: boolean,
  ) {
    // Ours first: it spares a document that is too large the others.
    this.#rules = [limitsRule, ...specifiedRules, ...(introspection ? [] : [NoSchemaIntrospectionCustomRule])];
  }

  /** Or what is wrong with it. */
  open(source: string, operationName: string | null | undefined): Opened | readonly GraphQLError[] {
    const known = this.#known.get(source);
    const document = known ?? this.#read(source);
    if (isErrors(document)) return document;
    if (known === undefined) this.#known.set(source, document, source.length + 100);
    const operation = getOperationAST(document, operationName);
    if (operation == null)
      return [refused('The document has no operation of that name, or several and none is named.')];
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) return { document, operation };
    return [refused('Only subscriptions come over a WebSocket. Send queries and mutations by POST to this address.')];
  }

  #read(source: string): DocumentNode | readonly GraphQLError[] {
    let document: DocumentNode;
    try {
      document = parse(source, { maxTokens: limits.tokens });
    } catch (error) {
      if (error instanceof GraphQLError) return [withCode(error, ApolloServerErrorCode.GRAPHQL_PARSE_FAILED)];
      throw error;
    }
    const errors = validate(this.schema, document, this.#rules);
    if (errors.length === 0) return document;
    return errors.map((error) => withCode(error, ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED));
  }
}

function isErrors(found: DocumentNode | readonly GraphQLError[]): found is readonly GraphQLError[] {
  return Array.isArray(found);
}

function refused(words: string): GraphQLError {
  return requestRefused(new Refusal('BAD_USER_INPUT', words));
}

/** As over HTTP: the request is at fault, and names that were not asked for are not told. */
function withCode(error: GraphQLError, code: ApolloServerErrorCode): GraphQLError {
  const message = error.message.replace(/ ?Did you mean(.+?)\?$/, '');
  const { nodes, source, positions, path, originalError } = error;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source,
    positions,
    path,
    originalError,
    extensions: { code },
  });
}
