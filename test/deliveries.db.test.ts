/** Webhooks and mails by real worker processes to receivers over TLS, also when a worker is killed; and the command line. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeCertificate, type MadeCertificate } from './certificate.ts';
import { TestClinic } from './clinic.ts';
import { nothingToTell, raised, receiversAre, secret, standing, timePasses } from './delivery-desk.ts';
import { startSmtpReceiver, type SmtpReceiver } from './smtp-receiver.ts';
import { startWebhookReceiver, type Received, type WebhookReceiver } from './webhook-receiver.ts';
import { program } from './program.ts';

const patience = { timeout: 40_000, interval: 50 };

let clinic: TestClinic;
let certificate: MadeCertificate;
let hook: WebhookReceiver;
let mails: SmtpReceiver;
const processes: ChildProcess[] = [];

beforeAll(async () => {
  clinic = await TestClinic.open();
  certificate = await makeCertificate();
});
beforeEach(async () => {
  await nothingToTell(clinic);
  hook = await startWebhookReceiver(certificate);
  mails = await startSmtpReceiver({ tls: certificate, user: 'lotkeeper', password: 'right' });
});
afterEach(async () => {
  for (const child of processes.splice(0)) await killed(child, 'SIGTERM');
  await Promise.all([hook.close(), mails.close()]);
});
afterAll(async () => {
  await certificate.remove();
  await clinic.close();
});

function lotkeeper(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(process.execPath, [program, ...args], {
    env: {
      ...process.env,
      ...{ NODE_ENV: 'development', NO_COLOR: '1', LOG_LEVEL: 'silent', REDIS_URL: '' },
      ...{ DATABASE_URL: clinic.database.appUrl, DATABASE_OWNER_URL: clinic.database.ownerUrl },
      ...{ WEBHOOK_SECRET: secret, WEBHOOK_ALLOW_PRIVATE: 'on', NODE_EXTRA_CA_CERTS: certificate.file },
      SMTP_URL: `smtp://lotkeeper:right@localhost:${mails.config.port}`,
      ...{ MAIL_FROM: 'lotkeeper@clinic.example', MAIL_DIGEST_AT: '00:00' },
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function ended(child: ChildProcess) {
  let out = '';
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out };
}

async function worker(): Promise<ChildProcess> {
  const child = lotkeeper(['worker']);
  processes.push(child);
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.includes('Stop')) resolve();
    });
    child.once('exit', () => {
      reject(new Error('the worker ended'));
    });
  });
  return child;
}

async function killed(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

async function oneReceived(): Promise<Received> {
  await vi.waitFor(() => {
    expect(hook.received).toHaveLength(1);
  }, patience);
  const [received] = hook.received;
  if (received === undefined) throw new Error('nothing came');
  return received;
}

describe('a worker', () => {
  it('tells of a critical alert by webhook and by mail, both over TLS, and the documented checks of the signature hold', async () => {
    await receiversAre(clinic, { webhooks: [hook.url], emails: ['ann@clinic.example'] });
    await worker();
    await raised(clinic, { severity: 'CRITICAL', title: 'Ünïcode 💉 is out of stock' });
    const { headers, body } = await oneReceived();
    await vi.waitFor(() => {
      expect(mails.taken.map(({ isSecure, user }) => ({ isSecure, user }))).toEqual([
        { isSecure: true, user: 'lotkeeper' },
        { isSecure: true, user: 'lotkeeper' },
      ]);
    }, patience);
    expect(mails.taken.map(({ text }) => text).join()).toContain('Ünïcode 💉 is out of stock');
    const delivered = { secret, headers, body };
    const wrong = [
      { ...delivered, body: `${body} ` },
      { ...delivered, secret: 'another secret, of the same length' },
      { ...delivered, headers: { ...headers, 'x-lotkeeper-timestamp': '1700000000' } },
      { ...delivered, headers: { ...headers, 'x-lotkeeper-signature': 'v1=é' } },
      { ...delivered, headers: {} },
    ];
    for (const check of [await byNode(), await byPython()]) {
      expect(await check([delivered, ...wrong])).toEqual([true, false, false, false, false, false]);
    }
  }, 90_000);

  it('that is killed while a receiver is about to answer: another sends the same under the same id', async () => {
    hook.answer = () => new Promise(() => undefined);
    await receiversAre(clinic, { webhooks: [hook.url] });
    const first = await worker();
    await raised(clinic, {});
    const { headers } = await oneReceived();
    await killed(first, 'SIGKILL');
    expect(await standing(clinic)).toEqual(['WAITING 1']);
    hook.answer = () => ({ status: 200 });
    await worker();
    await timePasses(clinic);
    await vi.waitFor(async () => {
      expect(await standing(clinic)).toEqual(['SENT 2']);
    }, patience);
    expect(hook.received.map((each) => each.headers['x-lotkeeper-delivery'])).toEqual([
      headers['x-lotkeeper-delivery'],
      headers['x-lotkeeper-delivery'],
    ]);
  }, 90_000);
});

interface ToCheck {
  readonly secret: string;
  readonly headers: Received['headers'];
  readonly body: string;
}

type Checked = (deliveries: readonly ToCheck[]) => Promise<unknown>;

async function documented(language: string): Promise<string> {
  const text = await readFile('docs/notifications.md', 'utf8');
  const [, code] = new RegExp(`<!-- verify: ${language} -->\\s+\`\`\`\\w+\\n([^]*?)\`\`\``).exec(text) ?? [];
  if (code === undefined) throw new Error(`docs/notifications.md shows no check in ${language}`);
  return code;
}

function checkedBy(program: string, args: readonly string[]): Checked {
  return async (deliveries) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(JSON.stringify(deliveries));
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    await once(child, 'close');
    return JSON.parse(out) as unknown;
  };
}

async function byNode(): Promise<Checked> {
  const code = `${await documented('node')}
    import { readFileSync } from 'node:fs';
    const deliveries = JSON.parse(readFileSync(0, 'utf8'));
    console.log(JSON.stringify(deliveries.map(({ secret, headers, body }) => isFromLotkeeper(secret, headers, Buffer.from(body)))));`;
  return checkedBy(process.execPath, ['--input-type=module', '--eval', code]);
}

async function byPython(): Promise<Checked> {
  const code = `${await documented('python')}
import json, sys
deliveries = json.loads(sys.stdin.buffer.read())
print(json.dumps([is_from_lotkeeper(d["secret"], d["headers"], d["body"].encode()) for d in deliveries]))`;
  return checkedBy('python3', ['-c', code]);
}

describe('the command line', () => {
  it('lists and replays what its options name', async () => {
    await receiversAre(clinic, { webhooks: [hook.url], emails: ['ann@clinic.example'] });
    expect(await ended(lotkeeper(['webhooks', 'list', '--state', 'dead', '--limit', '5']))).toMatchObject({
      ...{ code: 0, out: 'None.\n' },
    });
    expect(await ended(lotkeeper(['mails', 'replay', '--dead', '--since', '2026-01-01', '--json']))).toMatchObject({
      ...{ code: 0, out: `${JSON.stringify({ replayed: 0, withoutReceiver: 0 }, null, 2)}\n` },
    });
  }, 60_000);
});
