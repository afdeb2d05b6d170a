/**
 * The log of slow statements: what it was, how long it took, how many rows, and its plan; never a value, which may be a
 * patient's. Each statement once a minute. The plan is asked for after the answer, on a connection of its own, one at a
 * time. The time is the caller's: it holds waiting for locks too.
 */
import type { Logger } from 'pino';
import { slowStatements } from '../observe/metrics.ts';
import { genericPlan } from './explain.ts';

export interface Ran {
  readonly text: string;
  /** Under which it is prepared; undefined beyond the first two thousand. */
  readonly statement: string | undefined;
  readonly summary: string | undefined;
  readonly ms: number;
  /** Null: it failed, for instance at its time limit. */
  readonly rows: number | null;
}

const quietMs = 60_000;
const mostRemembered = 1_000;
const mostPlansWaiting = 10;

let slowFromMs = Number.POSITIVE_INFINITY;
let tell: (ran: Ran) => void = () => undefined;

/** On the way of every statement: must cost nothing. */
export function isSlow(ms: number): boolean {
  return ms >= slowFromMs;
}

export function noteSlow(ran: Ran): void {
  slowStatements.inc();
  tell(ran);
}

export interface SlowLogOptions {
  readonly fromMs: number;
  /** Past any pooler. */
  readonly directUrl: string;
  readonly logger: Logger;
}

export interface SlowLog {
  /** No further statement is told; the plan under way is awaited. */
  close(): Promise<void>;
}

/** One a process: a second takes the first one's place. */
export function logSlowStatements({ fromMs, directUrl, logger }: SlowLogOptions): SlowLog {
  const toldAt = new Map<string, number>();
  let waiting = 0;
  let planning: Promise<void> = Promise.resolve();
  const log = async ({ text, ms, ...ran }: Ran) => {
    const plan = await genericPlan(directUrl, text).catch((error: unknown) => `none: ${reasonOf(error)}`);
    logger.warn({ ...ran, ms: Math.round(ms), plan }, 'slow statement');
    waiting -= 1;
  };
  slowFromMs = fromMs;
  tell = (ran) => {
    const now = performance.now();
    if (now - (toldAt.get(ran.text) ?? Number.NEGATIVE_INFINITY) < quietMs || waiting >= mostPlansWaiting) return;
    if (toldAt.size >= mostRemembered) toldAt.clear();
    toldAt.set(ran.text, now);
    waiting += 1;
    planning = planning.then(() => log(ran));
  };
  return {
    async close() {
      slowFromMs = Number.POSITIVE_INFINITY;
      tell = () => undefined;
      await planning;
    },
  };
}

/** The database's words may repeat the statement: its code is enough. */
function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
}
