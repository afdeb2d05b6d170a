/**
 * The queues' own dashboard at /queues, for ADMIN only: what waits, what failed for good and why, and trying that again.
 * A browser cannot send a bearer token with a page, so the token is exchanged for a cookie that only these pages get.
 * What is done there by a button is on record.
 */
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import fastifyCookie from '@fastify/cookie';
import type { IQueueBackend, Queue } from 'bullmq';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DataSource } from 'typeorm';
import { Gate } from '../db/gate.ts';
import { inTransaction } from '../db/in-transaction.ts';
import { audit } from '../domain/audit.ts';
import { claimOnly } from '../domain/claim.ts';
import { Refusal } from '../refusal.ts';
import { refusalOf } from './errors.ts';
import type { Identity } from './identity.ts';

const path = '/queues';
const cookie = 'lotkeeper_queues';

export interface QueueBoardOptions {
  readonly db: DataSource;
  readonly identity: Identity;
  /** Opened when an ADMIN first looks: an API process has no other use for them. */
  readonly openQueues: () => readonly Queue<unknown, unknown, string, unknown, unknown, string, IQueueBackend>[];
}

export async function registerQueueBoard(app: FastifyInstance, options: QueueBoardOptions): Promise<void> {
  const board = new FastifyAdapter();
  board.setBasePath(path);
  const { addQueue } = createBullBoard({
    queues: [],
    serverAdapter: board,
    options: { uiConfig: { boardTitle: 'Lotkeeper', hideRedisDetails: true } },
  });
  // It would show messages of the database, and log nothing: the server's own handler hides and logs.
  board.setErrorHandler((error) => {
    throw error;
  });
  let isOpen = false;
  const open = () => {
    if (isOpen) return;
    isOpen = true;
    for (const queue of options.openQueues()) addQueue(new BullMQAdapter(forBoard(queue)));
  };
  await app.register(fastifyCookie);
  await app.register(async (scope) => {
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(String(body))));
    });
    scope.get(`${path}/sign-in`, async (_request, reply) => page(reply, 200, ''));
    scope.post(`${path}/sign-in`, async (request, reply) => signIn(options.identity, request, reply));
  });
  await app.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      if (!(await admit(options.identity, request))) return reply.redirect(`${path}/sign-in`);
      return undefined;
    });
    scope.addHook('preHandler', async (request) => {
      open();
      if (request.method !== 'GET') await record(options.db, request);
    });
    // The board would load fonts from elsewhere; the content security policy forbids it, and nobody need see the attempt.
    scope.addHook('onSend', async (_request, _reply, payload) =>
      typeof payload === 'string' ? payload.replaceAll(/<link href="https:[^>]*>/g, '') : payload,
    );
    await scope.register(board.registerPlugin(), { prefix: path });
  });
}

/** The board's types know queues on Redis only; it asks for nothing that the other store lacks. */
function forBoard(queue: ReturnType<QueueBoardOptions['openQueues']>[number]) {
  return queue as unknown as ConstructorParameters<typeof BullMQAdapter>[0];
}

async function admit(identity: Identity, request: FastifyRequest): Promise<boolean> {
  const token = request.cookies[cookie];
  if (token === undefined) return false;
  request.actor = await identity.actorOf(`Bearer ${token}`).catch((error: unknown) => {
    if (refusalOf(error).code === 'UNAUTHENTICATED') return null;
    throw error;
  });
  return request.actor?.roles.includes('ADMIN') === true;
}

async function signIn(identity: Identity, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { body } = request;
  const given = typeof body === 'object' && body !== null && 'token' in body ? body.token : null;
  const token = typeof given === 'string' ? given.trim() : '';
  const actor = await identity.actorOf(`Bearer ${token}`).catch(() => null);
  if (actor?.roles.includes('ADMIN') !== true) {
    return page(reply, 403, 'This is not the token of an ADMIN, or it has run out.');
  }
  reply.setCookie(cookie, token, {
    path,
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
  });
  return reply.redirect(path);
}

/** Before it is done: a button that could not be put on record does nothing. */
async function record(db: DataSource, { actor, id, method, url, arrivedAt }: FastifyRequest): Promise<void> {
  if (actor === null) throw new Refusal('UNAUTHENTICATED', 'Sign in first.');
  const session = { db, gate: new Gate(), actor, requestId: id, arrivedAt };
  await inTransaction(session, async (tx) => {
    await claimOnly(tx, { mutation: 'queues', key: null, input: {} });
    await audit(tx, { entity: 'queue', entityId: url.slice(0, 500), action: method });
  });
}

function page(reply: FastifyReply, status: number, said: string): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').header('cache-control', 'no-store')
    .send(`<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>Lotkeeper: queues</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem}textarea{width:100%;box-sizing:border-box;font:13px monospace}</style></head>
<body><h1>Queues</h1><p>For admins. Sign in with the mutation <code>login</code> and paste the token of its answer.</p>
<p role="alert">${said}</p>
<form method="post" action="${path}/sign-in"><label for="token">Token</label>
<textarea id="token" name="token" rows="6" required autofocus></textarea><p><button>Open</button></p></form></body></html>`);
}
