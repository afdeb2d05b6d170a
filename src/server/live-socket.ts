/** One WebSocket: who is on it and until when, what it may hold back, whether it still lives. */
import type { WebSocket } from 'ws';
import { subscriptions } from '../observe/metrics.ts';

/** Those from 4400 on are the protocol's own; 1013 asks clients to come back by themselves. */
export const closeCodes = {
  goingAway: 1001,
  tryAgainLater: 1013,
  badRequest: 4400,
  unauthorized: 4401,
  forbidden: 4403,
  tooMany: 4429,
  internal: 4500,
} as const;

/** Thrown where not one answer but the whole socket has to end. */
export class SocketEnd extends Error {
  override readonly name = 'SocketEnd';

  constructor(
    readonly code: number,
    readonly reason: string,
  ) {
    super(reason);
  }
}

export interface SocketLimits {
  /** Open at a time in this process. */
  readonly sockets: number;
  /** Of these, not signed in yet; one more ends the oldest. */
  readonly pending: number;
  readonly socketsOfUser: number;
  readonly subscriptionsOfSocket: number;
  readonly frameBytes: number;
  readonly messagesPerMinute: number;
  readonly initMs: number;
  readonly pingMs: number;
  /** How long a socket may take nothing of what is sent to it. */
  readonly blockedMs: number;
  /** How often it is seen to that who is on a silent socket may still be there. */
  readonly accessMs: number;
  readonly sweepMs: number;
}

export const socketLimits: SocketLimits = {
  sockets: 4_000,
  pending: 500,
  socketsOfUser: 100,
  subscriptionsOfSocket: 20,
  frameBytes: 65_536,
  messagesPerMinute: 600,
  initMs: 5_000,
  pingMs: 30_000,
  blockedMs: 60_000,
  accessMs: 60_000,
  sweepMs: 1_000,
};

/** More than this waits only where somebody makes us answer and does not read. */
const mostBuffered = 4 * 1_048_576;

const closePatienceMs = 3_000;

export interface SignedIn {
  readonly authorization: string;
  readonly userId: string;
  readonly expiresAt: number;
}

export class LiveSocket {
  readonly openedAt = Date.now();
  signedIn: SignedIn | null = null;
  #subscriptions = 0;
  /** When it was last seen to that who is on it may be there. */
  accessAt = Date.now();
  #tookAt = Date.now();
  #pingedAt = Date.now();
  #awaitsPong = false;
  #messages = 0;
  #messagesSince = Date.now();

  constructor(
    readonly ws: WebSocket,
    private readonly limits: SocketLimits,
    private readonly admits: (socket: LiveSocket, user: SignedIn) => boolean,
  ) {
    ws.on('pong', () => {
      this.#awaitsPong = false;
    });
  }

  get isOpen(): boolean {
    return this.ws.readyState === this.ws.OPEN;
  }

  /** False: this user has as many sockets as there may be. */
  signIn(user: SignedIn): boolean {
    if (!this.admits(this, user)) return false;
    this.signedIn = user;
    return true;
  }

  /** A place for a subscription, as what gives it back; null where all are taken. */
  takePlace(): (() => void) | null {
    if (this.#subscriptions >= this.limits.subscriptionsOfSocket) return null;
    this.#subscriptions += 1;
    subscriptions.inc();
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#subscriptions -= 1;
      subscriptions.dec();
    };
  }

  /** Done when the network has taken it: whoever waits for that holds one message, not a queue. Nothing is sent after the end. */
  async send(data: string): Promise<void> {
    if (!this.isOpen) return;
    if (this.ws.bufferedAmount > mostBuffered) {
      this.end(closeCodes.tryAgainLater, 'Too slow');
      return;
    }
    await new Promise<void>((resolve) => {
      // What cannot be sent any more ends with the socket, which tells the subscriptions.
      this.ws.send(data, () => {
        this.#tookAt = Date.now();
        resolve();
      });
    });
  }

  /** False: more than there may be. */
  hasRoomForMessage(now: number): boolean {
    if (now - this.#messagesSince > 60_000) {
      this.#messages = 0;
      this.#messagesSince = now;
    }
    this.#messages += 1;
    return this.#messages <= this.limits.messagesPerMinute;
  }

  /** Who does not say goodbye in turn is cut off. */
  end(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.ws.close(code, reason.slice(0, 100));
    const cut = setTimeout(() => {
      this.ws.terminate();
    }, closePatienceMs);
    this.ws.once('close', () => {
      clearTimeout(cut);
    });
  }

  /** Looks whether it has to end, and asks whether it still lives. */
  sweep(now: number): void {
    if (this.signedIn !== null && this.signedIn.expiresAt <= now) {
      this.end(closeCodes.unauthorized, 'The token has expired');
      return;
    }
    if (this.ws.bufferedAmount === 0) this.#tookAt = now;
    if (now - this.#tookAt > this.limits.blockedMs)
      this.end(closeCodes.tryAgainLater, 'Too slow: come back with your cursor');
    // Behind what is not taken no ping would get through; that has a clock of its own.
    if (this.ws.bufferedAmount > 0 || now - this.#pingedAt < this.limits.pingMs) return;
    if (this.#awaitsPong) this.ws.terminate();
    else if (this.isOpen) this.ws.ping();
    this.#awaitsPong = true;
    this.#pingedAt = now;
  }
}
