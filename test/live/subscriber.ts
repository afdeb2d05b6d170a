/** One who follows alerts as a good client does: after every end of the socket it comes back with the last cursor it has seen. */
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';

export interface ToldAlert {
  readonly id: string;
  readonly cursor: string;
  /** performance.now() of its arrival. */
  readonly at: number;
}

export interface SubscriberOptions {
  readonly token: string;
  /** Where to connect, each time anew. */
  readonly url: () => string;
  /** Of an alert, besides its id and cursor. */
  readonly selection?: string;
  readonly after?: string;
  /** How long it stays away after an end. */
  readonly awayMs?: () => number;
}

interface Message {
  readonly type: string;
  readonly payload?: {
    readonly data?: { readonly alertRaised: { readonly id: string; readonly cursor: string } | null };
    readonly errors?: readonly unknown[];
  };
}

export class Subscriber {
  readonly told: ToldAlert[] = [];
  /** What it was not to hear: refusals, answers without an alert. */
  readonly complaints: string[] = [];
  /** The codes with which sockets have ended. */
  readonly ends: number[] = [];
  #socket: WebSocket | null = null;
  #goesOn = true;
  #cursor: string | null;
  readonly #running: Promise<void>;

  constructor(private readonly options: SubscriberOptions) {
    this.#cursor = options.after ?? null;
    this.#running = this.#run();
  }

  get cursor(): string | null {
    return this.#cursor;
  }

  /** As when the line breaks: nobody says goodbye. */
  cut(): void {
    this.#socket?.terminate();
  }

  /** Reads nothing more, until `resume`. */
  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  async close(): Promise<void> {
    this.#goesOn = false;
    this.#socket?.terminate();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#goesOn) {
      this.ends.push(await this.#follow());
      await delay(this.options.awayMs?.() ?? 50);
    }
  }

  /** One socket, to its end. */
  #follow(): Promise<number> {
    const { url, token, selection = '' } = this.options;
    const socket = new WebSocket(`${url().replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    this.#socket = socket;
    const send = (message: object) => {
      socket.send(JSON.stringify(message));
    };
    socket.on('open', () => {
      send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    });
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Message;
      if (message.type !== 'connection_ack') this.#take(message);
      else {
        const query = `subscription ($after: String) { alertRaised(after: $after) { id cursor ${selection} } }`;
        send({ id: '1', type: 'subscribe', payload: { query, variables: { after: this.#cursor } } });
      }
    });
    // A refused connection says so, and then that it is closed.
    socket.on('error', () => undefined);
    return new Promise((resolve) => socket.once('close', resolve));
  }

  #take({ type, payload }: Message): void {
    const alert = payload?.data?.alertRaised;
    if (type !== 'next' || alert == null || payload?.errors !== undefined) {
      if (type !== 'pong') this.complaints.push(`${type} ${JSON.stringify(payload).slice(0, 300)}`);
      return;
    }
    this.#cursor = alert.cursor;
    this.told.push({ id: alert.id, cursor: alert.cursor, at: performance.now() });
  }
}

/** What one has heard, held against all that there was for it, in order. */
export function whatIsWrong(name: string, { told, complaints }: Subscriber, wanted: readonly string[]): string[] {
  const ids = told.map(({ id }) => id);
  const seen = new Set(ids);
  const own = new Set(wanted);
  const found: string[] = complaints.map((complaint) => `was told: ${complaint}`);
  const missed = wanted.filter((id) => !seen.has(id)).length;
  const foreign = ids.filter((id) => !own.has(id)).length;
  if (missed > 0) found.push(`missed ${missed} of ${wanted.length}`);
  if (foreign > 0) found.push(`heard ${foreign} that are none of theirs`);
  if (seen.size < ids.length) found.push(`heard ${ids.length - seen.size} again`);
  if (found.length === 0 && ids.some((id, index) => id !== wanted[index])) found.push('heard them in another order');
  return found.map((each) => `${name} ${each}`);
}
