/** The same tests on both stores of the queue. Redis: where a redis-server is found, and always in CI. */
import { describe } from 'vitest';
import { hasRedis, RedisServer } from './redis-server.ts';

export type { RedisServer };

/** `body` gets what to start before the tests: null where the queue lies in PostgreSQL. */
export function withBackend(name: string, body: (startRedis: () => Promise<RedisServer | null>) => void): void {
  describe(`${name} on PostgreSQL`, () => {
    body(async () => null);
  });
  describe.skipIf(!hasRedis)(`${name} on Redis`, () => {
    body(() => RedisServer.start());
  });
}
