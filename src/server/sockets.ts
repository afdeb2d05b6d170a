/**
 * The WebSockets of this process: which are let in, how many, how long. Refused before the handshake: other addresses,
 * pages of other origins, more than there may be. A socket that never signs in costs little and makes room for the next.
 */
import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols } from 'graphql-ws';
import type { Logger } from 'pino';
import { WebSocketServer, type WebSocket } from 'ws';
import { v7 as uuid } from 'uuid';
import { sockets as openSockets } from '../observe/metrics.ts';
import { Refusal, type RefusalCode } from '../refusal.ts';
import { errorBody } from './errors.ts';
import { closeCodes, LiveSocket, type SignedIn, type SocketLimits } from './live-socket.ts';

export interface SocketsOptions {
  readonly server: Server;
  readonly path: string;
  /** Besides the server's own. */
  readonly origins: readonly string[];
  readonly limits: SocketLimits;
  readonly logger: Logger;
  /** What speaks with a socket; answers what to call when it has closed. */
  readonly opened: (socket: LiveSocket) => (code: number, reason: string) => void;
  /** Sees to it that who is on the socket may still be there, and ends it otherwise. */
  readonly checkAccess: (socket: LiveSocket) => void;
}

export class Sockets {
  readonly #all = new Set<LiveSocket>();
  /** Not signed in yet, the oldest first. */
  readonly #pending = new Set<LiveSocket>();
  readonly #ofUser = new Map<string, number>();
  readonly #handshakes: WebSocketServer;
  readonly #sweeps: NodeJS.Timeout;
  #closing = false;

  constructor(private readonly options: SocketsOptions) {
    const { limits, server } = options;
    this.#handshakes = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: limits.frameBytes,
      handleProtocols,
    });
    server.on('upgrade', this.#upgrade);
    this.#sweeps = setInterval(() => {
      this.#sweep(Date.now());
    }, limits.sweepMs);
  }

  /** All are told to come back elsewhere; who does not answer is cut off. */
  async dispose(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#sweeps);
    const ended = [...this.#all].map(
      ({ ws }) =>
        new Promise<void>((resolve) => {
          ws.once('close', resolve);
        }),
    );
    for (const socket of this.#all) socket.end(closeCodes.goingAway, 'The server is shutting down');
    await Promise.all(ended);
    this.options.server.removeListener('upgrade', this.#upgrade);
  }

  readonly #upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    stream.on('error', () => undefined);
    const refused = this.#refusedBefore(request);
    if (refused === null) {
      this.#handshakes.handleUpgrade(request, stream, head, (ws) => {
        this.#open(ws);
      });
      return;
    }
    const body = JSON.stringify(errorBody(refused.refusal, uuid()));
    const fields = [
      'connection: close',
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
    ];
    // Nobody else ends it: the HTTP server has let go of it, and whoever asked may keep their side open for ever.
    stream.once('finish', () => stream.destroy());
    stream.end(
      `HTTP/1.1 ${refused.status} ${STATUS_CODES[refused.status] ?? ''}\r\n${fields.join('\r\n')}\r\n\r\n${body}`,
    );
  };

  #refusedBefore({ url = '', headers }: IncomingMessage): Refused | null {
    const { path, origins, limits } = this.options;
    if (url.split('?', 1)[0] !== path) return refused(404, 'NOT_FOUND', `WebSockets are at ${path}.`);
    if (headers.origin !== undefined && !isAllowed(headers.origin, headers.host, origins)) {
      return refused(403, 'FORBIDDEN', 'Pages of this origin may not connect.');
    }
    if (this.#closing || this.#all.size >= limits.sockets) {
      return refused(503, 'SERVER_BUSY', 'No more sockets can be opened here now. Try again in a moment.');
    }
    return null;
  }

  readonly #admits = (socket: LiveSocket, { userId }: SignedIn): boolean => {
    const count = this.#ofUser.get(userId) ?? 0;
    // Closed meanwhile: nobody would take it off the count.
    if (!this.#all.has(socket)) return false;
    if (count >= this.options.limits.socketsOfUser) return false;
    this.#ofUser.set(userId, count + 1);
    this.#pending.delete(socket);
    return true;
  };

  #open(ws: WebSocket): void {
    openSockets.inc();
    const socket = new LiveSocket(ws, this.options.limits, this.#admits);
    this.#all.add(socket);
    this.#pending.add(socket);
    const closed = this.options.opened(socket);
    // What is wrong with a frame closes the socket with the code that says so.
    ws.on('error', () => undefined);
    ws.once('close', (code, reason) => {
      openSockets.dec();
      this.#forget(socket);
      const fields = { actorId: socket.signedIn?.userId, code, ms: Date.now() - socket.openedAt };
      this.options.logger.info(fields, 'socket closed');
      closed(code, reason.toString());
    });
    const [oldest] = this.#pending;
    if (this.#pending.size > this.options.limits.pending) oldest?.ws.terminate();
  }

  #forget(socket: LiveSocket): void {
    this.#all.delete(socket);
    this.#pending.delete(socket);
    if (socket.signedIn === null) return;
    const { userId } = socket.signedIn;
    const left = (this.#ofUser.get(userId) ?? 1) - 1;
    if (left > 0) this.#ofUser.set(userId, left);
    else this.#ofUser.delete(userId);
  }

  #sweep(now: number): void {
    const { limits, checkAccess } = this.options;
    for (const socket of this.#all) {
      socket.sweep(now);
      if (socket.signedIn === null || now - socket.accessAt < limits.accessMs) continue;
      socket.accessAt = now;
      checkAccess(socket);
    }
  }
}

interface Refused {
  readonly status: number;
  readonly refusal: Refusal;
}

function refused(status: number, code: RefusalCode, words: string): Refused {
  return { status, refusal: new Refusal(code, words) };
}

/** Whatever is not a browser sends no origin, and shows its token in any case. */
function isAllowed(origin: string, host: string | undefined, others: readonly string[]): boolean {
  return others.includes(origin) || (URL.canParse(origin) && new URL(origin).host === host);
}
