/** A real API process, as `lotkeeper api` runs it, and tokens that it takes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SignJWT } from 'jose';

const root = fileURLToPath(new URL('../..', import.meta.url));
const secret = 'for-processes-that-live-as-long-as-a-check';

export interface ApiOptions {
  readonly databaseUrl: string;
  /** The built one, as users run it; otherwise the sources as they stand. */
  readonly built?: boolean;
  /** A protection that test/faults/mutate.ts takes away. */
  readonly mutant?: string | null;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArguments?: readonly string[];
}

export interface ApiProcess {
  readonly url: string;
  readonly pid: number;
  /** From the start of the process until `/readyz` says ready. */
  readonly readyMs: number;
  hasEnded(): boolean;
  /** Whether its mutant has found what it takes away. */
  isMutated(): boolean;
  /** What it last wrote to standard error. */
  lastWords(): string;
  kill(): Promise<void>;
  stop(): Promise<number | null>;
}

export async function startApi(options: ApiOptions): Promise<ApiProcess> {
  const started = performance.now();
  const child = spawn(process.execPath, commandOf(options), {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'test',
      PORT: '0',
      DATABASE_URL: options.databaseUrl,
      JWT_SECRET: secret,
      LOG_LEVEL: 'error',
      RATE_LIMIT_PER_MINUTE: '100000000',
      ...(options.mutant == null ? {} : { LOTKEEPER_MUTANT: options.mutant }),
      ...options.env,
    },
  });
  const words: string[] = [];
  let mutated = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words.push(text);
    mutated ||= text.includes('mutant applied');
    if (words.length > 50) words.shift();
  });
  const ended = new Promise<number | null>((settle) => child.once('exit', settle));
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  try {
    const url = await addressOf(child);
    await untilReady(url, hasEnded);
    return {
      url,
      pid: child.pid ?? 0,
      readyMs: performance.now() - started,
      hasEnded,
      isMutated: () => mutated,
      lastWords: () => words.join('').slice(-2_000),
      kill: () => end(child, 'SIGKILL', ended).then(() => undefined),
      stop: () => end(child, 'SIGTERM', ended),
    };
  } catch (error) {
    await end(child, 'SIGKILL', ended);
    throw new Error(`The API did not start: ${String(error)}\n${words.join('')}`);
  }
}

function commandOf({ built, mutant, nodeArguments }: ApiOptions): string[] {
  const before = [...(nodeArguments ?? [])];
  if (built === true) return [...before, 'dist/src/cli.js', 'api'];
  const preload = mutant == null ? [] : ['--import', './test/faults/mutate.ts'];
  return [...before, '--import', 'tsx', ...preload, 'src/cli.ts', 'api'];
}

async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('It has no standard output');
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /(http:\/\/[\w.:]+)\/graphql/.exec(line)?.[1];
    if (address !== undefined) {
      child.stdout.resume();
      return address;
    }
  }
  throw new Error('It ended before it said where it listens');
}

export async function untilReady(url: string, hasEnded: () => boolean, patienceMs = 30_000): Promise<void> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return;
    if (hasEnded()) throw new Error('It has ended');
    if (performance.now() > until) throw new Error('It did not become ready');
    await delay(20);
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals, ended: Promise<number | null>): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  return ended;
}

export async function tokenFor(userId: string): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(userId)
    .setIssuer('lotkeeper')
    .setAudience('lotkeeper')
    .setIssuedAt()
    .setExpirationTime('6h')
    .sign(new TextEncoder().encode(secret));
}
