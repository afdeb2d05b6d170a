/**
 * The only place that begins or ends a transaction. The whole of the work is retried, at most three times and within
 * 2.5 s of the request's arrival, on a serialisation failure, a deadlock or a statement that a migration has outdated,
 * and on nothing else: so nothing that cannot be taken back (mail, HTTP, Redis) may happen inside.
 */
import type { PoolClient } from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { Actor } from '../actor.ts';
import { tracedWithin } from '../observe/tracing.ts';
import { beginning, hasBegun, inOnePacket } from './beginning.ts';
import { refusalFor } from './database-error.ts';
import type { Gate } from './gate.ts';
import { isOutdated, prepared } from './prepared.ts';
import { requireSendable } from './sendable.ts';

declare const madeHere: unique symbol;

/** An open transaction. Code that needs one does not compile without it. */
export type Tx = EntityManager & {
  readonly [madeHere]: true;
  readonly actor: Actor;
  readonly requestId: string;
  /** Of sessions in which somebody gives something to patients. */
  readonly patientKey: string | null;
  /** Runs a statement that has few different texts: named, so that the server parses and plans it once a connection. */
  sql<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /**
   * A verb's last statement. In a transaction of that verb alone the COMMIT leaves with it: what is locked is free an answer
   * earlier, which on one batch that everybody wants is worth a quarter of the dispenses; where it fails nothing is kept, and
   * nothing can be asked of the transaction afterwards. Elsewhere it is a statement as others.
   */
  lastSql<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
};

/** Who asks, since when, and on what: the part of a request that a transaction needs. */
export interface Session {
  readonly db: DataSource;
  readonly gate: Gate;
  readonly actor: Actor;
  readonly requestId: string;
  /** performance.now() of the request's arrival. */
  readonly arrivedAt: number;
  /** Under which analytics know a patient again. */
  readonly patientKey?: string;
  /** Called after each commit; it must neither fail nor wait. */
  readonly committed?: () => void;
}

const tries = 3;
const retryForMs = 2_500;

export async function inTransaction<T>(session: Session, work: (tx: Tx) => Promise<T>): Promise<T> {
  return tried(session, work, false);
}

/** Of one verb, with which it ends. */
export async function inVerbTransaction<T>(session: Session, verb: (tx: Tx) => Promise<T>): Promise<T> {
  return tried(session, verb, true);
}

async function tried<T>(session: Session, work: (tx: Tx) => Promise<T>, isOneVerb: boolean): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const result = await tracedWithin({ name: 'transaction', kind: 'internal', attributes: { attempt } }, () =>
        once(session, work, isOneVerb),
      );
      session.committed?.();
      return result;
    } catch (error) {
      const inTime = performance.now() - session.arrivedAt < retryForMs;
      if (attempt >= tries || !inTime || !isWorthRetrying(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * attempt));
    }
  }
}

/** As inVerbTransaction, but few at a time on one key: a product at a place, or a stock row. */
export async function inGatedTransaction<T>(session: Session, key: string, verb: (tx: Tx) => Promise<T>): Promise<T> {
  return session.gate.run(key, () => inVerbTransaction(session, verb), isMetByAll);
}

function isMetByAll(error: unknown): boolean {
  const code = refusalFor(error)?.code;
  return code === 'LOCK_TIMEOUT' || code === 'SERVER_BUSY';
}

async function once<T>(session: Session, work: (tx: Tx) => Promise<T>, isOneVerb: boolean): Promise<T> {
  const runner = session.db.createQueryRunner();
  const end: End = { committed: null };
  try {
    const client = (await runner.connect()) as PoolClient;
    try {
      const { begun, working } = inOnePacket(client, () => {
        const beginningSent = client.query(beginning);
        // Heard by each statement; the work ends before the connection is anybody else's.
        beginningSent.catch(() => undefined);
        const bounds = { begun: beginningSent, end, isOneVerb };
        return { begun: beginningSent, working: work(open(session, runner, client, bounds)) };
      });
      const result = await working;
      await begun;
      await (end.committed ?? commit(client));
      return result;
    } catch (error) {
      // What went wrong is what the caller must hear, not that a dead connection could not roll back.
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  } finally {
    await runner.release();
  }
}

/**
 * On the client itself: TypeORM would hide a connection that was lost, and would not see that the server answers
 * ROLLBACK to the COMMIT of a transaction in which a statement had failed.
 */
async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query('COMMIT');
  if (command !== 'COMMIT') throw new Error('A statement of the transaction had failed, so nothing of it was kept');
}

interface End {
  /** Null while more may follow. */
  committed: Promise<void> | null;
}

interface Bounds {
  readonly begun: Promise<unknown>;
  readonly end: End;
  readonly isOneVerb: boolean;
}

function open(session: Session, runner: QueryRunner, client: PoolClient, { begun, end, isOneVerb }: Bounds): Tx {
  const requireOpen = () => {
    if (end.committed !== null) throw new Error('The transaction has had its last statement');
  };
  const sql = async <Row>(text: string, values?: readonly unknown[]): Promise<Row[]> => {
    if (!text.includes(hasBegun)) await begun;
    requireOpen();
    const [rows] = await Promise.all([prepared<Row>(client, text, values), begun]);
    return rows;
  };
  const sqlWithCommit = async <Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> => {
    await begun;
    // From here to the sending nothing waits: what comes beside it would run after the COMMIT, on its own.
    requireOpen();
    requireSendable(values);
    const { rows, committed } = inOnePacket(client, () => ({
      rows: prepared<Row>(client, text, values),
      committed: commit(client),
    }));
    // Heard at the end of the work.
    committed.catch(() => undefined);
    end.committed = committed;
    return rows;
  };
  const more = {
    actor: session.actor,
    requestId: session.requestId,
    patientKey: session.patientKey ?? null,
    sql,
    lastSql: isOneVerb ? sqlWithCommit : sql,
  };
  return Object.assign(runner.manager, more) as unknown as Tx;
}

/** 40001 serialisation failure, 40P01 deadlock. */
function isWorthRetrying(error: unknown): boolean {
  const code = sqlState(error);
  return code === '40001' || code === '40P01' || isOutdated(error);
}

function sqlState(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
