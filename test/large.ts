import pg from 'pg';
import type { TestClinic } from './clinic.ts';

/** Makes the planner, and all who ask it, take the clinic's inventory for a large one. Before the first question. */
export async function large(clinic: TestClinic): Promise<void> {
  const admin = new pg.Client({ connectionString: clinic.database.adminUrl });
  await admin.connect();
  await admin
    .query(`UPDATE pg_class SET reltuples = 60000 WHERE oid = 'inventory.stock'::regclass`)
    .finally(() => admin.end());
}
