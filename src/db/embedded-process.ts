import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { DataFolder } from './embedded-folder.ts';
import type { ServerUser } from './embedded-user.ts';
import { StartRefusal } from './start-refusal.ts';

/** Nothing of our environment reaches the server: PG* variables and a foreign locale would change what it does. */
export const serverEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * The server runs under a shell that waits for the end of its input, which only we hold open: when we stop, end or are
 * killed, the server shuts down in order. A signal to the whole group (Ctrl-C, a service manager) is not for the shell.
 */
const keeper = `trap '' HUP INT QUIT TERM
exec 3<&0
"$@" </dev/null 3<&- & server=$!
{ read -r _; kill -INT "$server"; } <&3 >/dev/null 2>&1 & watcher=$!
wait "$server"; code=$?
kill -KILL "$watcher" 2>/dev/null
exit "$code"`;

export interface ServerProcess {
  /** Settles when the server has ended, for whatever reason. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface Launch {
  readonly command: readonly string[];
  readonly user: ServerUser | undefined;
  readonly env: Record<string, string>;
  readonly log: (line: string) => void;
}

/** Starts the server and waits until it takes connections; rejects with what it said when it ends before that. */
export async function launchServer({ command, user, env, log }: Launch): Promise<ServerProcess> {
  const child = spawn('/bin/sh', ['-c', keeper, 'sh', ...command], {
    ...(user && { uid: user.uid, gid: user.gid }),
    cwd: '/',
    env: { ...serverEnvironment, ...env },
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((settle) => {
    child.once('exit', () => {
      settle();
    });
  });
  child.stdin.on('error', () => undefined);
  await untilReady(child, log);
  holdProcess(child, false);
  return {
    ended,
    stop: () => {
      holdProcess(child, true);
      child.stdin.end();
      return ended;
    },
  };
}

function untilReady(child: ChildProcess, log: (line: string) => void): Promise<void> {
  return new Promise((settle, reject) => {
    const said: string[] = [];
    let rest = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        log(line);
        if (said.length < 200) said.push(line);
        if (line.includes('database system is ready to accept connections')) settle();
      }
    });
    child.once('error', reject);
    child.once('close', () => {
      reject(new Error(said.join('\n')));
    });
  });
}

/** While it runs the server does not keep us alive: an error elsewhere ends us, and our end stops the server. */
function holdProcess(child: ChildProcess, hold: boolean): void {
  for (const part of [child, child.stdin, child.stderr]) {
    if (part !== child && !(part instanceof Socket)) continue;
    if (hold) part.ref();
    else part.unref();
  }
}

/**
 * Sees to it that no other server runs on this folder: refuses when a living Lotkeeper owns it, and stops the server of
 * one that was killed. Gives the environment PostgreSQL needs to get past a lock file whose process number now belongs to
 * something else (usual in containers, where numbers start again): it ignores its grandparent's number.
 */
export async function clearFolder(folder: DataFolder): Promise<Record<string, string>> {
  const pid = await lockedBy(folder);
  if (pid === undefined) return {};
  const command = await commandOf(pid);
  if (command === undefined) return {};
  if (!command.includes(folder.pg)) return { PG_GRANDPARENT_PID: String(pid) };
  const owner = Number(/cluster_name=lotkeeper-(\d+)/.exec(command)?.[1]);
  if (!Number.isInteger(owner) || isAlive(owner)) throw takenFolder(folder, owner || pid);
  await stopOrphan(folder, pid);
  return {};
}

export function takenFolder(folder: DataFolder, pid?: number): StartRefusal {
  const by = pid === undefined ? '' : ` (process ${pid})`;
  return new StartRefusal(
    `The data folder ${folder.path} is already in use by another Lotkeeper${by}: stop that one first, or start this one with a data folder of its own.`,
  );
}

async function lockedBy(folder: DataFolder): Promise<number | undefined> {
  const text = await readFile(join(folder.pg, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isInteger(pid) ? pid : undefined;
}

/** `undefined` when there is no such process. */
async function commandOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  const ps = promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
  return ps.then(({ stdout }) => stdout).catch(() => undefined);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function stopOrphan(folder: DataFolder, pid: number): Promise<void> {
  const patience = Date.now() + 30_000;
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It ended by itself meanwhile.
  }
  while ((await commandOf(pid))?.includes(folder.pg)) {
    if (Date.now() > patience) throw takenFolder(folder, pid);
    await delay(50);
  }
}
