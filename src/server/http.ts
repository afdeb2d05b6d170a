/** The HTTP server: who calls, how often, GraphQL, health, the explorer; every answer JSON with its request's id. */
import type { ApolloServer } from '@apollo/server';
import fastifyCors from '@fastify/cors';
import fastifyHelmet from '@fastify/helmet';
import fastifyRateLimit from '@fastify/rate-limit';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { Actor } from '../actor.ts';
import type { Config } from '../config.ts';
import type { Replica } from '../db/replica.ts';
import { traced } from '../observe/tracing.ts';
import { Refusal } from '../refusal.ts';
import type { Context } from '../resolvers/context.ts';
import type { Policy } from '../resolvers/policy.ts';
import { answerRefusal } from './answer-refusal.ts';
import { compressAnswers } from './compress-answers.ts';
import { contextMaker, type ContextOptions, type RequestFacts } from './contexts.ts';
import { dashboardPage, registerDashboard } from './dashboard.ts';
import { httpStatus, refusalOf } from './errors.ts';
import { compilingExecutor, type Execute } from './executor.ts';
import { explorerPage, registerExplorer, wantsPage } from './explorer.ts';
import { startEngine } from './graphql.ts';
import { HttpRequest } from './http-request.ts';
import { databaseCheck, registerHealth, type ReadinessCheck } from './health.ts';
import type { Identity } from './identity.ts';
import { limits } from './limits.ts';
import { openLive } from './live.ts';
import type { SocketLimits } from './live-socket.ts';
import { limitLogins, rateLimited } from './login-limit.ts';
import { requestIdFrom, slowRequestMs } from './logs.ts';
import { registerMetrics } from './metrics.ts';
import { positionHeader, ReplicaReads } from './replica-reads.ts';
import { registerQueueBoard, type QueueBoardOptions } from './queue-board.ts';
import { guardSchema } from './schema-guard.ts';
import type { Feeds } from './subscription-server.ts';

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor | null;
    arrivedAt: number;
  }
}

export type ServerConfig = Pick<
  Config,
  'host' | 'port' | 'production' | 'trustedProxies' | 'corsOrigins' | 'rateLimitPerMinute' | 'metricsToken'
>;

export interface ServerOptions extends ContextOptions {
  readonly schema: GraphQLSchema;
  readonly policy: Policy;
  readonly config: ServerConfig;
  readonly logger: Logger;
  /** Beyond the database and its migrations. */
  readonly readiness?: readonly ReadinessCheck[];
  /** For the queues' own dashboard; without it there is none. */
  readonly openQueues?: QueueBoardOptions['openQueues'];
  /** What `/readyz` tells without being less ready. */
  readonly notices?: readonly ReadinessCheck[];
  /** Answers lists and figures; without it the primary answers everything. */
  readonly replica?: Replica;
  /** The compiled executor unless said otherwise. */
  readonly execute?: Execute;
  /** What subscriptions follow; without it there are none. */
  readonly feeds?: Feeds;
  readonly socketLimits?: Partial<SocketLimits>;
}

export interface RunningServer {
  readonly url: string;
  /** For whoever adds routes or sockets. */
  readonly app: FastifyInstance;
  /** Not ready first, then no new connections, then what is under way is finished. */
  close(): Promise<void>;
}

const closePatienceMs = 10_000;

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { schema, policy, config, db, logger } = options;
  guardSchema(schema, policy);
  limitLogins(schema);
  const execute = options.execute ?? compilingExecutor(schema);
  const introspection = !config.production;
  const contextOf = contextMaker(options);
  const { replica } = options;
  const replicaReads = replica === undefined ? null : new ReplicaReads({ ...options, replica, execute });
  const engine = await startEngine({ schema, execute, logger, introspection, replicaReads });
  let closing = false;
  const app = createApp(config, logger);
  await registerSafety(app, config);
  const checks = [databaseCheck(db), ...(options.readiness ?? [])];
  registerHealth(app, () => closing, { checks, notices: options.notices ?? [] });
  registerMetrics(app, config.metricsToken);
  await registerExplorer(app);
  await registerDashboard(app);
  if (options.openQueues !== undefined) {
    await registerQueueBoard(app, { db, identity: options.identity, openQueues: options.openQueues });
  }
  registerGraphql(app, options, engine, contextOf);
  const { feeds } = options;
  const sockets =
    feeds === undefined
      ? null
      : openLive({
          ...options,
          ...{
            server: app.server,
            execute,
            contextOf,
            introspection,
            feeds,
            limits: options.socketLimits,
            replicaReads,
          },
          origins: config.corsOrigins,
          perMinute: config.rateLimitPerMinute,
        });
  const url = await app.listen({ host: config.host, port: config.port });

  return {
    url,
    app,
    async close() {
      closing = true;
      const force = setTimeout(() => {
        app.server.closeAllConnections();
      }, closePatienceMs);
      // A connection that was busy when the server closed would otherwise stay until its keep-alive ends.
      const sweep = setInterval(() => {
        app.server.closeIdleConnections();
      }, 50);
      await Promise.all([app.close(), sockets?.dispose()]);
      clearTimeout(force);
      clearInterval(sweep);
      await engine.stop();
    },
  };
}

function createApp(config: ServerConfig, logger: Logger): FastifyInstance {
  const app = Fastify({
    http: { IncomingMessage: HttpRequest },
    genReqId: (request) => requestIdFrom(request.headers['x-request-id']),
    bodyLimit: limits.bodyBytes,
    trustProxy: (_address, hop) => hop < config.trustedProxies,
    forceCloseConnections: 'idle',
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 200 },
  });
  app.removeContentTypeParser('text/plain');
  app.decorateRequest('actor', null);
  app.decorateRequest('arrivedAt', 0);
  app.addHook('onRequest', async (request, reply) => {
    request.arrivedAt = performance.now();
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    logResponse(logger, request, reply);
  });
  compressAnswers(app);
  app.setErrorHandler(async (error, request, reply) => {
    const refusal = transportRefusal(error);
    if (refusal.code === 'INTERNAL') logger.error({ requestId: request.id, err: error }, 'request failed');
    return answerRefusal(reply, refusal, statusOf(error));
  });
  app.setNotFoundHandler(async (request, reply) => {
    const page = await dashboardPage(request);
    if (page !== null) return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page);
    const refusal = new Refusal('NOT_FOUND', 'There is nothing at this address. GraphQL is at /graphql.');
    return answerRefusal(reply, refusal, 404);
  });
  return app;
}

/** What pages served from here may load: this server's own files. Styles in the page are what the explorer needs. */
const contentSecurity = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'", 'data:'],
  workerSrc: ["'self'", 'blob:'],
  connectSrc: ["'self'"],
  frameSrc: ["'none'"],
  frameAncestors: ["'none'"],
  objectSrc: ["'none'"],
  formAction: ["'self'"],
  baseUri: ["'self'"],
};

async function registerSafety(app: FastifyInstance, config: ServerConfig): Promise<void> {
  await app.register(fastifyHelmet, { contentSecurityPolicy: { useDefaults: false, directives: contentSecurity } });
  if (config.corsOrigins.length > 0) {
    await app.register(fastifyCors, {
      origin: [...config.corsOrigins],
      methods: ['POST'],
      exposedHeaders: ['x-request-id', 'retry-after', positionHeader],
      maxAge: 600,
    });
  }
  await app.register(fastifyRateLimit, { global: false, max: config.rateLimitPerMinute, timeWindow: 60_000 });
}

function registerGraphql(
  app: FastifyInstance,
  { config, identity }: ServerOptions,
  engine: ApolloServer<Context>,
  contextOf: (facts: RequestFacts) => Context,
): void {
  const callsLeft = app.createRateLimit({
    max: config.rateLimitPerMinute,
    timeWindow: 60_000,
    keyGenerator: (request) => request.actor?.id ?? request.ip,
  });
  const admit = async (request: FastifyRequest, reply: FastifyReply) => {
    reply.header('cache-control', 'no-store');
    const stranger = await recognise(request, identity);
    const calls = await callsLeft(request);
    if (!calls.isAllowed && calls.isExceeded) {
      reply.header('retry-after', calls.ttlInSeconds);
      return answerRefusal(reply, rateLimited(calls.ttlInSeconds));
    }
    return stranger === null ? undefined : answerRefusal(reply, stranger);
  };
  const page = explorerPage();
  const answer = fastifyApolloHandler(engine, {
    context: async ({ actor, id, arrivedAt, ip }: FastifyRequest) =>
      contextOf({ actor, requestId: id, arrivedAt, clientAddress: ip }),
  });
  app.post('/graphql', { preHandler: admit }, async function (request, reply) {
    const attributes = { 'lotkeeper.request_id': request.id };
    const run = async (): Promise<unknown> => answer.call(this, request, reply);
    return traced({ name: 'graphql', kind: 'server', attributes }, run, request.headers);
  });
  app.get('/graphql', async (request, reply) => {
    if (wantsPage(request))
      return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page);
    reply.header('allow', 'POST');
    return answerRefusal(reply, new Refusal('BAD_USER_INPUT', 'Send GraphQL by POST, as JSON.'), 405);
  });
}

/** Null: the caller is known, or shows no token and goes on as nobody. */
async function recognise(request: FastifyRequest, identity: Identity): Promise<Refusal | null> {
  try {
    request.actor = await identity.actorOf(request.headers.authorization);
    return null;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal.code === 'INTERNAL') throw error;
    return refusal;
  }
}

const transportWords: Readonly<Record<number, string>> = {
  400: 'The body is not valid JSON.',
  413: `The body is larger than ${limits.bodyBytes} bytes.`,
  415: 'Send JSON, with the header content-type: application/json.',
};

/** Fastify's own refusals carry a status below 500: a body that is too large, not JSON, of another type. */
function transportRefusal(error: unknown): Refusal {
  const status = statusOf(error);
  if (error instanceof Error && status < 500) {
    const words = transportWords[status] ?? 'The request cannot be read.';
    return new Refusal('BAD_USER_INPUT', words);
  }
  return refusalOf(error);
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 ? status : httpStatus(refusalOf(error).code);
}

/** The path without its query: what people put there is theirs. */
function logResponse(logger: Logger, request: FastifyRequest, reply: FastifyReply): void {
  const ms = Math.round(reply.elapsedTime);
  const slow = ms >= slowRequestMs;
  if (!slow && !logger.isLevelEnabled('info')) return;
  const path = request.url.split('?', 1)[0];
  const fields = { requestId: request.id, method: request.method, path, status: reply.statusCode, ms };
  logger[slow ? 'warn' : 'info']({ ...fields, actorId: request.actor?.id }, slow ? 'slow request' : 'request');
}
