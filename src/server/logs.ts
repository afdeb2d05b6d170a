/** One JSON line an event, each with its request's id. Tokens and passwords are struck out; variables are never logged. */
import { pino, type DestinationStream, type Logger } from 'pino';
import { v7 as uuid } from 'uuid';
import type { LogLevel } from '../config.ts';

export const slowRequestMs = 1_000;

const secrets = [
  'authorization',
  'cookie',
  'password',
  'newPassword',
  'token',
  'secret',
  'jwtSecret',
  'patientKey',
  'databaseUrl',
];

export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[struck out]' },
    serializers: { err: loggableError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

const saneRequestId = /^[A-Za-z0-9][A-Za-z0-9._:-]{7,63}$/;

/** A caller's request id is taken when it is a plain token; anything else could forge log lines. */
export function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && saneRequestId.test(header) ? header : uuid();
}

/** A database error's message and detail repeat row data, and with it patients: its code, constraint and place stay. */
function loggableError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const driver = 'driverError' in error && error.driverError instanceof Error ? error.driverError : error;
  if ('code' in driver && 'severity' in driver) {
    const constraint = 'constraint' in driver ? driver.constraint : undefined;
    return { type: error.name, code: driver.code, constraint, stack: stackWithoutMessage(error) };
  }
  // Without its causes, whose messages are not ours: a database's repeats rows, a file system's paths with names in them.
  return { type: error.constructor.name, message: error.message, stack: error.stack };
}

function stackWithoutMessage(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
