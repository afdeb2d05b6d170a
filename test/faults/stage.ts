/** What every check stands on: a database of its own with a clinic in it, our processes, clients, and the books at the end. */
import { setTimeout as delay } from 'node:timers/promises';
import { verifyBooks } from '../../src/domain/verify-books.ts';
import { poolOf } from '../../src/db/prepared.ts';
import type { Random } from '../../src/seed/random.ts';
import { TestClinic } from '../clinic.ts';
import { ApiClient, type Answer } from '../live/api-client.ts';
import { startApi, tokenFor, type ApiProcess } from '../live/api-process.ts';
import type { CliProcess } from '../live/cli-process.ts';
import type { Cluster } from '../live/cluster.ts';
import { startWorker } from '../live/worker-process.ts';
import { RedisServer } from '../redis-server.ts';

/** How a check is run: what of it is random comes from `random`. */
export interface Run {
  readonly cluster: Cluster;
  readonly seed: number;
  readonly random: Random;
  readonly short: boolean;
  /** The protection that is taken away from our processes. */
  readonly mutant: string | null;
  readonly say: (line: string) => void;
}

export interface Check {
  readonly name: string;
  readonly mutants: readonly string[];
  /** Waits most of the time, for locks to run out and the like: in the short run such checks go side by side. */
  readonly waits?: boolean;
  /** Too dear for the short run, unless it is asked for by name. */
  readonly isDear?: boolean;
  /** What does not hold; nothing where all does. */
  readonly run: (run: Run) => Promise<string[]>;
}

export interface Stage {
  readonly clinic: TestClinic;
  readonly databaseName: string;
  /** As the application. */
  readonly databaseUrl: string;
  readonly apis: ApiProcess[];
  readonly clients: ApiClient[];
  readonly workers: CliProcess[];
  /** Null: the queues lie in PostgreSQL. */
  readonly redis: RedisServer | null;
  readonly token: string;
  /** How often a call was made again because its refusal said that it might; none on a machine with nothing else to do. */
  readonly askedAgain: { count: number };
  /** Another process of the same kind. */
  addApi(): Promise<ApiProcess>;
  addWorker(): Promise<CliProcess>;
  /** The database ends the sessions of that application's name. */
  endSessions(name: string): Promise<void>;
}

export interface StageOptions {
  readonly apis?: number;
  /** Of each API process. */
  readonly clients?: number;
  readonly workers?: number;
  readonly workerArguments?: readonly string[];
  readonly withRedis?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Settings of the application's role in this database. */
  readonly settings?: readonly string[];
}

/** Whatever server the check plays on. */
type Playing = Omit<Run, 'cluster'> & { readonly cluster: Pick<Cluster, 'newDatabase' | 'asAdmin'> };

export async function onStage<T>(run: Playing, options: StageOptions, play: (stage: Stage) => Promise<T>): Promise<T> {
  const database = await run.cluster.newDatabase();
  for (const setting of options.settings ?? []) {
    await run.cluster.asAdmin('postgres', `ALTER ROLE lotkeeper_api IN DATABASE ${database.name} SET ${setting}`);
  }
  const clinic = await TestClinic.in(database);
  for (const pool of [clinic.owner, poolOf(clinic.db)]) pool.on('error', () => undefined);
  const redis = options.withRedis === true ? await RedisServer.start() : null;
  const how = {
    databaseUrl: database.appUrl,
    redisUrl: redis?.url ?? null,
    mutant: run.mutant,
    env: options.env ?? {},
  };
  const started: CliProcess[] = [];
  const stage: Omit<Stage, 'token'> = {
    ...{ clinic, databaseName: database.name, databaseUrl: database.appUrl, redis, askedAgain: { count: 0 } },
    ...{ apis: [], clients: [], workers: [] },
    async addApi() {
      const api = await startApi(how);
      started.push(api);
      stage.apis.push(api);
      stage.clients.push(new ApiClient(api.url, options.clients ?? 1));
      return api;
    },
    async addWorker() {
      const worker = await startWorker({ ...how, arguments: options.workerArguments ?? [] });
      started.push(worker);
      stage.workers.push(worker);
      return worker;
    },
    async endSessions(name) {
      await run.cluster.asAdmin(
        database.name,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = '${name}'`,
      );
    },
  };
  try {
    await Promise.all([
      ...times(options.apis, () => stage.addApi()),
      ...times(options.workers, () => stage.addWorker()),
    ]);
    const token = await tokenFor((await clinic.actor(['PHARMACIST'])).id);
    const result = await play({ ...stage, token });
    if (run.mutant !== null && !started.some((each) => each.isMutated())) {
      throw new Error(`The mutant ${run.mutant} has found nothing to take away: correct test/faults/mutate.ts.`);
    }
    return result;
  } finally {
    await Promise.all(stage.clients.map((client) => client.close()));
    await Promise.all(started.map((each) => each.kill()));
    await redis?.stop();
    await clinic.close();
  }
}

function times<T>(count: number | undefined, make: () => T): T[] {
  return Array.from({ length: count ?? 0 }, make);
}

export const dispenseMutation = `mutation ($input: DispenseInput!) { dispense(input: $input) { records { id } } }`;

export interface DispenseCall {
  readonly idempotencyKey: string;
  readonly locationId: string;
  readonly lines: readonly { readonly productId: string; readonly quantity: string }[];
  readonly reason?: string;
}

export async function callDispense(
  stage: Stage,
  api: number,
  input: DispenseCall,
  token = stage.token,
): Promise<Answer> {
  const client = stage.clients[api % stage.clients.length];
  if (client === undefined) throw new Error('There is no API to call');
  return client.call(token, dispenseMutation, { input });
}

/** As a good client does: what may be tried again is, under the same key. */
export async function insist(stage: Stage, call: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await call();
    if (answer.kind !== 'refused' || !answer.retryable || attempt === 20) return answer;
    stage.askedAgain.count += 1;
    await delay(50);
  }
}

export async function insistOnDispense(
  stage: Stage,
  api: number,
  input: DispenseCall,
  token = stage.token,
): Promise<Answer> {
  return insist(stage, () => callDispense(stage, api, input, token));
}

/** Ids of the records that an answer acknowledges. */
export function recordIds(answer: Answer): string[] {
  if (answer.kind !== 'done') return [];
  const { records } = answer.data['dispense'] as { records: { id: string }[] };
  return records.map(({ id }) => id);
}

/** How it went, in a word: for counting. */
export function outcome(answer: Answer): string {
  return answer.kind === 'refused' ? answer.code : answer.kind;
}

export async function brokenBooks({ clinic }: Stage): Promise<string[]> {
  const faults = await verifyBooks(clinic.db);
  return faults.slice(0, 3).map(({ check, message }) => `the books: ${check}: ${message}`);
}

export function expectEqual(what: string, found: unknown, wanted: unknown): string[] {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  return a === b ? [] : [`${what}: ${a} instead of ${b}`];
}

/** A machine that is busy with other things is given four times as long in the short run; no mutant is caught by a clock. */
export function expectWithin(run: Run, what: string, ms: number, limitMs: number): string[] {
  if (run.mutant !== null) return [];
  const limit = run.short ? 4 * limitMs : limitMs;
  return ms <= limit ? [] : [`${what}: ${Math.round(ms)} ms, more than ${limit} ms`];
}
