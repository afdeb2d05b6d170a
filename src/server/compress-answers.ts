/** Long answers of GraphQL are sent compressed to whoever takes that: a page of a list is a tenth then. */
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

const compressed = promisify(gzip);
/** Below it fits into the packets of the headers, and compressing only costs. */
const tooShort = 4_096;

/** On a thread of its own and at the quickest level. Nobody stores these answers, so that none needs to tell caches. */
export function compressAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.method !== 'POST' || typeof payload !== 'string' || payload.length < tooShort) return payload;
    if (!takesGzip(request.headers['accept-encoding'])) return payload;
    reply.header('content-encoding', 'gzip').removeHeader('content-length');
    return compressed(payload, { level: constants.Z_BEST_SPEED });
  });
}

/** "gzip, deflate, br", "gzip;q=0.5"; not "gzip;q=0". */
export function takesGzip(accepted: string | string[] | undefined): boolean {
  return [accepted]
    .flat()
    .flatMap((header) => header?.toLowerCase().split(',') ?? [])
    .some((coding) => /^\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/.test(coding));
}
