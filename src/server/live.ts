/** Subscriptions beside the HTTP server, on the same address. */
import type { Server } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { Admission } from './admission.ts';
import type { ContextOptions, RequestFacts } from './contexts.ts';
import type { Execute } from './executor.ts';
import { socketLimits, type SocketLimits } from './live-socket.ts';
import type { ReplicaReads } from './replica-reads.ts';
import { RequestRecords } from './request-records.ts';
import { SharedLoaders } from './shared-loaders.ts';
import { Sockets } from './sockets.ts';
import { SubscriptionDocuments } from './subscription-documents.ts';
import { SubscriptionServer, type Feeds } from './subscription-server.ts';
import type { Context } from '../resolvers/context.ts';

export interface LiveOptions extends ContextOptions {
  readonly server: Server;
  readonly schema: GraphQLSchema;
  readonly execute: Execute;
  readonly logger: Logger;
  readonly feeds: Feeds;
  readonly contextOf: (facts: RequestFacts) => Context;
  readonly introspection: boolean;
  readonly origins: readonly string[];
  readonly perMinute: number;
  readonly limits?: Partial<SocketLimits> | undefined;
  readonly replicaReads: ReplicaReads | null;
}

export function openLive(options: LiveOptions): Sockets {
  const { server, schema, db, logger } = options;
  const limits = { ...socketLimits, ...options.limits };
  const subscriptions = new SubscriptionServer({
    ...options,
    limits,
    records: new RequestRecords(logger),
    loaders: new SharedLoaders(db, options.createLoaders),
    documents: new SubscriptionDocuments(schema, options.introspection),
    admission: new Admission(),
  });
  return new Sockets({
    server,
    path: '/graphql',
    origins: options.origins,
    limits,
    logger,
    opened: (socket) => subscriptions.opened(socket),
    checkAccess: (socket) => {
      void subscriptions.checkAccess(socket);
    },
  });
}
