import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeCertificate, type MadeCertificate } from '../../test/certificate.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../test/webhook-receiver.ts';
import { failureOf, postWebhook, waitOf, type PostOptions } from './post-webhook.ts';

const options: PostOptions = { secrets: ['s'.repeat(32)], allowPrivate: true };
const webhook = (url: string) => ({ deliveryId: 'd1', url, body: '{"id":"d1"}' });

let receiver: WebhookReceiver;

beforeEach(async () => {
  receiver = await startWebhookReceiver();
});
afterEach(() => receiver.close());

describe('one attempt', () => {
  it('goes to the address that was looked at, under the name that was asked for, and asks once', async () => {
    const answers = ['127.0.0.1', '192.0.2.1'];
    const resolve = vi.fn(async () => answers.splice(0, 1));
    const url = `http://receiver.example:${receiver.port}/hook?a=b`;
    expect(await postWebhook(webhook(url), { ...options, resolve })).toBeNull();
    expect(resolve.mock.calls).toEqual([['receiver.example']]);
    expect(receiver.received).toMatchObject([
      { path: '/hook?a=b', headers: { host: `receiver.example:${receiver.port}` }, body: '{"id":"d1"}' },
    ]);
  });

  it('tries the other addresses of a name where the first does not answer', async () => {
    const url = `http://receiver.example:${receiver.port}/`;
    expect(await postWebhook(webhook(url), { ...options, resolve: async () => ['::1', '127.0.0.1'] })).toBeNull();
  });

  it('ends after its time, whether the name, the connection or the answer is late', async () => {
    const late = { kind: 'PASSING', error: 'No answer in time.' };
    const never = new Promise<never>(() => undefined);
    receiver.answer = () => never;
    expect(await postWebhook(webhook(receiver.url), { ...options, limitMs: 100 })).toEqual(late);
    const resolve = () => never;
    expect(await postWebhook(webhook('https://receiver.example'), { ...options, resolve, limitMs: 100 })).toEqual(late);
  });

  it('does not read an endless answer to its end', async () => {
    let sent = 0;
    let ended: () => void = () => undefined;
    const hasEnded = new Promise<void>((resolve) => (ended = resolve));
    const endless = createServer((_request, response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(1_024))) sent += 1;
        response.once('drain', more);
      };
      response.once('close', ended);
      more();
    });
    await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve));
    const { port } = endless.address() as AddressInfo;
    expect(await postWebhook(webhook(`http://127.0.0.1:${port}/`), options)).toBeNull();
    await hasEnded;
    // What the system's buffers held when the connection was cut.
    expect(sent).toBeLessThan(20_000);
    await new Promise((resolve) => endless.close(resolve));
  });

  it('tells nothing of what the receiver writes', async () => {
    receiver.answer = () => ({ status: 500, body: 'patient Ada Example' });
    expect(await postWebhook(webhook(receiver.url), options)).toEqual({ kind: 'PASSING', error: 'Answered 500.' });
  });

  it('does not fail on an address that is none', async () => {
    expect(await postWebhook(webhook('no address'), options)).toMatchObject({ kind: 'PASSING' });
  });
});

describe('over TLS', () => {
  let certificate: MadeCertificate;
  let secure: WebhookReceiver;

  beforeAll(async () => {
    certificate = await makeCertificate();
    secure = await startWebhookReceiver(certificate);
  });
  afterAll(async () => {
    await secure.close();
    await certificate.remove();
  });

  it('a certificate that nobody vouches for is not taken, and nothing is said', async () => {
    expect(await postWebhook(webhook(secure.url), options)).toEqual({
      kind: 'PASSING',
      error: 'No answer (DEPTH_ZERO_SELF_SIGNED_CERT).',
    });
    expect(secure.received).toEqual([]);
  });

  it('one that NODE_EXTRA_CA_CERTS vouches for is, for its own name only', async () => {
    const post = async (host: string) => {
      const program = `const { postWebhook } = await import('./src/notify/post-webhook.ts');
        const webhook = { deliveryId: 'd1', url: 'https://${host}:${secure.port}/', body: '{}' };
        const options = { secrets: ['s'], allowPrivate: true, resolve: async () => ['127.0.0.1'] };
        console.log(JSON.stringify(await postWebhook(webhook, options)));`;
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--import', 'tsx', '--input-type=module', '--eval', program],
        { env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate.file } },
      );
      return JSON.parse(stdout) as unknown;
    };
    expect(await post('localhost')).toBeNull();
    expect(await post('other.example')).toEqual({
      kind: 'PASSING',
      error: 'No answer (ERR_TLS_CERT_ALTNAME_INVALID).',
    });
    expect(secure.received).toHaveLength(1);
  });
});

describe('what an answer means', () => {
  it.each([
    [[200, 201, 204, 299], null],
    [[408, 425, 429, 500, 502, 503, 504, 599, 600], 'PASSING'],
    [[300, 301, 307, 308, 400, 401, 403, 404, 405, 409, 422, 0, 100], 'REFUSED'],
    [[410], 'FINAL'],
  ])('%j: %s', (statuses, kind) => {
    expect(statuses.map((status) => failureOf(status, undefined)?.kind ?? null)).toEqual(statuses.map(() => kind));
  });

  it('and when it asks for time, in seconds or as a date; what is neither is not heard', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(waitOf('120', now)).toBe(120_000);
    expect(waitOf('Thu, 01 Jan 2026 00:10:00 GMT', now)).toBe(600_000);
    expect(waitOf('Thu, 01 Jan 2015 00:10:00 GMT', now)).toBe(0);
    expect([waitOf(undefined, now), waitOf('soon', now)]).toEqual([undefined, undefined]);
    expect(failureOf(429, '5')).toMatchObject({ kind: 'PASSING', retryAfterMs: 5_000 });
    expect(failureOf(503, '5')).toMatchObject({ retryAfterMs: 5_000 });
    expect(failureOf(500, '5')).not.toHaveProperty('retryAfterMs');
  });
});
