/** The client of docs/subscriptions.md, by copy and paste, against a real server and a line that breaks. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { lookAtFeed } from '../src/domain/alerts/number-alerts.ts';
import { raiseAlert } from './alerts.ts';
import { openApi, type TestApi } from './abuse/api.ts';
import { patience, settled } from './server/settled.ts';

let api: TestApi;
let line: Awaited<ReturnType<typeof breakable>>;
let client: ChildProcess | undefined;

beforeAll(async () => {
  api = await openApi();
  line = await breakable(api.url);
});
afterAll(async () => {
  client?.kill('SIGKILL');
  line.close();
  await api.close();
});

/** A way to the server whose connections can be broken, again and again. */
async function breakable(url: string) {
  const { hostname, port } = new URL(url);
  const open = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = connect(Number(port), hostname);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => open.delete(socket));
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `ws://127.0.0.1:${(proxy.address() as AddressInfo).port}/graphql`,
    connections: () => open.size,
    cut,
    close: () => {
      proxy.close();
      cut();
    },
  };
}

test('prints every alert once, also those raised while the line was broken', async () => {
  const page = await readFile('docs/subscriptions.md', 'utf8');
  const code = /<!-- runs -->\s+```js\n([^]*?)```/.exec(page)?.[1] ?? '';
  // What was raised before has its number, and is not told.
  await vi.waitFor(async () => {
    expect((await lookAtFeed(api.clinic.db)).waiting).toBe(false);
  }, patience);
  const { head } = await lookAtFeed(api.clinic.db);
  client = spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: {
      ...process.env,
      LOTKEEPER_SOCKET: line.url,
      TOKEN: api.people.TECHNICIAN.token,
      CURSOR: head,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  client.stdout?.on('data', (text: Buffer) => (printed += text.toString()));
  const lines = () => printed.split('\n').filter((each) => each !== '');
  const raise = (title: string) => raiseAlert(api.clinic.owner, { locationId: api.here.locationId, title });
  const wanted: string[] = [];
  for (const title of ['Something is low', 'Something is out', 'Something expires']) {
    await raise(title);
    wanted.push(`WARNING: ${title} (Here)`);
    await settled(lines, wanted);
    line.cut();
    await raise(`${title}, seen later`);
    wanted.push(`WARNING: ${title}, seen later (Here)`);
    await settled(lines, wanted);
  }
  expect(page).toContain(wanted[0]);
});
