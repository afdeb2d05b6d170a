/** Messages by Redis pub/sub. Who listens on a connection may not speak on it, so there are two. */
import { Redis } from 'ioredis';
import { pingMs, reconnectMs, type Carrier, type CarrierOptions } from './carrier.ts';

/** The braces keep whatever is ours in one slot of a Redis Cluster. */
const channel = '{lotkeeper}:hints';
const patienceMs = 5_000;

export function redisCarrier(url: string, { listen, onError }: CarrierOptions): Carrier {
  const connections: Redis[] = [];
  let closed = false;
  const open = () => {
    const redis = new Redis(url, {
      // What cannot leave now is lost: hints are not worth a queue.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResubscribe: false,
      connectTimeout: patienceMs,
      commandTimeout: patienceMs,
      retryStrategy: () => reconnectMs,
    });
    let complained = false;
    redis.on('error', (error: unknown) => {
      if (!complained && !closed) onError(error);
      complained = true;
    });
    redis.on('ready', () => {
      complained = false;
    });
    connections.push(redis);
    return redis;
  };
  const speaker = open();
  const pings: NodeJS.Timeout[] = [];
  if (listen !== null) {
    const ear = open();
    ear.on('message', (_channel: string, message: string) => {
      listen.onMessage(message);
    });
    ear.on('ready', () => {
      ear.subscribe(channel).then(listen.onListening, () => {
        ear.disconnect(true);
      });
    });
    const ping = () => {
      if (ear.status === 'ready') {
        ear.ping().catch(() => {
          ear.disconnect(true);
        });
      }
    };
    pings.push(setInterval(ping, pingMs));
  }
  return {
    async send(message) {
      await speaker.publish(channel, message);
    },
    async close() {
      closed = true;
      for (const timer of pings) clearInterval(timer);
      for (const redis of connections) redis.disconnect();
    },
  };
}
