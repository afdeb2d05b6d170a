/** The same tests on both stores of the queue. Redis: where a redis-server is found, and always in CI. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0 || process.env['CI'] === 'true';

export interface RedisServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** `body` gets what to start before the tests: null where the queue lies in PostgreSQL. */
export function withBackend(name: string, body: (startRedis: () => Promise<RedisServer | null>) => void): void {
  describe(`${name} on PostgreSQL`, () => {
    body(async () => null);
  });
  describe.skipIf(!hasRedis)(`${name} on Redis`, () => {
    body(startRedis);
  });
}

export async function startRedis(): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'lotkeeper-redis-'));
  const port = await freePort();
  const server = spawn(
    'redis-server',
    [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--maxmemory-policy',
      'noeviction',
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  await ready(server);
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', () => {
      reject(new Error('redis-server did not start'));
    });
    server.stdout?.on('data', (text: Buffer) => {
      if (text.includes('Ready to accept connections')) resolve();
    });
  });
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
