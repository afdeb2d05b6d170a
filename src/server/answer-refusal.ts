import type { FastifyReply } from 'fastify';
import { refusals } from '../observe/metrics.ts';
import type { Refusal } from '../refusal.ts';
import { errorBody, httpStatus } from './errors.ts';

/** Of a request that does not reach GraphQL. */
export async function answerRefusal(
  reply: FastifyReply,
  refusal: Refusal,
  status = httpStatus(refusal.code),
): Promise<unknown> {
  refusals.inc({ code: refusal.code });
  return reply.code(status).send(errorBody(refusal, reply.request.id));
}
