/**
 * `/metrics` for Prometheus. Refuses: UNAUTHENTICATED where METRICS_TOKEN is set and not shown; FORBIDDEN where it is not
 * set and the caller is not on this machine. A caller whose request has come through a proxy counts as from elsewhere:
 * a proxy on this machine would otherwise let everybody in.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { measureNode, registry } from '../observe/metrics.ts';
import { lookAtSources } from '../observe/sources.ts';
import { Refusal } from '../refusal.ts';
import { answerRefusal } from './answer-refusal.ts';

export function registerMetrics(app: FastifyInstance, token: string | null): void {
  measureNode();
  app.get('/metrics', async (request, reply) => {
    const refusal = token === null ? refuseFromElsewhere(request) : refuseWithoutToken(request, token);
    if (refusal !== null) return answerRefusal(reply, refusal, refusal.code === 'FORBIDDEN' ? 403 : 401);
    await lookAtSources();
    return reply
      .type(registry.contentType)
      .header('cache-control', 'no-store')
      .send(await registry.metrics());
  });
}

function refuseWithoutToken({ headers }: FastifyRequest, token: string): Refusal | null {
  const shown = headers.authorization ?? '';
  if (timingSafeEqual(digest(shown), digest(`Bearer ${token}`))) return null;
  return new Refusal('UNAUTHENTICATED', 'Show the token of METRICS_TOKEN: authorization: Bearer <token>.');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

const marksOfProxies = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

function refuseFromElsewhere({ headers, socket }: FastifyRequest): Refusal | null {
  const address = socket.remoteAddress ?? '';
  const isLocal = ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';
  if (isLocal && marksOfProxies.every((name) => headers[name] === undefined)) return null;
  return new Refusal('FORBIDDEN', 'Metrics are shown on this machine only, until METRICS_TOKEN is set.');
}
