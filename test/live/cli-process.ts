/** A real process of ours, as its command runs it: watched, mutated, stopped and killed from outside. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { programOf } from '../program.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface CliOptions {
  readonly databaseUrl: string;
  /** Where the queues and hints go; PostgreSQL where none is named. */
  readonly redisUrl?: string | null;
  /** A protection that test/faults/mutate.ts takes away. */
  readonly mutant?: string | null;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArguments?: readonly string[];
  /** Of the command. */
  readonly arguments?: readonly string[];
}

export interface CliProcess {
  readonly pid: number;
  /** What of its standard output said that it has started. */
  readonly said: RegExpExecArray;
  hasEnded(): boolean;
  /** Whether its mutant has found what it takes away. */
  isMutated(): boolean;
  /** What it last wrote to standard error. */
  lastWords(): string;
  signal(signal: NodeJS.Signals): void;
  kill(): Promise<void>;
  /** Its exit code; null where a signal ended it. */
  stop(): Promise<number | null>;
}

/** Waits until it says on standard output what tells that it has started. */
export async function startCli(command: string, started: RegExp, options: CliOptions): Promise<CliProcess> {
  const child = spawn(process.execPath, [...argumentsOf(options), command, ...(options.arguments ?? [])], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'test',
      DATABASE_URL: options.databaseUrl,
      LOG_LEVEL: 'error',
      ...(options.redisUrl == null ? {} : { REDIS_URL: options.redisUrl }),
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
  try {
    const said = await until(started, child);
    return {
      pid: child.pid ?? 0,
      said,
      hasEnded: () => hasEnded(child),
      isMutated: () => mutated,
      lastWords: () => words.join('').slice(-2_000),
      signal: (signal) => child.kill(signal),
      kill: () => end(child, 'SIGKILL', ended).then(() => undefined),
      stop: () => end(child, 'SIGTERM', ended),
    };
  } catch (error) {
    await end(child, 'SIGKILL', ended);
    throw new Error(`lotkeeper ${command} did not start: ${String(error)}\n${words.join('')}`);
  }
}

function argumentsOf({ mutant, nodeArguments }: CliOptions): string[] {
  return [...(nodeArguments ?? []), ...programOf(mutant ?? null)];
}

async function until(started: RegExp, child: ChildProcess): Promise<RegExpExecArray> {
  if (child.stdout === null) throw new Error('It has no standard output');
  for await (const line of createInterface({ input: child.stdout })) {
    const said = started.exec(line);
    if (said !== null) {
      child.stdout.resume();
      return said;
    }
  }
  throw new Error('It ended before it had started');
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

async function end(child: ChildProcess, signal: NodeJS.Signals, ended: Promise<number | null>): Promise<number | null> {
  if (!hasEnded(child)) child.kill(signal);
  return ended;
}
