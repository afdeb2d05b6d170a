/** The ways to the API: queries and mutations by POST, subscriptions over one socket. Made anew for whoever signs in. */
import {
  cacheExchange,
  Client,
  fetchExchange,
  mapExchange,
  stringifyDocument,
  type TypedDocumentNode,
} from '@urql/core';
import { createClient as createSocket, type Client as Socket, type SubscribePayload } from 'graphql-ws/client';
import { connection } from '../app/connection.ts';
import { expireSession, session } from '../app/session.ts';
import { Position } from './position.ts';

export interface Api {
  readonly client: Client;
  /** Follows a subscription until the answer is called; `next` may change `variables`, and a new connection takes those. */
  follow<Data, Variables extends Record<string, unknown>>(following: Following<Data, Variables>): () => void;
  /** After each new connection but the first: what has no cursor has to be read anew. */
  onReconnect(listener: () => void): () => void;
  close(): void;
}

export interface Following<Data, Variables> {
  readonly document: TypedDocumentNode<Data, Variables>;
  readonly variables: Variables;
  readonly next: (data: Data) => void;
}

/** The socket's close codes that say not to come back by oneself (docs/subscriptions.md). */
const final = new Set([4400, 4403]);
const signInAgain = 4401;

/** Nothing, before somebody is signed in: an empty token would be a wrong one. */
function authorization(): { readonly authorization?: string } {
  const { signedIn } = session.get();
  return signedIn === null ? {} : { authorization: `Bearer ${signedIn.token}` };
}

export function openApi(): Api {
  const socket = openSocket();
  const position = new Position();
  const reconnected = new Set<() => void>();
  let connections = 0;
  let isOver = false;
  socket.on('connected', () => {
    connection.set('live');
    connections += 1;
    position.forget();
    if (connections > 1) for (const listener of reconnected) listener();
  });
  socket.on('closed', (event) => {
    if (isOver) return;
    if (isClose(event) && event.code === signInAgain) expireSession();
    connection.set('away');
  });
  const retry = () => {
    if (connection.get() !== 'live') socket.terminate();
  };
  addEventListener('online', retry);
  return {
    client: openClient(position),
    follow: ({ document, variables, next }) => {
      // What was before it is told by no event: it is to be in what is read.
      position.forget();
      const payload: SubscribePayload = { query: stringifyDocument(document), variables };
      return socket.subscribe<Parameters<typeof next>[0], Record<string, unknown>>(payload, {
        next: ({ data, extensions }) => {
          position.hear(extensions);
          if (data !== undefined && data !== null) next(data);
        },
        // A refusal, or a close that says not to come back: the line in the header shows it.
        error: () => undefined,
        complete: () => undefined,
      });
    },
    onReconnect(listener) {
      reconnected.add(listener);
      return () => reconnected.delete(listener);
    },
    close() {
      isOver = true;
      removeEventListener('online', retry);
      void socket.dispose();
    },
  };
}

function openSocket(): Socket {
  const { protocol, host } = location;
  return createSocket({
    url: `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/graphql`,
    connectionParams: () => authorization(),
    // Open as long as somebody is signed in: it also tells whether the server can be reached.
    lazy: session.get().signedIn === null,
    onNonLazyError: () => undefined,
    keepAlive: 15_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: async (tries) => {
      const ms = Math.min(500 * 2 ** tries, 8_000);
      await new Promise((settle) => setTimeout(settle, ms * (0.75 + Math.random() / 2)));
    },
    shouldRetry: (event) => !(isClose(event) && (final.has(event.code) || event.code === signInAgain)),
  });
}

function isClose(event: unknown): event is { readonly code: number } {
  return typeof event === 'object' && event !== null && 'code' in event && typeof event.code === 'number';
}

function openClient(position: Position): Client {
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    fetch: position.fetch,
    fetchOptions: () => ({ headers: authorization() }),
    exchanges: [
      mapExchange({
        onError(error) {
          if (error.graphQLErrors.some(({ extensions }) => extensions['code'] === 'UNAUTHENTICATED')) expireSession();
        },
      }),
      cacheExchange,
      fetchExchange,
    ],
  });
}
