/** A real API process, as `lotkeeper api` runs it, and tokens that it takes. */
import { setTimeout as delay } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { startCli, type CliOptions, type CliProcess } from './cli-process.ts';

const secret = 'for-processes-that-live-as-long-as-a-check';

export interface ApiProcess extends CliProcess {
  readonly url: string;
  /** From the start of the process until `/readyz` says ready. */
  readonly readyMs: number;
}

export async function startApi(options: CliOptions): Promise<ApiProcess> {
  const started = performance.now();
  const env = {
    PORT: '0',
    JWT_SECRET: secret,
    PATIENT_KEY: secret,
    RATE_LIMIT_PER_MINUTE: '100000000',
    ...options.env,
  };
  const api = await startCli('api', /(http:\/\/[\w.:]+)\/graphql/, { ...options, env });
  const url = api.said[1] ?? '';
  try {
    await untilReady(url, () => api.hasEnded());
    return { ...api, url, readyMs: performance.now() - started };
  } catch (error) {
    await api.kill();
    throw new Error(`The API did not start: ${String(error)}\n${api.lastWords()}`);
  }
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
