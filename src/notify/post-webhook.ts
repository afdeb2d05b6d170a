/**
 * One attempt at a webhook: ten seconds in all, no redirect, no proxy, no more of the answer than 1 KB. Never fails;
 * what went wrong is told in words of ours.
 */
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { WebhookConfig } from '../config.ts';
import type { Failure } from '../domain/deliveries/retry.ts';
import { addressesOf, ReceiverRefused, type Address, type Resolve } from './receiver-address.ts';
import { signatureOf } from './sign.ts';

export interface Webhook {
  readonly deliveryId: string;
  readonly url: string;
  readonly body: string;
}

export interface PostOptions extends WebhookConfig {
  readonly resolve?: Resolve;
  readonly limitMs?: number;
}

/** Null: the receiver has it. */
export async function postWebhook(webhook: Webhook, options: PostOptions): Promise<Failure | null> {
  const tooLong = AbortSignal.timeout(options.limitMs ?? 10_000);
  try {
    const url = new URL(webhook.url);
    const addresses = await beforeAbort(tooLong, addressesOf(url, options));
    const { statusCode = 0, headers } = await post(url, addresses, webhook, options.secrets, tooLong);
    return failureOf(statusCode, headers['retry-after']);
  } catch (error) {
    if (tooLong.aborted) return { kind: 'PASSING', error: 'No answer in time.' };
    if (error instanceof ReceiverRefused) return { kind: 'REFUSED', error: error.message };
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    return { kind: 'PASSING', error: `No answer${code}.` };
  }
}

function post(
  url: URL,
  addresses: readonly [Address, ...Address[]],
  { deliveryId, body }: Webhook,
  secrets: readonly string[],
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const request = (url.protocol === 'https:' ? https : http).request(url, {
    method: 'POST',
    agent: false,
    lookup: only(addresses),
    signal,
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'Lotkeeper',
      'x-lotkeeper-delivery': deliveryId,
      'x-lotkeeper-timestamp': timestamp,
      'x-lotkeeper-signature': signatureOf(secrets, timestamp, body),
    },
  });
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      readLittle(response);
      resolve(response);
    });
    request.end(body);
  });
}

/** Instead of asking for the name again. An address in the URL itself is not looked up at all. */
function only(addresses: readonly [Address, ...Address[]]): LookupFunction {
  return (_name, { all }, found) => {
    if (all === true) found(null, [...addresses]);
    else found(null, addresses[0].address, addresses[0].family);
  };
}

const mostRead = 1_024;

/** So that a connection ends in peace; nobody looks at what comes. */
function readLittle(response: http.IncomingMessage): void {
  let read = 0;
  response.on('error', () => undefined);
  response.on('data', (chunk: Buffer) => {
    read += chunk.length;
    if (read > mostRead) response.destroy();
  });
}

/** 408, 425 and 429 ask for another attempt; 410 says that there is nobody any more. */
const passing: ReadonlySet<number> = new Set([408, 425, 429]);

export function failureOf(status: number, retryAfter: string | undefined): Failure | null {
  if (status >= 200 && status < 300) return null;
  const error = `Answered ${status}.`;
  if (status === 410) return { kind: 'FINAL', error };
  if (status < 500 && !passing.has(status)) return { kind: 'REFUSED', error };
  const retryAfterMs = status === 429 || status === 503 ? waitOf(retryAfter, Date.now()) : undefined;
  return { kind: 'PASSING', error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** Seconds, or a date of HTTP. */
export function waitOf(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - now;
  return Number.isFinite(ms) ? Math.max(ms, 0) : undefined;
}

async function beforeAbort<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('aborted'));
    });
  });
  return Promise.race([work, aborted]);
}
