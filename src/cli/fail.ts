/** How a command ends that could not do its work: one sentence and exit code 1; the stack only where the fault is ours. */
import { ConfigRefusal } from '../config.ts';
import { refusalFor } from '../db/database-error.ts';
import { StartRefusal } from '../db/start-refusal.ts';
import { Refusal } from '../refusal.ts';
import { complain, paint } from './out.ts';

export function fail(error: unknown): void {
  process.exitCode = 1;
  complain(`${paint('red', 'Lotkeeper:', process.stderr)} ${sentenceFor(error)}`);
}

export function sentenceFor(error: unknown): string {
  if (error instanceof ConfigRefusal || error instanceof StartRefusal || error instanceof Refusal) return error.message;
  const { code, message } = codeAndMessage(error);
  const known = sentences[code];
  if (known !== undefined) return known(message);
  if (refusalFor(error)?.code === 'SERVICE_UNAVAILABLE' || /timeout exceeded when trying to connect/.test(message)) {
    return `The database does not answer (${code || message}): see that it runs and that DATABASE_URL names it.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const sentences: Readonly<Record<string, (message: string) => string>> = {
  '28P01': () => 'The database refuses the password: correct the user and password in DATABASE_URL.',
  '28000': (message) => `The database refuses the sign-in (${message}): correct DATABASE_URL.`,
  '3D000': (message) => `There is no such database (${message}): create it, or correct DATABASE_URL.`,
  '42501': (message) =>
    `The database's user may not do that (${message}): migrations and seeds need the owner; set DATABASE_OWNER_URL.`,
  '42P01': () => 'The database is not migrated: run lotkeeper db migrate.',
  '3F000': () => 'The database is not migrated: run lotkeeper db migrate.',
};

/** TypeORM wraps the driver's error. */
function codeAndMessage(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  if ('driverError' in error && error.driverError instanceof Error) return codeAndMessage(error.driverError);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { code, message: error.message };
}
