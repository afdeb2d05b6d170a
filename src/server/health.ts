/** `/livez` says that the process runs and touches nothing; `/readyz` says whether it can do its work, and why not. */
import type { FastifyInstance } from 'fastify';
import type { DataSource } from 'typeorm';
import { migrationStatus } from '../db/migrate.ts';

/** Answers the reasons why work cannot be done; none means ready. */
export type ReadinessCheck = () => Promise<string[]>;

const patienceMs = 2_500;

export function registerHealth(
  app: FastifyInstance,
  isClosing: () => boolean,
  checks: readonly ReadinessCheck[],
): void {
  app.get('/livez', async () => ({ status: 'live' }));
  app.get('/readyz', async (_request, reply) => {
    const reasons = isClosing() ? ['The server is shutting down.'] : (await Promise.all(checks.map(answered))).flat();
    if (reasons.length === 0) return { status: 'ready' };
    return reply.code(503).send({ status: 'not ready', reasons });
  });
}

export function databaseCheck(db: DataSource): ReadinessCheck {
  let migrated = false;
  return async () => {
    try {
      if (migrated) await db.query('SELECT 1');
      const pending = migrated ? [] : (await migrationStatus(db)).filter(({ applied }) => !applied);
      migrated = pending.length === 0;
      return migrated ? [] : [`${pending.length} migrations have not been run; run lotkeeper db migrate.`];
    } catch {
      return ['The database does not answer.'];
    }
  };
}

async function answered(check: ReadinessCheck): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<string[]>((resolve) => {
    timer = setTimeout(() => {
      resolve(['The database does not answer in time.']);
    }, patienceMs);
  });
  try {
    return await Promise.race([check(), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
