/** Connection faults pass: what a lost connection interrupted is done again, after pauses that double. */
import { setTimeout as delay } from 'node:timers/promises';

const connectionFault =
  /^(08...|57P0[1-5]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)$/;
const connectionLost =
  /connection terminated|connection ended|client has encountered a connection error|not queryable|premature close|timeout expired/i;
const shortestMs = 250;
const longestMs = 10_000;

export function isConnectionFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return connectionFault.test(code) || connectionLost.test(error.message);
}

export interface Retrying {
  readonly maxRetries: number;
  /** Told before each pause. */
  readonly onRetry: (attempt: number, pauseMs: number, error: unknown) => void;
  /** Makes the connections good again; what it throws counts as another failure. */
  readonly again: () => Promise<void>;
}

/** `work` must be such that it may begin anew: what it has done is on record. Progress does not win back tries. */
export async function retrying<T>({ maxRetries, onRetry, again }: Retrying, work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      if (attempt > 0) await again();
      return await work();
    } catch (error) {
      if (attempt >= maxRetries || !isConnectionFault(error)) throw error;
      const pauseMs = pauseBefore(attempt);
      onRetry(attempt + 1, pauseMs, error);
      await delay(pauseMs);
    }
  }
}

/** Pure but for its jitter. */
export function pauseBefore(attempt: number, jitter = Math.random()): number {
  return Math.min(longestMs, shortestMs * 2 ** attempt) * (0.75 + jitter / 2);
}
