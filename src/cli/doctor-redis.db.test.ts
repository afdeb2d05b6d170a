import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasRedis, RedisServer } from '../../test/redis-server.ts';
import { redisFinding } from './doctor-redis.ts';

describe.skipIf(!hasRedis)('what the doctor says of a Redis', () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await RedisServer.start();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  test('that evicts nothing is well', async () => {
    const { health, found } = await redisFinding(server.url);
    expect([health, found]).toEqual(['OK', expect.stringMatching(/^version \d.*, evicts nothing$/)]);
  });

  test('that throws jobs away when it is full is told, with what to do', async () => {
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    expect(await redisFinding(server.url)).toEqual({
      check: 'redis',
      health: 'WARN',
      found: 'maxmemory-policy is allkeys-lru',
      advice: 'Set maxmemory-policy noeviction: an evicting Redis throws jobs away.',
    });
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
  });

  test('that refuses CONFIG, as hosted ones do, is asked in another way', async () => {
    await redis.call('ACL', 'SETUSER', 'hosted', 'on', '>secret', '~*', '+@all', '-config');
    const url = server.url.replace('redis://', 'redis://hosted:secret@');
    expect(await redisFinding(url)).toMatchObject({ health: 'OK' });
  });

  test('that is not there fails, in words', async () => {
    expect(await redisFinding('redis://127.0.0.1:1')).toMatchObject({ check: 'redis', health: 'FAIL' });
  });
});
