/**
 * Subscriptions over WebSockets, in the protocol graphql-transport-ws. Who signs in shows the token that HTTP takes, as
 * `authorization` in the parameters of connection_init; documents are held against the same limits as over HTTP.
 */
import type { ExecutionArgs, FormattedExecutionResult, GraphQLError } from 'graphql';
import {
  makeServer,
  type ConnectionInitMessage,
  type ExecutionResult as ProtocolResult,
  type SubscribePayload,
} from 'graphql-ws';
import type { Logger } from 'pino';
import { v7 as uuid } from 'uuid';
import type { Actor } from '../actor.ts';
import { Refusal } from '../refusal.ts';
import type { Context, Live } from '../resolvers/context.ts';
import type { Admission } from './admission.ts';
import type { RequestFacts } from './contexts.ts';
import { formatError, refusalOf, requestRefused } from './errors.ts';
import type { Identity } from './identity.ts';
import { endOf, LiveOperation, type LiveContext, type OperationTools } from './live-operation.ts';
import { closeCodes, SocketEnd, type LiveSocket, type SignedIn, type SocketLimits } from './live-socket.ts';
import { rateLimited, WindowCounter } from './login-limit.ts';
import type { SubscriptionDocuments } from './subscription-documents.ts';

export interface SubscriptionServerOptions extends OperationTools {
  readonly identity: Identity;
  readonly documents: SubscriptionDocuments;
  readonly admission: Admission;
  readonly logger: Logger;
  readonly limits: SocketLimits;
  /** How many subscriptions a user may begin in a minute. */
  readonly perMinute: number;
  readonly feeds: Feeds;
  readonly contextOf: (request: RequestFacts) => Context;
}

/** What subscriptions follow. */
export type Feeds = Pick<Live, 'alerts' | 'highRisk' | 'stock'>;

type Protocol = ReturnType<typeof makeServer<ConnectionInitMessage['payload'], LiveSocket>>;

export class SubscriptionServer {
  readonly #protocol: Protocol;
  readonly #begun: WindowCounter;

  constructor(private readonly options: SubscriptionServerOptions) {
    this.#begun = new WindowCounter(options.perMinute, 60_000);
    this.#protocol = makeServer({
      connectionInitWaitTimeout: options.limits.initMs,
      onConnect: async ({ connectionParams, extra }) => this.#signIn(extra, connectionParams),
      onSubscribe: async ({ extra }, _id, payload) => this.#begin(extra, payload),
      subscribe: ({ contextValue }) => operationIn(contextValue).results(),
      onNext: (_context, _id, _payload, { contextValue }, result) => told(result, operationIn(contextValue)),
      onError: (_context, _id, _payload, errors) => errors.map((error) => formatError(error.toJSON(), error)),
    });
  }

  /** Answers what to call when the socket has closed. */
  opened(socket: LiveSocket): (code: number, reason: string) => void {
    const closed = this.#protocol.opened(
      {
        protocol: socket.ws.protocol,
        send: (data) => socket.send(data),
        close: (code = closeCodes.internal, reason = '') => {
          socket.end(code, reason);
        },
        onMessage: (take) => {
          socket.ws.on('message', (data: Buffer) => {
            void this.#take(socket, take, data.toString('utf8'));
          });
        },
      },
      socket,
    );
    return (code, reason) => {
      closed(code, reason).catch((error: unknown) => {
        this.options.logger.error({ err: error }, 'a subscription did not end in order');
      });
    };
  }

  /** What cannot be found out now is found out next time. */
  async checkAccess(socket: LiveSocket): Promise<void> {
    try {
      await this.#actorOf(socket.signedIn);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.code === 'UNAUTHENTICATED') socket.end(closeCodes.unauthorized, refusal.message);
    }
  }

  async #take(socket: LiveSocket, take: (data: string) => Promise<void>, data: string): Promise<void> {
    if (!socket.isOpen) return;
    if (!socket.hasRoomForMessage(Date.now())) {
      socket.end(closeCodes.tooMany, 'Too many messages');
      return;
    }
    try {
      await take(data);
    } catch (error) {
      const end = error instanceof SocketEnd ? error : endOfUnexpected(error);
      if (end === null) this.options.logger.error({ err: error }, 'a message could not be handled');
      socket.end(end?.code ?? closeCodes.internal, end?.reason ?? 'Internal error');
    }
  }

  async #signIn(socket: LiveSocket, parameters: Readonly<Record<string, unknown>> | undefined): Promise<void> {
    const [, shown] = Object.entries(parameters ?? {}).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
    const authorization = typeof shown === 'string' ? shown : undefined;
    const caller = await this.options.identity.callerOf(authorization).catch((error: unknown) => {
      throw endOf(refusalOf(error), false) ?? error;
    });
    if (authorization === undefined || caller === null) {
      throw new SocketEnd(closeCodes.unauthorized, 'Show a token: authorization in the parameters of connection_init');
    }
    const { actor, expiresAt } = caller;
    if (socket.signIn({ authorization, userId: actor.id, expiresAt })) return;
    throw new SocketEnd(closeCodes.tooMany, 'Too many sockets of one user');
  }

  async #begin(socket: LiveSocket, payload: SubscribePayload): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const wait = this.#begun.count(socket.signedIn?.userId ?? '', Date.now());
    if (wait > 0) return [requestRefused(rateLimited(wait))];
    const leave = socket.takePlace();
    if (leave === null) return [requestRefused(tooMany(this.options.limits.subscriptionsOfSocket))];
    try {
      const begun = await this.#open(socket, payload, leave);
      if (Array.isArray(begun)) leave();
      return begun;
    } catch (error) {
      leave();
      throw error;
    }
  }

  async #open(
    socket: LiveSocket,
    { query, operationName, variables }: SubscribePayload,
    leave: () => void,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const { schema, documents, admission } = this.options;
    const opened = documents.open(query, operationName);
    if (!('document' in opened)) return opened;
    const request = { ...opened, operationName: operationName ?? undefined, variables: variables ?? {} };
    const tooMuch = admission.refusalOf({ schema, ...request });
    if (tooMuch !== null) return [requestRefused(tooMuch)];
    const stop = new AbortController();
    const operation = new LiveOperation(this.options, socket, request, await this.#context(socket, stop.signal), () => {
      stop.abort();
      leave();
    });
    const errors = await operation.start();
    return errors.length > 0 ? errors : { schema, document: opened.document, operationName, contextValue: operation };
  }

  async #context({ signedIn }: LiveSocket, signal: AbortSignal): Promise<LiveContext> {
    const access = () => this.#actorOf(signedIn);
    const actor = await access().catch((error: unknown) => {
      throw endOf(refusalOf(error), false) ?? error;
    });
    const facts = { actor, requestId: uuid(), arrivedAt: performance.now(), clientAddress: '' };
    return { ...this.options.contextOf(facts), live: { ...this.options.feeds, access, signal } };
  }

  async #actorOf(signedIn: SignedIn | null): Promise<Actor> {
    const caller = await this.options.identity.callerOf(signedIn?.authorization);
    if (caller === null) throw new Refusal('UNAUTHENTICATED', 'Sign in first.');
    return caller.actor;
  }
}

/** The library throws where a client says what only servers say: that is the client's fault, and no error of ours to log. */
function endOfUnexpected(error: unknown): SocketEnd | null {
  if (!(error instanceof Error && error.message.startsWith('Unexpected message of type'))) return null;
  return new SocketEnd(closeCodes.badRequest, 'Only servers send such messages');
}

function tooMany(limit: number): Refusal {
  return new Refusal('RATE_LIMITED', `One socket carries ${limit} subscriptions at the most.`, { limit });
}

function operationIn(value: unknown): LiveOperation {
  if (value instanceof LiveOperation) return value;
  throw new Error('There is no subscription');
}

function told(
  { data = null, errors = [], extensions }: ProtocolResult,
  { requestId }: LiveOperation,
): FormattedExecutionResult {
  const more = extensions === undefined ? {} : { extensions };
  if (errors.length === 0) return { data, ...more };
  return {
    data,
    ...more,
    errors: errors.map((error) => {
      const formatted = formatError(error.toJSON(), error);
      if (formatted.extensions?.['code'] !== 'INTERNAL') return formatted;
      return { ...formatted, extensions: { code: 'INTERNAL', context: { requestId } } };
    }),
  };
}
