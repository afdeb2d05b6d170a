import type { Tx } from '../../db/in-transaction.ts';
import { Refusal } from '../../refusal.ts';

/** The database computes the days, so it must know the zone: by its whole name, not as an abbreviation or an offset. */
export async function knownTimeZone(tx: Tx, name: string): Promise<string> {
  const [zone] = await tx.sql<{ name: string }>('SELECT name FROM pg_timezone_names WHERE name = $1', [name.trim()]);
  if (zone !== undefined) return zone.name;
  throw new Refusal('BAD_USER_INPUT', 'timeZone must be an IANA name such as America/New_York.', { field: 'timeZone' });
}
