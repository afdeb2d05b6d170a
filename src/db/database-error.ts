/**
 * What the database's own errors mean to a caller. Pure. Null is said of an error that is a fault of ours, not a
 * passing condition; the caller answers INTERNAL to that. A refusal made here never holds SQL, a name or row data.
 */
import { Refusal } from '../refusal.ts';
import { GateBusy } from './gate.ts';

const connectionErrors = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH']);
const poolIsFull = /timeout exceeded when trying to connect/i;
/** The last is what TypeORM says of a connection that was lost between two statements. */
const connectionLost =
  /^connection terminated|^client has encountered a connection error|^connection ended|^query runner already released/i;

export function refusalFor(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error;
  if (error instanceof GateBusy) return serverBusy();
  const { code, message } = codeAndMessage(error);
  if (code === '55P03') {
    return new Refusal('LOCK_TIMEOUT', 'Somebody else is changing the same record. Try again in a moment.', {
      retryable: true,
    });
  }
  // Deadlocks and serialisation failures that stayed after all retries.
  if (code === '40P01' || code === '40001') return serverBusy();
  if (code === '53300' || poolIsFull.test(message)) return serverBusy();
  if (isUnavailable(code) || connectionLost.test(message)) {
    return new Refusal('SERVICE_UNAVAILABLE', 'The database cannot answer right now. Try again in a moment.', {
      retryable: true,
    });
  }
  return null;
}

function serverBusy(): Refusal {
  return new Refusal('SERVER_BUSY', 'Too much is going on right now. Try again in a moment.', { retryable: true });
}

/** 57014 is statement_timeout, 57P0x a shutdown or a restart, 08xxx the connection, 25006 a standby after a failover. */
function isUnavailable(code: string): boolean {
  return (
    code === '57014' ||
    code === '25006' ||
    code.startsWith('57P0') ||
    /^08...$/.test(code) ||
    code === '25P03' ||
    connectionErrors.has(code)
  );
}

/** TypeORM wraps the driver's error; a refused connection to several addresses comes as an AggregateError with a code. */
function codeAndMessage(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: '', message: '' };
  if ('driverError' in error && error.driverError instanceof Error) return codeAndMessage(error.driverError);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { code, message: error.message };
}
