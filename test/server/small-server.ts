/** The real server over the small schema and a real database: what a request goes through, without the domain. */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../ormconfig.ts';
import { openFeeds } from '../../src/jobs/live-feeds.ts';
import type { Role } from '../../src/actor.ts';
import { startServer, type RunningServer, type ServerConfig, type ServerOptions } from '../../src/server/http.ts';
import { Identity, type IdentityOptions } from '../../src/server/identity.ts';
import type { SocketLimits } from '../../src/server/live-socket.ts';
import { createLogger } from '../../src/server/logs.ts';
import { createLoaders } from '../../src/resolvers/loaders.ts';
import { createTestDatabase } from '../database.ts';
import { cuttable } from './cuttable.ts';
import { smallPolicy, smallSchema } from './small-schema.ts';

export const testSecret = 'only for tests, and long enough to sign with any of the three HMAC algorithms';

export interface SmallServer extends RunningServer {
  readonly db: DataSource;
  readonly databaseUrl: string;
  readonly identity: Identity;
  /** Every line logged so far. */
  readonly logs: () => string;
  /** From now on the database cannot be reached. */
  readonly cutDatabase: () => void;
  readonly stop: () => Promise<void>;
}

export interface SmallServerOptions {
  readonly config?: Partial<ServerConfig>;
  readonly identity?: Partial<IdentityOptions>;
  readonly server?: Partial<
    Pick<ServerOptions, 'schema' | 'policy' | 'execute' | 'gate' | 'readiness' | 'notices' | 'openQueues'>
  >;
  /** With subscriptions. */
  readonly sockets?: Partial<SocketLimits>;
}

export async function startSmallServer(options: SmallServerOptions = {}): Promise<SmallServer> {
  const database = await createTestDatabase();
  const wire = await cuttable(database.appUrl);
  const db = await createDataSource(wire.url, { poolSize: 4 }).initialize();
  const identity = new Identity({ db, secret: testSecret, tokenTtlMinutes: 5, oidc: null, ...options.identity });
  let lines = '';
  const logger: Logger = createLogger('info', { write: (line) => (lines += line) });
  const config = {
    host: '127.0.0.1',
    port: 0,
    production: false,
    trustedProxies: 0,
    corsOrigins: [],
    rateLimitPerMinute: 100_000,
    metricsToken: null,
    ...options.config,
  };
  const { sockets } = options;
  const hints = { directUrl: wire.url, redisUrl: null, onError: () => undefined };
  const feeds = sockets === undefined ? null : await openFeeds({ db, ...hints });
  const server = await startServer({
    schema: smallSchema(),
    policy: smallPolicy,
    config,
    db,
    identity,
    patientKey: 'the key of the patients of a test',
    logger,
    createLoaders,
    ...(feeds === null ? {} : { feeds, socketLimits: sockets ?? {} }),
    ...options.server,
  });
  return {
    ...server,
    db,
    databaseUrl: wire.url,
    identity,
    logs: () => lines,
    cutDatabase: () => {
      wire.cut();
    },
    async stop() {
      await server.close();
      await feeds?.close();
      await db.destroy();
      wire.cut();
      await database.drop();
    },
  };
}

export async function addUser(
  db: DataSource,
  roles: readonly Role[],
  email = `${randomUUID()}@test.example`,
): Promise<string> {
  const id = randomUUID();
  await db.query(`INSERT INTO people."user" (id, email, display_name, roles) VALUES ($1, $2, 'Somebody', $3)`, [
    id,
    email,
    roles,
  ]);
  return id;
}

export async function addPatient(db: DataSource): Promise<string> {
  const id = randomUUID();
  await db.query('INSERT INTO people.patient (id) VALUES ($1)', [id]);
  return id;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly data?: Record<string, unknown> | null;
  readonly errors?: {
    message: string;
    path?: string[];
    extensions: { code: string; context: Record<string, unknown> };
  }[];
}

export interface Question {
  readonly query: string;
  readonly variables?: unknown;
  readonly token?: string;
  readonly headers?: Record<string, string>;
}

export async function ask(
  { url }: { readonly url: string },
  { query, variables, token, headers }: Question,
): Promise<Answer> {
  return post(url, JSON.stringify({ query, variables }), {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...headers,
  });
}

export async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
  const parsed = (await response.json()) as Pick<Answer, 'data' | 'errors'>;
  return { status: response.status, headers: response.headers, ...parsed };
}

export function codeOf({ errors }: Answer): string | undefined {
  return errors?.[0]?.extensions.code;
}
