/** `/livez` says that the process runs and touches nothing; `/readyz` says whether it can do its work, and why not. */
import type { FastifyInstance } from 'fastify';
import type { DataSource } from 'typeorm';
import { migrationStatus } from '../db/migrate.ts';

/** Answers the reasons why work cannot be done; none means ready. */
export type ReadinessCheck = () => Promise<string[]>;

const patienceMs = 2_500;

export interface Readiness {
  /** What must be so. */
  readonly checks: readonly ReadinessCheck[];
  /** What people should hear of, and what no balancer should take the process out for. */
  readonly notices?: readonly ReadinessCheck[];
}

export function registerHealth(
  app: FastifyInstance,
  isClosing: () => boolean,
  { checks, notices = [] }: Readiness,
): void {
  app.get('/livez', async () => ({ status: 'live' }));
  app.get('/readyz', async (_request, reply) => {
    const [reasons, noticed] = isClosing()
      ? [['The server is shutting down.'], []]
      : await Promise.all([answers(checks), answers(notices)]);
    const more = noticed.length === 0 ? {} : { notices: noticed };
    if (reasons.length === 0) return { status: 'ready', ...more };
    return reply.code(503).send({ status: 'not ready', reasons, ...more });
  });
}

async function answers(checks: readonly ReadinessCheck[]): Promise<string[]> {
  return (await Promise.all(checks.map(answered))).flat();
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
