/**
 * Statements under names: the server parses and plans each once a connection, which is worth a factor of two on short
 * transactions (2 500 against 1 410 a second, measured).
 */
import { createHash } from 'node:crypto';
import type { ClientBase, Pool, QueryConfig } from 'pg';
import type { DataSource } from 'typeorm';
import { tracedWithin, type Work } from '../observe/tracing.ts';
import { isSlow, noteSlow } from './slow-statements.ts';
import { statementSummary } from './statement-summary.ts';

let withNames = true;

interface Known {
  name: string;
  readonly summary: string;
  /** For traces. */
  readonly work: Work;
}

const statements = new Map<string, Known>();
/** A text that is built from what a caller sends must not fill the server's memory with plans. */
const mostNames = 2_000;

/** Whether statements have names, for the whole process: off for poolers that cannot carry them. */
export function nameStatements(on: boolean): void {
  withNames = on;
}

function knownOf(text: string): Known | undefined {
  const known = statements.get(text);
  if (known !== undefined) return known;
  if (statements.size >= mostNames) return undefined;
  const summary = statementSummary(text);
  const attributes = { 'db.system.name': 'postgresql', 'db.query.summary': summary };
  const added: Known = { name: newName(text, ''), summary, work: { name: summary, kind: 'client', attributes } };
  statements.set(text, added);
  return added;
}

function newName(text: string, before: string): string {
  const digest = createHash('sha256').update(before).update(text).digest('base64url');
  return `lk_${digest.slice(0, 20)}`;
}

/** A migration has changed what a named statement gives: under its name the server refuses it for good. */
export function isOutdated(error: unknown): boolean {
  return error instanceof Error && 'routine' in error && error.routine === 'RevalidateCachedQuery';
}

export async function prepared<Row>(
  client: ClientBase | Pool,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const known = knownOf(text);
  const waits = mustWait(client);
  const began = performance.now();
  let rows: number | null = null;
  try {
    const found = await tracedWithin(workOf(known), () => run<Row>(client, text, values, known));
    rows = found.length;
    return found;
  } finally {
    const ms = performance.now() - began;
    if (isSlow(ms) && !waits) noteSlow({ text, statement: known?.name, summary: known?.summary, ms, rows });
  }
}

async function run<Row>(
  client: ClientBase | Pool,
  text: string,
  values: readonly unknown[],
  known: Known | undefined,
): Promise<Row[]> {
  const name = withNames ? known?.name : undefined;
  const config: QueryConfig = { text, values: [...values], ...(name === undefined ? {} : { name }) };
  try {
    const { rows } = await client.query<never>(config);
    return rows;
  } catch (error) {
    if (known !== undefined && name !== undefined && isOutdated(error)) known.name = newName(text, name);
    throw error;
  }
}

const someStatement: Work = { name: 'statement', kind: 'client', attributes: { 'db.system.name': 'postgresql' } };

function workOf(known: Known | undefined): Work {
  return known?.work ?? someStatement;
}

/** A statement that waits for a connection first would look slow, and is not. */
function mustWait(client: ClientBase | Pool): boolean {
  return 'idleCount' in client && client.idleCount === 0 && client.totalCount >= client.options.max;
}

/** One read outside a transaction, on a connection of the pool. */
export async function read<Row>(db: DataSource, text: string, values: readonly unknown[] = []): Promise<Row[]> {
  const ask = () => prepared<Row>(poolOf(db), text, values);
  return ask().catch((error: unknown) => {
    if (isOutdated(error)) return ask();
    throw error;
  });
}

/**
 * A read of many rows at once, planned anew each time: under a name it would keep the plan of the day on which the tables
 * were small, and go through all of a large one for each row (a page of 1 000 lots: 0.1 s against 5 s and more, measured).
 */
export async function readMany<Row>(db: DataSource, text: string, values: readonly unknown[] = []): Promise<Row[]> {
  const { rows } = await poolOf(db).query<never>(text, [...values]);
  return rows;
}

/** TypeORM knows its driver only by its base type; ours is always PostgreSQL with one pool. */
export function poolOf(db: DataSource): Pool {
  const { driver } = db;
  if (!('master' in driver)) throw new Error('The DataSource is not a PostgreSQL one');
  return driver.master as Pool;
}
