import { Redis } from 'ioredis';
import type { Finding } from './doctor.ts';

/** By INFO, which hosted servers answer too; many of them refuse CONFIG. */
export async function redisFinding(url: string): Promise<Finding> {
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    connectTimeout: 3_000,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return judged(fieldsOf(await redis.info()));
  } catch (error) {
    const found = `does not answer (${error instanceof Error ? error.message : String(error)})`;
    const advice = 'Start it, or correct REDIS_URL; mutations go on meanwhile.';
    return { check: 'redis', health: 'FAIL', found, advice };
  } finally {
    redis.disconnect();
  }
}

function judged(fields: ReadonlyMap<string, string>): Finding {
  const version = fields.get('valkey_version') ?? fields.get('redis_version') ?? 'unknown';
  const [major = 0, minor = 0] = (fields.get('redis_version') ?? '').split('.').map(Number);
  if (major < 6 || (major === 6 && minor < 2)) {
    return { check: 'redis', health: 'FAIL', found: `version ${version}`, advice: 'Redis 6.2 or later is needed.' };
  }
  const policy = fields.get('maxmemory_policy') ?? 'unknown';
  if (policy === 'noeviction') return { check: 'redis', health: 'OK', found: `version ${version}, evicts nothing` };
  const advice = 'Set maxmemory-policy noeviction: an evicting Redis throws jobs away.';
  return { check: 'redis', health: 'WARN', found: `maxmemory-policy is ${policy}`, advice };
}

function fieldsOf(info: string): Map<string, string> {
  const fields = info.split('\r\n').map((line) => line.split(':', 2));
  return new Map(fields.map(([name = '', value = '']) => [name, value]));
}
