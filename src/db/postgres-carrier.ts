/** Messages by NOTIFY, on a connection of its own past any pooler; within a mutation's transaction it would serialise commits. */
import pg from 'pg';
import { pingMs, reconnectMs, type Carrier, type CarrierOptions } from './carrier.ts';

const patienceMs = 5_000;

export interface PostgresCarrierOptions extends CarrierOptions {
  /** A plain word: it stands in a statement. */
  readonly channel: `lotkeeper_${string}`;
}

export function postgresCarrier(directUrl: string, options: PostgresCarrierOptions): Carrier {
  const carrier = new PostgresCarrier(directUrl, options);
  if (options.listen !== null) carrier.keepConnected();
  return carrier;
}

class PostgresCarrier implements Carrier {
  #client: Promise<pg.Client> | null = null;
  #again: NodeJS.Timeout | undefined;
  #closed = false;
  #complained = false;

  constructor(
    private readonly url: string,
    private readonly options: PostgresCarrierOptions,
  ) {}

  async send(message: string): Promise<void> {
    const client = await this.#connected();
    await client.query('SELECT pg_notify($1, $2)', [this.options.channel, message]);
  }

  keepConnected(): void {
    this.#connected().catch(() => {
      if (this.#closed) return;
      this.#again = setTimeout(() => {
        this.keepConnected();
      }, reconnectMs);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#again);
    const client = await this.#client?.catch(() => null);
    await client?.end().catch(() => undefined);
  }

  #connected(): Promise<pg.Client> {
    if (this.#closed) return Promise.reject(new Error('The carrier is closed'));
    this.#client ??= this.#connect().catch((error: unknown) => {
      this.#client = null;
      if (!this.#complained && !this.#closed) this.options.onError(error);
      this.#complained = true;
      throw error;
    });
    return this.#client;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: this.options.channel.replace('_', '-'),
      keepAlive: true,
      connectionTimeoutMillis: patienceMs,
      query_timeout: patienceMs,
    });
    // A lost connection says both 'error' and 'end'; the second tells that it is over.
    client.on('error', () => undefined);
    const { channel, listen } = this.options;
    try {
      await client.connect();
      if (listen !== null) {
        client.on('notification', ({ payload }) => {
          listen.onMessage(payload ?? '');
        });
        await client.query(`LISTEN ${channel}`);
      }
    } catch (error) {
      client.end().catch(() => undefined);
      throw error;
    }
    this.#watch(client);
    this.#complained = false;
    listen?.onListening();
    return client;
  }

  #watch(client: pg.Client): void {
    const ping = setInterval(() => {
      client.query('SELECT 1').catch(lost);
    }, pingMs);
    let isLost = false;
    const lost = () => {
      // The ping under way fails as well as the connection ends: the second would drop the one that was just made, open.
      if (isLost) return;
      isLost = true;
      clearInterval(ping);
      client.removeAllListeners('notification');
      // Of a link that is dead the end may never be heard.
      client.end().catch(() => undefined);
      this.#client = null;
      if (this.options.listen !== null) this.keepConnected();
    };
    client.once('end', lost);
  }
}
