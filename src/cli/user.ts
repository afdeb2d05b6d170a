/** `lotkeeper user create`: the first administrator, or a password set anew, without the API. */
import { createInterface } from 'node:readline/promises';
import { roles, type Role } from '../actor.ts';
import { inTransaction } from '../db/in-transaction.ts';
import { StartRefusal } from '../db/start-refusal.ts';
import { saveUser } from '../domain/people/save-user.ts';
import { systemSession } from '../jobs/system-session.ts';
import { withClosers } from './closers.ts';
import { connectDatabase } from './connect-database.ts';
import { commandConfig, openDatabase } from './database.ts';
import type { UserOptions } from './options.ts';
import { say } from './out.ts';

export async function userCreate(email: string, options: UserOptions): Promise<void> {
  const wanted = options.role.map(readRole);
  const password = await askPassword();
  await withClosers(async (closers) => {
    const { appUrl } = await openDatabase(await commandConfig(), closers);
    const db = await connectDatabase(appUrl, closers, { poolSize: 1, applicationName: 'lotkeeper-cli' });
    const locations = await db.query<{ id: string; code: string }[]>(
      'SELECT id, code FROM people.location ORDER BY code',
    );
    const chosen = locations.filter(({ code }) => options.location === undefined || options.location.includes(code));
    const unknown = options.location?.filter((code) => !locations.some((location) => location.code === code)) ?? [];
    if (unknown.length > 0) throw new StartRefusal(`There is no location ${unknown.join(', ')}.`);
    const input = {
      email,
      displayName: options.name ?? email,
      roles: wanted,
      locationIds: chosen.map(({ id }) => id),
      password,
    };
    await inTransaction(systemSession(db), (tx) => saveUser(tx, input));
    say(
      `${email} may sign in, as ${wanted.join(', ')} at ${chosen.map(({ code }) => code).join(', ') || 'no location yet'}.`,
    );
  });
}

function readRole(text: string): Role {
  const role = roles.find((known) => known === text.toUpperCase());
  if (role !== undefined) return role;
  throw new StartRefusal(`${text} is no role; the roles are ${roles.join(', ')}.`);
}

/** Never an argument: those are seen by everybody on the machine. */
async function askPassword(): Promise<string> {
  const given = process.env['LOTKEEPER_PASSWORD'];
  if (given !== undefined && given !== '') return given;
  const lines = createInterface({ input: process.stdin });
  if (process.stdin.isTTY) process.stderr.write('Password (at least 12 characters): ');
  for await (const line of lines) {
    lines.close();
    return line;
  }
  throw new StartRefusal('A password is needed: type it, pass it on standard input, or set LOTKEEPER_PASSWORD.');
}
