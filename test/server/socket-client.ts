/** A client of the protocol graphql-transport-ws, plain enough to misbehave. */
import { WebSocket, type ClientOptions } from 'ws';
import type { Answer } from './small-server.ts';

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

export type Payload = Pick<Answer, 'data' | 'errors'> & { readonly extensions?: Readonly<Record<string, unknown>> };

interface Message {
  readonly id?: string;
  readonly type: string;
  readonly payload?: unknown;
}

export interface ConnectOptions extends ClientOptions {
  readonly protocol?: string;
  /** A frame, such as `{"type":"connection_init"}`, sent as soon as the socket is open; none unless a token is given. */
  readonly token?: string;
}

/** What came of one subscription. */
export class Told {
  readonly next: Payload[] = [];
  error: NonNullable<Answer['errors']> | null = null;
  isComplete = false;

  /** Of the one root field. */
  get values(): unknown[] {
    return this.next.map(({ data }) => Object.values(data ?? {})[0]);
  }

  get code(): string | undefined {
    return this.error?.[0]?.extensions.code;
  }
}

export class SocketClient {
  readonly #told = new Map<string, Told>();
  #ids = 0;
  isAcknowledged = false;
  pongs = 0;

  private constructor(
    readonly ws: WebSocket,
    readonly closed: Promise<Closed>,
  ) {
    ws.on('message', (data: Buffer) => {
      this.#take(JSON.parse(data.toString()) as Message);
    });
  }

  /** Open, and signed in where a token is given. Fails with the status where the handshake is refused. */
  static async connect(url: string, { protocol, token, ...options }: ConnectOptions = {}): Promise<SocketClient> {
    const ws = new WebSocket(`${url.replace('http', 'ws')}/graphql`, protocol ?? 'graphql-transport-ws', options);
    const closed = new Promise<Closed>((resolve) => {
      ws.once('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
      });
    });
    await new Promise<void>((resolve, reject) => {
      ws.once('open', resolve);
      ws.once('error', reject);
      ws.once('unexpected-response', (_request, response) => {
        reject(new Error(`refused with ${response.statusCode ?? 0}`));
        ws.terminate();
      });
    });
    ws.on('error', () => undefined);
    const client = new SocketClient(ws, closed);
    if (token !== undefined) await client.signIn(token);
    return client;
  }

  /** Acknowledged, or closed. */
  async signIn(token: string): Promise<void> {
    const acknowledged = new Promise<void>((resolve) => {
      this.#onAck = resolve;
    });
    this.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    await Promise.race([acknowledged, this.closed]);
  }

  subscribe(query: string, variables: Readonly<Record<string, unknown>> = {}): Told & { readonly id: string } {
    this.#ids += 1;
    const id = String(this.#ids);
    const told = Object.assign(new Told(), { id });
    this.#told.set(id, told);
    this.send({ id, type: 'subscribe', payload: { query, variables } });
    return told;
  }

  complete(id: string): void {
    this.send({ id, type: 'complete' });
  }

  send(message: object): void {
    this.ws.send(JSON.stringify(message));
  }

  async close(): Promise<Closed> {
    this.ws.close();
    return this.closed;
  }

  #onAck: () => void = () => undefined;

  #take({ id = '', type, payload }: Message): void {
    const told = this.#told.get(id);
    if (type === 'connection_ack') {
      this.isAcknowledged = true;
      this.#onAck();
    } else if (type === 'pong') this.pongs += 1;
    else if (type === 'next') told?.next.push(payload as Payload);
    else if (type === 'error' && told !== undefined) told.error = payload as NonNullable<Answer['errors']>;
    else if (type === 'complete' && told !== undefined) told.isComplete = true;
  }
}
