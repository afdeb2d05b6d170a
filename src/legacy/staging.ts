import type { Target } from './target.ts';

/** A run's staging tables are gone with its end; those of a run that broke off stay for --resume. */
export async function dropStaging(target: Target, number: number): Promise<void> {
  const tables = await target.sql<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'legacy' AND c.relkind = 'r' AND c.relname ~ $1`,
    [`^r${number}_`],
  );
  for (const { name } of tables) await target.sql(`DROP TABLE ${name}`);
}
