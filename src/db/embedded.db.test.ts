import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startEmbedded, whyNotStarted, type EmbeddedServer } from './embedded.ts';
import { StartRefusal } from './start-refusal.ts';

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

let base: string;
let dataDir: string;
const running: EmbeddedServer[] = [];
const children: ChildProcess[] = [];

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'lotkeeper-embedded-'));
  await chmod(base, 0o755);
  dataDir = join(base, 'data');
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(running.splice(0).map((server) => server.stop()));
  await vi.waitFor(() => rm(base, { recursive: true, force: true }), { timeout: 10_000 });
});

async function start(port?: number): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dataDir, ...(port !== undefined && { port }) });
  running.push(server);
  return server;
}

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<pg.QueryResultRow>(statement)).rows;
  } finally {
    await client.end();
  }
}

const remember = (url: string) => ask(url, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)');
const remembered = (url: string) => ask(url, 'SELECT n FROM kept');

const serverPid = async () => Number.parseInt(await readFile(join(dataDir, 'pg', 'postmaster.pid'), 'utf8'), 10);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const untilGone = (pid: number) =>
  vi.waitFor(
    () => {
      expect(isAlive(pid)).toBe(false);
    },
    { timeout: 10_000, interval: 20 },
  );

interface Told {
  readonly ownerUrl?: string;
  readonly refused?: string;
}

/** Another Lotkeeper's process: starts the server, tells about it in one line, and stays. */
async function elsewhere(uid?: number): Promise<{ child: ChildProcess; told: Told }> {
  const program = `
    import { startEmbedded } from ${JSON.stringify(new URL('./embedded.ts', import.meta.url).href)};
    setInterval(() => {}, 1000);
    const tell = (it) => console.log(JSON.stringify(it));
    startEmbedded({ dataDir: ${JSON.stringify(dataDir)} })
      .then(({ ownerUrl }) => tell({ ownerUrl }), (error) => tell({ refused: error.constructor.name + ': ' + error.message }));`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    ...(uid !== undefined && { uid, gid: uid }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout });
  const line = await new Promise<string>((settle) => lines.once('line', settle));
  return { child, told: JSON.parse(line) as Told };
}

async function refusal(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StartRefusal);
  const sentence = error instanceof Error ? error.message : '';
  expect(sentence).toMatch(/^[^\n]+[.]$/);
  return sentence;
}

describe('what was written is kept', () => {
  test('over an ordinary second start', async () => {
    const first = await start();
    await remember(first.ownerUrl);
    await first.stop();
    await expect(remembered(first.ownerUrl)).rejects.toThrow();
    expect(await remembered((await start()).ownerUrl)).toEqual([{ n: 7 }]);
  });

  test('when PostgreSQL is killed', async () => {
    const first = await start();
    await remember(first.ownerUrl);
    process.kill(await serverPid(), 'SIGKILL');
    await first.ended;
    expect(await remembered((await start()).ownerUrl)).toEqual([{ n: 7 }]);
  });

  test('when Lotkeeper is killed, and the next one starts at once', async () => {
    const { child, told } = await elsewhere();
    await remember(told.ownerUrl ?? '');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await remembered((await start()).ownerUrl)).toEqual([{ n: 7 }]);
  });

  test.skipIf(process.platform !== 'linux')(
    'when Lotkeeper and all that watches over the server are killed',
    async () => {
      const { child, told } = await elsewhere();
      await remember(told.ownerUrl ?? '');
      const server = await serverPid();
      const shell = Number((await readFile(`/proc/${server}/stat`, 'utf8')).split(' ')[3]);
      const watched = (await readFile(`/proc/${shell}/task/${shell}/children`, 'utf8')).trim().split(' ').map(Number);
      for (const pid of [shell, ...watched.filter((pid) => pid !== server)]) process.kill(pid, 'SIGKILL');
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(isAlive(server)).toBe(true);
      expect(await remembered((await start()).ownerUrl)).toEqual([{ n: 7 }]);
      expect(await serverPid()).not.toBe(server);
    },
  );

  test('when the lock file that is left names a process that is something else by now', async () => {
    const first = await start();
    await remember(first.ownerUrl);
    const server = await serverPid();
    const lock = await readFile(join(dataDir, 'pg', 'postmaster.pid'), 'utf8');
    process.kill(server, 'SIGKILL');
    await first.ended;
    const { uid, gid } = await stat(join(dataDir, 'pg'));
    const bystander = spawn('sleep', ['60'], { uid, gid });
    children.push(bystander);
    await writeFile(join(dataDir, 'pg', 'postmaster.pid'), lock.replace(String(server), String(bystander.pid)));
    expect(await remembered((await start()).ownerUrl)).toEqual([{ n: 7 }]);
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
  });
});

describe('the server ends', () => {
  test('by itself when Lotkeeper is killed', async () => {
    const { child } = await elsewhere();
    const server = await serverPid();
    child.kill('SIGKILL');
    await untilGone(server);
  });

  test('at stop(), also with clients connected', async () => {
    const server = await start();
    const client = new pg.Client({ connectionString: server.ownerUrl });
    client.on('error', () => undefined);
    await client.connect();
    const pid = await serverPid();
    await server.stop();
    expect(isAlive(pid)).toBe(false);
  });
});

describe('who runs it', () => {
  test.skipIf(!isRoot)('started by root, PostgreSQL runs as somebody else who owns the folder', async () => {
    await start();
    const owner = await stat(join(dataDir, 'pg'));
    expect(owner.uid).not.toBe(0);
    expect((await stat(join(dataDir, 'passwords.json'))).mode & 0o777).toBe(0o600);
  });

  test.skipIf(!isRoot)('started by an ordinary user, PostgreSQL runs as that user', async () => {
    await mkdir(dataDir);
    await chown(dataDir, nobody, nobody);
    const { told } = await elsewhere(nobody);
    await remember(told.ownerUrl ?? '');
    expect((await stat(join(dataDir, 'pg', 'postmaster.pid'))).uid).toBe(nobody);
  });

  test.skipIf(!isRoot)('a folder that PostgreSQL may not enter is refused', async () => {
    await chmod(base, 0o700);
    expect(await refusal(start())).toMatch(`may not enter ${dataDir}`);
  });
});

describe('refused in one sentence', () => {
  test('a folder that another Lotkeeper is using', async () => {
    const { child } = await elsewhere();
    const sentence = await refusal(start());
    expect(sentence).toContain(dataDir);
    expect(sentence).toContain(`process ${child.pid}`);
  });

  test('a folder that cannot be written', async () => {
    await mkdir(dataDir, { mode: 0o555 });
    const sentence = isRoot ? (await elsewhere(nobody)).told.refused : await refusal(start());
    expect(sentence).toContain(`The data folder ${dataDir} cannot be written`);
    expect(await readdir(dataDir)).toEqual([]);
  });

  test('a file where the folder should be', async () => {
    await writeFile(dataDir, '');
    expect(await refusal(start())).toContain(dataDir);
  });

  test('a folder with other things in it, which stay as they are', async () => {
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'thesis.txt'), 'x');
    const before = await stat(dataDir);
    expect(await refusal(start())).toContain('holds other things');
    expect(await readdir(dataDir)).toEqual(['thesis.txt']);
    expect((await stat(dataDir)).uid).toBe(before.uid);
  });

  test('a folder of another PostgreSQL version', async () => {
    await (await start()).stop();
    await writeFile(join(dataDir, 'pg', 'PG_VERSION'), '17\n');
    expect(await refusal(start())).toContain('made by PostgreSQL 17');
  });

  test('a folder whose passwords are lost', async () => {
    await (await start()).stop();
    await writeFile(join(dataDir, 'passwords.json'), '{"admin":');
    expect(await refusal(start())).toContain('passwords.json is missing or damaged');
  });

  test('a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    expect(await refusal(start(port))).toContain(`Port ${port}`);
    other.close();
  });

  test('a full disk', () => {
    const said = 'FATAL:  could not write lock file "postmaster.pid": No space left on device';
    const folder = { path: '/data', pg: '/data/pg', isNew: false };
    expect(whyNotStarted(said, folder).message).toContain('The disk that holds the data folder /data is full');
    expect(whyNotStarted('x\nFATAL:  data directory "/data/pg" has wrong ownership', folder).message).toContain(
      'wrong ownership',
    );
  });
});
