/** The GraphQL engine: Apollo Server for the protocol, compiled execution, our limits and our errors. */
import { ApolloServer, type BaseContext } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { Context } from '../resolvers/context.ts';
import { BoundedMap } from './bounded-map.ts';
import { formatError } from './errors.ts';
import type { Execute } from './executor.ts';
import { limits, limitsRule } from './limits.ts';
import type { ReplicaReads } from './replica-reads.ts';
import { requestPlugin } from './request-plugin.ts';

/** Parsed documents take some hundred bytes a character of their source. */
const cachedSourceCharacters = 1_000_000;

export interface EngineOptions {
  readonly schema: GraphQLSchema;
  readonly execute: Execute;
  readonly logger: Logger;
  readonly introspection: boolean;
  /** Null: everything is read from the primary. */
  readonly replicaReads: ReplicaReads | null;
}

export async function startEngine({
  schema,
  execute,
  logger,
  introspection,
  replicaReads,
}: EngineOptions): Promise<ApolloServer<Context>> {
  const apollo = new ApolloServer<Context>({
    gateway: gatewayOf(schema, replicaReads?.execute ?? execute),
    introspection,
    formatError,
    logger: apolloLogger(logger),
    documentStore: documentStore(),
    parseOptions: { maxLexicalTokens: limits.tokens },
    validationRules: [limitsRule],
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    stringifyResult: (result) => JSON.stringify(result),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      requestPlugin(logger, replicaReads),
    ],
  });
  await apollo.start();
  return apollo;
}

type Gateway = NonNullable<ConstructorParameters<typeof ApolloServer<BaseContext>>[0]['gateway']>;

/** Apollo's door for other executors: it was made for federation, but asks only for a schema and a function. */
function gatewayOf(schema: GraphQLSchema, execute: Execute): Gateway {
  return {
    load: async () => ({
      executor: async ({ document, request, context }) =>
        execute({ document, operationName: request.operationName, variables: request.variables ?? {}, context }),
    }),
    onSchemaLoadOrUpdate: (loaded) => {
      loaded({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    stop: async () => undefined,
  };
}

function documentStore() {
  const documents = new BoundedMap<string, DocumentNode>(cachedSourceCharacters);
  return {
    get: async (key: string) => documents.get(key),
    set: async (key: string, document: DocumentNode) => {
      documents.set(key, document, (document.loc?.end ?? 0) + 100);
    },
    delete: async (key: string) => {
      documents.delete(key);
    },
  };
}

function apolloLogger(logger: Logger) {
  const write = (level: 'debug' | 'info' | 'warn' | 'error') => (message?: unknown) => {
    logger[level](String(message));
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
